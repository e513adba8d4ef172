"""Schedules in and out of the database, each with its location's zone, and the locks that keep two hands off one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, Table, func, insert, or_, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.limits import limit_from_json, limit_json
from homecharge.domain.occurrences import AHEAD
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.schedules import Schedule, Spec, spec_from_json, spec_json
from homecharge.domain.session_state import Kind, Status
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, ChargingSession, Location, Member, Occurrence
from homecharge.storage.models import Schedule as ScheduleRow
from homecharge.storage.queries.pages import fetch_page

SCHEDULES = cast("Table", ScheduleRow.__table__)
_C = SCHEDULES.c
_COPIED = (
    "id",
    "charger_id",
    "connector_id",
    "driver_id",
    "kind",
    "name",
    "is_enabled",
    "timing_revision",
    "revision",
    "created_at",
    "updated_at",
)
_WITH_HOME = (
    select(SCHEDULES, Charger.location_id, Location.time_zone)
    .join(Charger, Charger.id == _C.charger_id)
    .join(Location, Location.id == Charger.location_id)
)
_IS_ACTIVE = (_C.is_enabled, _C.deleted_at.is_(None), Charger.deleted_at.is_(None))


def _schedule_of(row: Row[Any]) -> Schedule:
    return Schedule(
        location_id=row.location_id,
        zone=ZoneInfo(row.time_zone),
        spec=spec_from_json(row.spec, limit_from_json(row.limit)),
        **{name: getattr(row, name) for name in _COPIED if name != "kind"},
    )


def list_schedules(db: Db, *conditions: ColumnElement[bool]) -> list[Schedule]:
    """Every schedule that meets the conditions and is not deleted, oldest first."""
    query = _WITH_HOME.where(_C.deleted_at.is_(None), *conditions).order_by(_C.created_at, _C.id)
    return [_schedule_of(row) for row in db.execute(query)]


def page_of_schedules(db: Db, keyset: Keyset, *, charger_id: str) -> Page[Schedule]:
    """A charger's schedules, oldest first."""
    rows = _WITH_HOME.where(_C.deleted_at.is_(None), _C.charger_id == charger_id)
    return fetch_page(db, rows, keyset, _schedule_of, at=_C.created_at, id=_C.id, oldest_first=True)


def find_seen(
    db: Db, schedule_id: str, *, account_id: str, with_deleted: bool = False, for_update: bool = False
) -> tuple[Schedule, MemberRole] | None:
    """A schedule and the role in which that member sees it; `for_update` keeps others from changing it."""
    query = (
        _WITH_HOME.add_columns(Member.role)
        .join(Member, Member.location_id == Charger.location_id)
        .where(_C.id == schedule_id, Member.account_id == account_id)
    )
    if not with_deleted:
        query = query.where(_C.deleted_at.is_(None), Charger.deleted_at.is_(None))
    row = db.execute(_locked(query) if for_update else query).one_or_none()
    return None if row is None else (_schedule_of(row), MemberRole(row.role))


def lock_active(db: Db, schedule_ids: Collection[str]) -> list[Schedule]:
    """Those that are enabled and that nobody else is changing at this moment; whoever is looks after them.

    Never waits, so that a decision that holds its sessions cannot deadlock with an edit that wants one of them.
    """
    query = _WITH_HOME.where(_C.id.in_(schedule_ids), *_IS_ACTIVE).order_by(_C.id)
    return [_schedule_of(row) for row in db.execute(_locked(query, skip_locked=True))]


def lock_of_location(db: Db, location_id: str) -> list[Schedule]:
    """Every enabled schedule of a location; waits for whoever changes one."""
    query = _WITH_HOME.where(Charger.location_id == location_id, *_IS_ACTIVE).order_by(_C.id)
    return [_schedule_of(row) for row in db.execute(_locked(query))]


def lock_of_member(db: Db, location_id: str, driver_id: str) -> list[Schedule]:
    """Every schedule of a person at a location that is not deleted."""
    theirs = (Charger.location_id == location_id, _C.driver_id == driver_id, _C.deleted_at.is_(None))
    query = _WITH_HOME.where(*theirs).order_by(_C.id)
    return [_schedule_of(row) for row in db.execute(_locked(query))]


def lock_of_charger(db: Db, charger_id: str) -> list[Schedule]:
    """Every schedule of a charger that is not deleted."""
    query = _WITH_HOME.where(_C.charger_id == charger_id, _C.deleted_at.is_(None)).order_by(_C.id)
    return [_schedule_of(row) for row in db.execute(_locked(query))]


def _locked(query: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """Locked against other changes, not against rows that refer to it."""
    return query.with_for_update(of=SCHEDULES, key_share=True, skip_locked=skip_locked)


def list_smart(db: Db, place: tuple[str, int]) -> list[Schedule]:
    """The enabled Smart schedules of a connector."""
    charger_id, connector_id = place
    here = (_C.charger_id == charger_id, _C.connector_id == connector_id, _C.kind == Kind.SMART)
    return list_schedules(db, *here, *_IS_ACTIVE)


def read_specs(db: Db, schedule_ids: Collection[str]) -> dict[str, Spec]:
    """What schedules ask for, deleted ones included, by id."""
    rows = db.execute(select(_C.id, _C.spec, _C.limit).where(_C.id.in_(schedule_ids)))
    return {row.id: spec_from_json(row.spec, limit_from_json(row.limit)) for row in rows}


def list_wanting(db: Db, *, limit: int) -> list[str]:
    """Ids of enabled schedules with too few undecided occurrences, or none that is planned or waits for its car."""
    ahead = (
        select(
            Occurrence.schedule_id,
            func.count(Occurrence.id.distinct()).label("rows"),
            func.count(ChargingSession.id).label("planned"),
            func.count(Occurrence.wake_at).label("awaited"),
        )
        .outerjoin(
            ChargingSession,
            (ChargingSession.occurrence_id == Occurrence.id) & (ChargingSession.status == Status.PLANNED),
        )
        .where(Occurrence.decided_at.is_(None))
        .group_by(Occurrence.schedule_id)
        .subquery()
    )
    is_weekly = _C.spec["on"]["date"].as_string().is_(None)
    query = (
        select(_C.id)
        .join(Charger, Charger.id == _C.charger_id)
        .outerjoin(ahead, ahead.c.schedule_id == _C.id)
        .where(
            *_IS_ACTIVE,
            or_((ahead.c.planned == 0) & (ahead.c.awaited == 0), is_weekly & (func.coalesce(ahead.c.rows, 0) < AHEAD)),
        )
        .order_by(_C.id)
        .limit(limit)
    )
    return list(db.scalars(query))


def add_schedule(db: Db, schedule: Schedule) -> None:
    """Insert a new one."""
    db.execute(insert(SCHEDULES).values(**{name: getattr(schedule, name) for name in _COPIED}, **_asked(schedule)))


def change_schedule(db: Db, schedule: Schedule) -> None:
    """Write a schedule as it is now."""
    copied = {name: getattr(schedule, name) for name in _COPIED}
    db.execute(update(SCHEDULES).where(_C.id == schedule.id).values(**copied, **_asked(schedule)))


def _asked(schedule: Schedule) -> dict[str, Any]:
    return {"spec": spec_json(schedule.spec), "limit": limit_json(schedule.spec.limit)}


def mark_schedules_deleted(db: Db, schedule_ids: Collection[str], *, now: datetime) -> None:
    """Nobody finds them any more; History keeps their ids."""
    db.execute(update(SCHEDULES).where(_C.id.in_(schedule_ids)).values(deleted_at=now, updated_at=now))
