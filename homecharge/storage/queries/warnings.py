"""Occurrences about which it is to be asked whether they will start, claimed by their alarm."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from homecharge.ports.units import Db
from homecharge.storage.models import Schedule
from homecharge.storage.queries.occurrences import OCCURRENCES

_C = OCCURRENCES.c
BATCH = 50


class Asked(NamedTuple):
    """An occurrence that is claimed until `leased_until`, by which what is written of it is fenced."""

    occurrence_id: str
    leased_until: datetime


class Settled(NamedTuple):
    """What is written of one: from when on it is watched, and when it is asked about next (None: no more)."""

    asked: Asked
    watch_from: datetime | None
    next_at: datetime | None


def claim_asked(db: Db, *, lease: timedelta, now: datetime) -> list[Asked]:
    """Those whose alarm has rung; it rings again after the lease if nobody says what came of it."""
    due = (
        select(_C.id)
        .where(_C.warn_at <= now)
        .order_by(_C.warn_at, _C.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    until = now + lease
    claim = update(OCCURRENCES).where(_C.id.in_(due)).values(warn_at=until).returning(_C.id)
    return [Asked(occurrence_id, until) for occurrence_id in db.scalars(claim)]


def settle_asked(db: Db, settled: Sequence[Settled]) -> set[str]:
    """Set the next alarms; the occurrences of which nothing has changed since they were claimed."""
    kept = set()
    for (occurrence_id, until), watch_from, next_at in settled:
        mine = update(OCCURRENCES).where(_C.id == occurrence_id, _C.warn_at == until)
        if db.execute(mine.values(warn_at=next_at, watch_from=watch_from)).rowcount:
            kept.add(occurrence_id)
    return kept


def ask_again(db: Db, charger_ids: Collection[str], *, settles_in: timedelta, now: datetime) -> None:
    """What is watched at these chargers may have got worse: it is asked about again, once that has settled."""
    at_these = select(Schedule.id).where(Schedule.charger_id.in_(charger_ids))
    watched = update(OCCURRENCES).where(
        _C.schedule_id.in_(at_these),
        _C.decided_at.is_(None),
        _C.watch_from <= now,
        _C.warn_at.is_(None) | (_C.warn_at > now + settles_in),
    )
    db.execute(watched.values(warn_at=now + settles_in))
