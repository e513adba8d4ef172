"""Occurrences about which it is to be asked whether they will start, claimed by their alarm."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, update

from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Schedule
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
    _ask(db, Schedule.charger_id.in_(charger_ids), _C.watch_from <= now, settles_in=settles_in, now=now)


def ask_anew_at_chargers(db: Db, charger_ids: Collection[str], *, settles_in: timedelta, now: datetime) -> None:
    """As `ask_again`, of what plans go by: a Smart one whose turn it is may be due at another time, so it is asked."""
    _ask(db, Schedule.charger_id.in_(charger_ids), _may_be_due_else(now), settles_in=settles_in, now=now)


def ask_anew_at_locations(db: Db, location_ids: Collection[str], *, settles_in: timedelta, now: datetime) -> None:
    """As `ask_anew_at_chargers`, of locations."""
    there = Schedule.charger_id.in_(select(Charger.id).where(Charger.location_id.in_(location_ids)))
    _ask(db, there, _may_be_due_else(now), settles_in=settles_in, now=now)


def _may_be_due_else(now: datetime) -> ColumnElement[bool]:
    return (_C.watch_from <= now) | (_C.ready_by.is_not(None) & (_C.window_start <= now))


def _ask(
    db: Db, there: ColumnElement[bool], which: ColumnElement[bool], *, settles_in: timedelta, now: datetime
) -> None:
    """An alarm that rings sooner anyway stays: a stream of changes does not put it off."""
    asked = update(OCCURRENCES).where(
        _C.schedule_id.in_(select(Schedule.id).where(there)),
        _C.decided_at.is_(None),
        which,
        _C.warn_at.is_(None) | (_C.warn_at > now + settles_in),
    )
    db.execute(asked.values(warn_at=now + settles_in))
