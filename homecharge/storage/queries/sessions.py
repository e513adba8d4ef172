"""Charging sessions in and out of the database, and the fenced move."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Row, Table, bindparam, case, insert, select, update

from homecharge.domain.costs import CostNote
from homecharge.domain.courses import Course, Period
from homecharge.domain.errors import NotFound
from homecharge.domain.events import EventKind
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.limits import limit_from_json, limit_json
from homecharge.domain.session_state import Answer, Kind, Result, Session, Status, StopReason
from homecharge.domain.stored_plans import plan_from_json, plan_json
from homecharge.domain.targets import target_from_json, target_json
from homecharge.domain.timeline import Step
from homecharge.ports.units import Db
from homecharge.storage.database import find_request_id
from homecharge.storage.models import ChargingSession, TimelineEntry
from homecharge.storage.outbox import note_changed
from homecharge.storage.types import new_id

E = TypeVar("E", bound=StrEnum)
TABLE = cast("Table", ChargingSession.__table__)
_FIELDS = tuple(field.name for field in dataclasses.fields(Session))
COLUMNS = tuple(TABLE.c[name] for name in _FIELDS)
_DECIDED = [
    "status",
    "at",
    "due_at",
    "planned_start_at",
    "commanded_at",
    "started_at",
    "ended_at",
    "boosted_at",
    "boost_ended_at",
    "offered_at",
    "drew_at",
    "stop_requested_at",
    "stop_requested_by",
    "stop_requested_as",
    "stop_reason",
    "result",
    "shortfall",
    "reason",
    "rejection",
    "open_until",
    "plan",
    "course",
    "course_revision",
    "flags",
    "wake_at",
    "look_at_wh",
]
"""What a decision may change. Meter values own the energy, `queries.costs` the cost, and what chargers answer owns the
command's answer."""
_MOVE = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("b_id"), TABLE.c.version == bindparam("b_version"))
    .values(
        **{name: bindparam(f"b_{name}") for name in _DECIDED},
        version=TABLE.c.version + 1,
        updated_at=bindparam("b_updated_at"),
        tell_at=case((TABLE.c.status != bindparam("b_status"), bindparam("b_updated_at")), else_=TABLE.c.tell_at),
    )
)


def session_of(row: Row[Any]) -> Session:
    """The domain value of a row that selected `COLUMNS`."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["kind"] = Kind(values["kind"])
    values["status"] = Status(values["status"])
    values["target"] = target_from_json(values["target"])
    values["limit"] = limit_from_json(values["limit"])
    values["boost_limit"] = limit_from_json(values["boost_limit"])
    values["command_answer"] = _optional(Answer, values["command_answer"])
    values["stop_requested_as"] = _optional(StopReason, values["stop_requested_as"])
    values["stop_reason"] = _optional(StopReason, values["stop_reason"])
    values["result"] = _optional(Result, values["result"])
    values["plan"] = plan_from_json(values["plan"])
    values["course"] = course_of(values["course"])
    values["cost_note"] = _optional(CostNote, values["cost_note"])
    values["flags"] = tuple(values["flags"])
    return Session(**values)


def _optional(kind: type[E], value: str | None) -> E | None:
    return None if value is None else kind(value)


def _stored(session: Session) -> dict[str, Any]:
    values = {name: getattr(session, name) for name in _FIELDS}
    values["target"] = target_json(session.target)
    values["limit"] = limit_json(session.limit)
    values["boost_limit"] = limit_json(session.boost_limit)
    values["plan"] = plan_json(session.plan)
    values["course"] = course_json(session.course)
    values["flags"] = list(session.flags)
    return values


def course_json(course: Course | None) -> list[Any] | None:
    """A course as it is stored."""
    return None if course is None else [[period.start.isoformat(), period.limit_w] for period in course]


def course_of(stored: Sequence[Any] | None) -> Course | None:
    """The domain value of a stored course."""
    if stored is None:
        return None
    return tuple(Period(datetime.fromisoformat(start), limit_w) for start, limit_w in stored)


def find_session(db: Db, session_id: str) -> Session | None:
    """By id, None if there is none."""
    row = db.execute(select(*COLUMNS).where(TABLE.c.id == session_id)).one_or_none()
    return None if row is None else session_of(row)


def get_session(db: Db, session_id: str) -> Session:
    """By id; raises NotFound."""
    found = find_session(db, session_id)
    if found is None:
        raise NotFound
    return found


def find_tagged(db: Db, charger_id: str, id_tag: str) -> Session | None:
    """The session of this charger whose own tag it is, as uids are compared."""
    row = db.execute(
        select(*COLUMNS).where(TABLE.c.tag == uid_key(id_tag), TABLE.c.charger_id == charger_id)
    ).one_or_none()
    return None if row is None else session_of(row)


def find_last_try(db: Db, session: Session) -> Session:
    """The last of the tries that recover one another, beginning with this session; itself if there is none."""
    while True:
        row = db.execute(select(*COLUMNS).where(TABLE.c.recovers_session_id == session.id)).one_or_none()
        if row is None:
            return session
        session = session_of(row)


def find_on_connector(db: Db, charger_id: str, connector_id: int, *statuses: Status) -> Session | None:
    """The session on a connector that has one of the statuses, the first due of several."""
    row = db.execute(
        select(*COLUMNS)
        .where(
            TABLE.c.charger_id == charger_id,
            TABLE.c.connector_id == connector_id,
            TABLE.c.wake_at.is_not(None),
            TABLE.c.status.in_(statuses),
        )
        .order_by(TABLE.c.due_at)
    ).first()
    return None if row is None else session_of(row)


def list_sessions(db: Db, *conditions: ColumnElement[bool]) -> list[Session]:
    """Every session that meets the conditions, in the order in which they are due."""
    rows = db.execute(select(*COLUMNS).where(*conditions).order_by(TABLE.c.due_at, TABLE.c.id))
    return [session_of(row) for row in rows]


def add_sessions(db: Db, sessions: Iterable[Session]) -> None:
    """Insert new rows; raises IntegrityError where an invariant says no."""
    added = list(sessions)
    if added:
        db.execute(insert(TABLE), [_stored(session) | {"tell_at": _born_at(session)} for session in added])
        _note(db, added)


def move_sessions(db: Db, moves: Sequence[tuple[Session, Session]], *, now: datetime) -> bool:
    """Write `(before, after)` pairs, each only where the version is still `before`'s; False if any was not."""
    if not moves:
        return True
    _note(db, [after for before, after in moves if after.status is not before.status])
    parameters = []
    for before, after in moves:
        stored = _stored(after)
        parameters.append(
            {f"b_{name}": stored[name] for name in _DECIDED}
            | {"b_id": before.id, "b_version": before.version, "b_updated_at": now}
        )
    return db.execute(_MOVE, parameters).rowcount == len(moves)


def add_steps(db: Db, steps: Iterable[tuple[str, Step]]) -> None:
    """Append `(session id, step)` pairs to timelines, with the request that the unit belongs to."""
    request_id = find_request_id(db)
    taken = list(steps)
    rows = [
        {
            "id": new_id(),
            "session_id": session_id,
            "at": step.at,
            "kind": step.kind,
            "actor": step.actor,
            "actor_id": step.actor_id,
            "cause": step.cause,
            "detail": step.detail,
            "message_id": step.message_id,
            "request_id": request_id,
        }
        for session_id, step in taken
    ]
    if rows:
        db.execute(insert(TimelineEntry), rows)
        note_changed(db, EventKind.SESSION_CHANGED, [session_id for session_id, _ in taken])


def _born_at(session: Session) -> datetime | None:
    """When there is something to tell of a new one: of what is only planned there is nothing yet."""
    return None if session.status is Status.PLANNED else session.created_at


def _note(db: Db, sessions: Collection[Session]) -> None:
    """With a session's status its charger's and its occurrence's picture changes."""
    note_changed(db, EventKind.SESSION_CHANGED, [session.id for session in sessions])
    note_changed(db, EventKind.CHARGER_CHANGED, [session.charger_id for session in sessions])
    fired = [session.occurrence_id for session in sessions if session.occurrence_id is not None]
    note_changed(db, EventKind.OCCURRENCE_CHANGED, fired)
