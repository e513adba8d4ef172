"""Planned sessions of schedules: find them, keep others from them, and give them another time."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select, update

from homecharge.domain.events import EventKind
from homecharge.domain.limits import limit_json
from homecharge.domain.session_state import Session, Status
from homecharge.domain.targets import target_json
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Schedule
from homecharge.storage.outbox import note_changed
from homecharge.storage.queries.sessions import COLUMNS, TABLE, list_sessions, session_of

_TIMED = (
    "connector_id",
    "schedule_id",
    "occurrence_id",
    "at",
    "due_at",
    "planned_start_at",
    "window_start",
    "window_end",
    "last_feasible_start",
    "target",
    "limit",
    "wake_at",
)
_RETIME = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("b_id"), TABLE.c.status == Status.PLANNED)
    .values(
        **{name: bindparam(f"b_{name}") for name in _TIMED},
        version=TABLE.c.version + 1,
        updated_at=bindparam("b_updated_at"),
    )
)
_IS_PLANNED = (TABLE.c.status == Status.PLANNED, TABLE.c.wake_at.is_not(None))
"""Whatever is planned has an alarm, and the index of a charger's sessions holds those with one."""


def of_schedules(schedule_ids: Collection[str]) -> ColumnElement[bool]:
    """The sessions of schedules, by their chargers too: those have indexes of what is planned and what is open."""
    chargers = select(Schedule.charger_id).where(Schedule.id.in_(schedule_ids))
    return TABLE.c.schedule_id.in_(schedule_ids) & TABLE.c.charger_id.in_(chargers)


def of_member(location_id: str, driver_id: str) -> ColumnElement[bool]:
    """The sessions of a person at a location, by its chargers too, as in `of_schedules`."""
    chargers = select(Charger.id).where(Charger.location_id == location_id)
    here = (TABLE.c.location_id == location_id) & TABLE.c.charger_id.in_(chargers)
    return here & (TABLE.c.driver_id == driver_id)


def list_planned(db: Db, *, schedule_ids: Collection[str]) -> list[Session]:
    """The planned sessions of schedules in the order in which they are due."""
    return list_sessions(db, of_schedules(schedule_ids), *_IS_PLANNED)


def lock_planned(db: Db, *, schedule_ids: Collection[str]) -> list[Session]:
    """As `list_planned`; nobody decides them until this unit ends.

    One that a decision holds at this moment is waited for, and left out if it is no longer planned after that.
    """
    return _lock(db, of_schedules(schedule_ids))


def lock_planned_of_occurrence(db: Db, occurrence_id: str) -> list[Session]:
    """As `lock_planned`, those of one occurrence."""
    return _lock(db, TABLE.c.occurrence_id == occurrence_id)


def lock_planned_of_charger(db: Db, charger_id: str) -> list[Session]:
    """As `lock_planned`, those of one charger."""
    return _lock(db, TABLE.c.charger_id == charger_id)


def lock_planned_of_member(db: Db, location_id: str, driver_id: str) -> list[Session]:
    """As `lock_planned`, those of one person at one location."""
    return _lock(db, of_member(location_id, driver_id))


def _lock(db: Db, condition: ColumnElement[bool]) -> list[Session]:
    query = select(*COLUMNS).where(condition, *_IS_PLANNED).order_by(TABLE.c.id).with_for_update()
    found = [session_of(row) for row in db.execute(query)]
    return sorted(found, key=lambda session: (session.due_at, session.id))


def retime_sessions(db: Db, sessions: Sequence[Session], *, now: datetime) -> None:
    """Write when and for what planned sessions are to be tried; those no longer planned stay as they are."""
    rows = [
        {f"b_{name}": getattr(session, name) for name in _TIMED}
        | {
            "b_id": session.id,
            "b_target": target_json(session.target),
            "b_limit": limit_json(session.limit),
            "b_updated_at": now,
        }
        for session in sessions
    ]
    if rows:
        db.execute(_RETIME, rows)
        note_changed(db, EventKind.SESSION_CHANGED, [session.id for session in sessions])


def close_recoveries_of(db: Db, condition: ColumnElement[bool], *, now: datetime) -> None:
    """No try that meets the condition is recovered any more."""
    closed = {"open_until": None, "version": TABLE.c.version + 1, "updated_at": now}
    db.execute(update(TABLE).where(condition, TABLE.c.open_until.is_not(None)).values(closed))
