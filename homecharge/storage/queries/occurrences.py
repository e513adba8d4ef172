"""Occurrences in and out of the database."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Row, ScalarSelect, Table, and_, delete, exists, func, insert, or_, select, update

from homecharge.domain.events import EventKind
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.overrides import override_from_json, override_json
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.times import ClockNote
from homecharge.ports.units import Db
from homecharge.storage.models import Occurrence as OccurrenceRow
from homecharge.storage.models import Schedule as ScheduleRow
from homecharge.storage.outbox import note_changed, note_gone
from homecharge.storage.queries.sessions import TABLE as SESSIONS
from homecharge.storage.queries.sessions import list_sessions

OCCURRENCES = cast("Table", OccurrenceRow.__table__)
_C = OCCURRENCES.c
_FIELDS = tuple(field.name for field in dataclasses.fields(Occurrence))
IS_UNDECIDED = _C.decided_at.is_(None)


def _occurrence_of(row: Row[Any]) -> Occurrence:
    note = row.clock_note
    return Occurrence(
        clock_note=None if note is None else ClockNote(note),
        override=override_from_json(row.override),
        **{name: getattr(row, name) for name in _FIELDS if name not in {"clock_note", "override"}},
    )


def _stored(occurrence: Occurrence) -> dict[str, Any]:
    return {name: getattr(occurrence, name) for name in _FIELDS} | {"override": override_json(occurrence.override)}


def list_occurrences(db: Db, *conditions: ColumnElement[bool]) -> list[Occurrence]:
    """Every occurrence that meets the conditions, in the order of their starts."""
    query = select(OCCURRENCES).where(*conditions).order_by(_C.starts_at, _C.id)
    return [_occurrence_of(row) for row in db.execute(query)]


def list_shown(db: Db, schedules: Collection[Schedule], *, now: datetime) -> list[Occurrence]:
    """The undecided occurrences of schedules, and those whose tries go on, in the order of their starts."""
    at_these = SESSIONS.c.charger_id.in_({schedule.charger_id for schedule in schedules})
    tries = select(SESSIONS.c.occurrence_id).where(at_these, SESSIONS.c.occurrence_id.is_not(None))
    # Live ones and open ones have an index each; asked for in one breath, SQLite would use neither.
    underway = tries.where(SESSIONS.c.wake_at.is_not(None)).union(tries.where(SESSIONS.c.open_until >= now))
    of_these = OCCURRENCES.c.schedule_id.in_([schedule.id for schedule in schedules])
    return list_occurrences(db, of_these, or_(IS_UNDECIDED, OCCURRENCES.c.id.in_(underway)))


def find_occurrence(db: Db, occurrence_id: str) -> Occurrence | None:
    """By id, None if there is none."""
    row = db.execute(select(OCCURRENCES).where(_C.id == occurrence_id)).one_or_none()
    return None if row is None else _occurrence_of(row)


def _cursor() -> ScalarSelect[date]:
    """The last day of a schedule's present timing that has a row; skipped ones may lie far ahead and do not count."""
    rows = OCCURRENCES.alias("rows")
    return (
        select(func.max(rows.c.local_date))
        .where(
            rows.c.schedule_id == ScheduleRow.id,
            rows.c.timing_revision == ScheduleRow.timing_revision,
            rows.c.skipped_at.is_(None),
        )
        .scalar_subquery()
        .correlate(ScheduleRow)
    )


class Place(NamedTuple):
    """An occurrence's place in its schedule's row."""

    id: str
    local_date: date
    is_skipped: bool
    is_decided: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Ahead:
    """What a schedule has: the last day with a row, the undecided ones, and the skipped ones beyond that day."""

    cursor: date | None
    places: tuple[Place, ...]


def read_ahead(db: Db, schedule_ids: Collection[str]) -> dict[str, Ahead]:
    """By schedule, in two reads however many there are."""
    cursors: dict[str, date | None] = dict(
        db.execute(select(ScheduleRow.id, _cursor()).where(ScheduleRow.id.in_(schedule_ids))).all()
    )
    query = (
        select(_C.schedule_id, _C.id, _C.local_date, _C.skipped_at.is_not(None), _C.decided_at.is_not(None))
        .join(ScheduleRow, and_(ScheduleRow.id == _C.schedule_id, ScheduleRow.timing_revision == _C.timing_revision))
        .where(_C.schedule_id.in_(schedule_ids), or_(IS_UNDECIDED, _C.skipped_at.is_not(None)))
        .order_by(_C.starts_at, _C.id)
    )
    places: dict[str, list[Place]] = defaultdict(list)
    for schedule_id, *rest in db.execute(query):
        place, cursor = Place(*rest), cursors[schedule_id]
        if not place.is_decided or cursor is None or place.local_date > cursor:
            places[schedule_id].append(place)
    return {id_: Ahead(day, tuple(places[id_])) for id_, day in cursors.items()}


def add_occurrences(db: Db, occurrences: Iterable[Occurrence]) -> None:
    """Insert new rows; raises IntegrityError for a day that has its row already."""
    if rows := [_stored(occurrence) for occurrence in occurrences]:
        db.execute(insert(OCCURRENCES), [row | {"warn_at": row["created_at"]} for row in rows])
        note_changed(db, EventKind.OCCURRENCE_CHANGED, [row["id"] for row in rows])


def change_occurrence(db: Db, occurrence: Occurrence) -> None:
    """Write an occurrence as it is now."""
    changed = update(OCCURRENCES).where(_C.id == occurrence.id)
    db.execute(changed.values(**_stored(occurrence), warn_at=occurrence.updated_at))
    note_changed(db, EventKind.OCCURRENCE_CHANGED, [occurrence.id])


def await_cars(db: Db, occurrence_ids: Collection[str]) -> None:
    """Set the alarms of Smart occurrences whose turn it is: their windows' starts."""
    if occurrence_ids:
        db.execute(update(OCCURRENCES).where(_C.id.in_(occurrence_ids)).values(wake_at=_C.window_start))


def set_alarms(db: Db, alarms: Mapping[str, datetime | None]) -> None:
    """Give occurrences that wait for their cars another alarm, or none."""
    for occurrence_id, wake_at in alarms.items():
        db.execute(update(OCCURRENCES).where(_C.id == occurrence_id).values(wake_at=wake_at))


def ring_awaited(db: Db, charger_ids: Collection[str], *, now: datetime) -> int:
    """Make the alarm of every Smart occurrence ring that waits at one of these chargers; returns how many."""
    if not charger_ids:
        return 0
    at_these = select(ScheduleRow.id).where(ScheduleRow.charger_id.in_(charger_ids), ScheduleRow.kind == Kind.SMART)
    ringing = update(OCCURRENCES).where(
        _C.schedule_id.in_(at_these), _C.wake_at.is_not(None), _C.window_start <= now, IS_UNDECIDED
    )
    return db.execute(ringing.values(wake_at=now)).rowcount


def list_last_rounds(db: Db, schedule_ids: Collection[str], *, at: datetime) -> list[Occurrence]:
    """The last round of each schedule's present occurrence: the one whose window contains `at`."""
    if not schedule_ids:
        return []
    present = list_occurrences(
        db, _C.schedule_id.in_(schedule_ids), _C.window_start <= at, _C.window_end > at, _C.ready_by.is_not(None)
    )
    last: dict[str, Occurrence] = {}
    for occurrence in sorted(present, key=lambda each: (each.timing_revision, each.round)):
        last[occurrence.schedule_id] = occurrence
    return list(last.values())


def mark_decided(db: Db, occurrence_ids: Collection[str], *, now: datetime) -> list[str]:
    """Set `decided_at` where it is not set yet; the ids of the schedules whose turn has passed by that."""
    query = (
        update(OCCURRENCES)
        .where(_C.id.in_(occurrence_ids), IS_UNDECIDED)
        .values(decided_at=now, wake_at=None, warn_at=None, updated_at=now)
        .returning(_C.schedule_id)
    )
    note_changed(db, EventKind.OCCURRENCE_CHANGED, occurrence_ids)
    return list(db.scalars(query))


def delete_occurrences(db: Db, occurrence_ids: Collection[str]) -> None:
    """Take rows away that never had a session."""
    note_gone(db, EventKind.OCCURRENCE_CHANGED, occurrence_ids)
    db.execute(delete(OCCURRENCES).where(_C.id.in_(occurrence_ids)))


def list_tries(db: Db, occurrence_ids: Collection[str]) -> Mapping[str, Sequence[Session]]:
    """The sessions of each occurrence, oldest first."""
    tries: dict[str, list[Session]] = defaultdict(list)
    for session in sorted(list_sessions(db, SESSIONS.c.occurrence_id.in_(occurrence_ids)), key=lambda each: each.id):
        if session.occurrence_id is not None:
            tries[session.occurrence_id].append(session)
    return tries


def list_tried(db: Db, occurrence_ids: Collection[str]) -> set[str]:
    """Those of the occurrences that have a session."""
    found = db.scalars(select(SESSIONS.c.occurrence_id).where(SESSIONS.c.occurrence_id.in_(occurrence_ids)).distinct())
    return {occurrence_id for occurrence_id in found if occurrence_id is not None}


def list_left_undecided(db: Db, *, limit: int) -> list[str]:
    """Occurrences that count as undecided although all their sessions have left `planned`."""
    of_it = SESSIONS.c.occurrence_id == _C.id
    was_tried, is_planned = exists().where(of_it), exists().where(of_it, SESSIONS.c.status == Status.PLANNED)
    # In the order of the index of the undecided, so that the decided, who are many more, are not looked at.
    query = select(_C.id).where(IS_UNDECIDED, was_tried, ~is_planned).order_by(_C.schedule_id, _C.starts_at)
    return list(db.scalars(query.limit(limit)))
