"""Our own processes and outages, and the chargers that a dead gateway leaves behind."""

from datetime import datetime

from sqlalchemy import exists, false, func, insert, select, update

from homecharge.domain.charger_state import OfflineCause
from homecharge.domain.events import EventKind
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Outage, Process
from homecharge.storage.outbox import note_changed
from homecharge.storage.types import UtcDateTime, new_id

MOST_ORPHANED = 10_000
"""At a time: what a gateway is designed to hold."""


def find_last_beat(db: Db) -> datetime | None:
    """When any process last said that it is alive."""
    return db.scalar(select(func.max(Process.beat_at)))


def find_beat(db: Db, process_id: str) -> datetime | None:
    """When a process last said that it is alive; None for one that is new."""
    return db.scalar(select(Process.beat_at).where(Process.id == process_id))


def read_clock(db: Db) -> datetime | None:
    """The instant by the database's own clock; None where that is the clock of the process."""
    return db.scalar(select(func.clock_timestamp(type_=UtcDateTime()))) if db.dialect.name == "postgresql" else None


def add_outage(db: Db, outage: Interval) -> None:
    """A time in which nobody could decide."""
    db.execute(insert(Outage).values(id=new_id(), began_at=outage.start, ended_at=outage.end))


def mark_beat(db: Db, process_id: str, roles: str, *, now: datetime) -> None:
    """The process is alive; the first time it is also new."""
    known = db.execute(update(Process).where(Process.id == process_id).values(beat_at=now))
    if known.rowcount == 0:
        db.execute(insert(Process).values(id=process_id, roles=roles, started_at=now, beat_at=now))


def mark_ended(db: Db, process_id: str, *, now: datetime) -> None:
    """The process has drained."""
    db.execute(update(Process).where(Process.id == process_id).values(ended_at=now, beat_at=now))


def mark_all_ended(db: Db, *, now: datetime) -> None:
    """Whatever ran before runs no more."""
    db.execute(update(Process).where(Process.ended_at.is_(None)).values(ended_at=now))


def orphan_chargers(db: Db, *, silent_since: datetime | None) -> list[str]:
    """Take the chargers of gateways that ended or fell silent off the line, as of their last beat.

    None for `silent_since` leaves the silent ones alone. So many at a time, the next ones at the next beat. Locked in
    the order of `lock_chargers` first: several processes may bury the same gateway.
    """
    c, p = Charger, Process
    is_silent = false() if silent_since is None else p.beat_at < silent_since
    dead = select(p.id).where(is_silent | p.ended_at.is_not(None))
    last_beat = select(p.beat_at).where(p.id == c.gateway_id).scalar_subquery()
    unknown = c.gateway_id.is_not(None) & ~exists().where(p.id == c.gateway_id)
    is_left = c.gateway_id.in_(dead) | unknown
    first = select(c.id).where(is_left).order_by(c.id).limit(MOST_ORPHANED)
    left = db.scalars(first.with_for_update(key_share=True)).all()
    if not left:
        return []
    orphaned = db.execute(
        update(c)
        .where(c.id.in_(left), is_left)
        .values(
            connection_id=None,
            gateway_id=None,
            connected_at=None,
            offline_since=func.coalesce(last_beat, c.last_seen_at),
            offline_cause=OfflineCause.GATEWAY.value,
            tell_at=func.coalesce(last_beat, c.last_seen_at),
        )
        .returning(c.id)
    )
    ids = [row.id for row in orphaned]
    note_changed(db, EventKind.CHARGER_CHANGED, ids)
    return ids
