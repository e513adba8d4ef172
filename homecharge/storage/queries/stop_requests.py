"""What people ask of a session under way: fenced by its status, so that the first commit wins (design.md §3)."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import update

from homecharge.domain.limits import Limit, limit_json
from homecharge.domain.session_state import Session, StopReason
from homecharge.domain.targets import target_json
from homecharge.ports.units import Db
from homecharge.storage.queries.sessions import TABLE


def mark_stop_requested(db: Db, session: Session, *, by: str | None, now: datetime) -> bool:
    """Ask for a stop; False when the session has moved, or somebody has asked already: the first reason stays."""
    stop = {"stop_requested_at": now, "stop_requested_by": by, "stop_requested_as": StopReason.DRIVER}
    asked = (
        update(TABLE)
        .where(TABLE.c.id == session.id, TABLE.c.status == session.status, TABLE.c.stop_requested_at.is_(None))
        .values(**stop, wake_at=now, version=TABLE.c.version + 1, updated_at=now)
    )
    return db.execute(asked).rowcount == 1


def mark_boosted(
    db: Db, session: Session, limit: Limit | None, *, cost: Decimal, lasted: timedelta, now: datetime
) -> bool:
    """Set a session free until a limit, counted from the energy it has and from what it has cost.

    `lasted` is what its own limit by time has counted so far. False when it has moved meanwhile, or is about to be
    stopped.
    """
    boost = {
        "boosted_at": now,
        "boost_limit": limit_json(limit),
        "boost_from_wh": TABLE.c.energy_wh,
        "boost_from_s": int(lasted.total_seconds()),
        "boost_from_cost": cost,
        "boost_ended_at": None,
    }
    boosted = (
        update(TABLE)
        .where(TABLE.c.id == session.id, TABLE.c.status == session.status, TABLE.c.stop_requested_at.is_(None))
        .values(**boost, wake_at=now, version=TABLE.c.version + 1, updated_at=now)
    )
    return db.execute(boosted).rowcount == 1


def mark_overridden(db: Db, session: Session, *, now: datetime) -> bool:
    """Write until when and for what a session is, and look at it at once; False when it is over by now."""
    changed = {
        "window_end": session.window_end,
        "last_feasible_start": session.last_feasible_start,
        "target": target_json(session.target),
    }
    overridden = (
        update(TABLE)
        .where(TABLE.c.id == session.id, TABLE.c.wake_at.is_not(None))
        .values(**changed, wake_at=now, version=TABLE.c.version + 1, updated_at=now)
    )
    return db.execute(overridden).rowcount == 1


def extend_recovery(db: Db, session: Session, *, now: datetime) -> bool:
    """Write until when a session that is over may be recovered; False when there would be no further try."""
    until = {
        "window_end": session.window_end,
        "last_feasible_start": session.last_feasible_start,
        "open_until": session.last_feasible_start,
    }
    extended = (
        update(TABLE)
        .where(TABLE.c.id == session.id, TABLE.c.open_until >= now)
        .values(**until, version=TABLE.c.version + 1, updated_at=now)
    )
    return db.execute(extended).rowcount == 1


def cancel_recovery(db: Db, session_id: str, *, now: datetime) -> bool:
    """No further try of a session that is over; False when there would have been none."""
    closed = (
        update(TABLE)
        .where(TABLE.c.id == session_id, TABLE.c.open_until > now)
        .values(open_until=None, version=TABLE.c.version + 1, updated_at=now)
    )
    return db.execute(closed).rowcount == 1
