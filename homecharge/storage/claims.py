"""Claims: take what is due, so that no other process works on it and a crash gives it back (design.md §3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from homecharge.domain.occurrences import Occurrence
from homecharge.domain.session_state import Session
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, TransactionRow
from homecharge.storage.queries.occurrences import OCCURRENCES, list_occurrences
from homecharge.storage.queries.sessions import COLUMNS, TABLE, session_of

LEASE = timedelta(seconds=15)
"""A claim moves the alarm by this much: work that a crash left behind rings again."""
BATCH = 250


@dataclass(frozen=True, slots=True)
class Claimant:
    """Whose chargers a process works for: those whose socket it holds, and those that nobody holds."""

    gateway_id: str | None
    takes_unheld: bool

    def holds(self) -> ColumnElement[bool]:
        """The condition on a charger."""
        conditions: list[ColumnElement[bool]] = []
        if self.gateway_id is not None:
            conditions.append(Charger.gateway_id == self.gateway_id)
        if self.takes_unheld:
            conditions.append(Charger.gateway_id.is_(None))
        return or_(*conditions)


def claim_sessions(db: Db, claimant: Claimant, *, now: datetime, limit: int = BATCH) -> list[Session]:
    """Sessions whose alarm has rung, as they are after the claim: alarm moved by the lease, version raised."""
    due = (
        select(TABLE.c.id)
        .join(Charger, Charger.id == TABLE.c.charger_id)
        .where(TABLE.c.wake_at <= now, claimant.holds())
        .order_by(TABLE.c.wake_at, TABLE.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=TABLE)
    )
    claim = (
        update(TABLE)
        .where(TABLE.c.id.in_(due))
        .values(wake_at=now + LEASE, version=TABLE.c.version + 1)
        .returning(*COLUMNS)
    )
    claimed = [session_of(row) for row in db.execute(claim)]
    return sorted(claimed, key=lambda session: (session.due_at, session.id))


def claim_awaited(db: Db, *, now: datetime, limit: int = BATCH) -> list[Occurrence]:
    """Smart occurrences whose alarm has rung; it is moved by the lease."""
    due = (
        select(OCCURRENCES.c.id)
        .where(OCCURRENCES.c.wake_at <= now)
        .order_by(OCCURRENCES.c.wake_at, OCCURRENCES.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = db.scalars(
        update(OCCURRENCES).where(OCCURRENCES.c.id.in_(due)).values(wake_at=now + LEASE).returning(OCCURRENCES.c.id)
    )
    return list_occurrences(db, OCCURRENCES.c.id.in_(list(claimed)))


def lock_awaited(db: Db, occurrence_id: str) -> Occurrence | None:
    """A Smart occurrence that still waits for its car; nobody else rings or opens it until this unit ends."""
    waits = (OCCURRENCES.c.id == occurrence_id, OCCURRENCES.c.wake_at.is_not(None))
    locked = db.scalars(select(OCCURRENCES.c.id).where(*waits).with_for_update()).all()
    return next(iter(list_occurrences(db, OCCURRENCES.c.id.in_(locked))), None)


@dataclass(frozen=True, slots=True)
class OwedStop:
    """A RemoteStop to send now; `version` fences what is written of its outcome."""

    transaction_id: int
    charger_id: str
    session_id: str | None
    tries: int
    version: int


def claim_stops(
    db: Db, claimant: Claimant, *, lease: timedelta = LEASE, now: datetime, limit: int = BATCH
) -> list[OwedStop]:
    """Open transactions that are owed a RemoteStop now; those of absent chargers wait for their line.

    `lease` is longer than a command may take, so that no stop is sent twice at a time.
    """
    rows = TransactionRow
    due = (
        select(rows.id)
        .join(Charger, Charger.id == rows.charger_id)
        .where(rows.stop_at <= now, rows.stopped_at.is_(None), Charger.gateway_id == claimant.gateway_id)
        .order_by(rows.stop_at, rows.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=rows)
    )
    claim = (
        update(rows)
        .where(rows.id.in_(due))
        .values(stop_at=now + lease, stop_version=rows.stop_version + 1)
        .returning(rows.id, rows.charger_id, rows.session_id, rows.stop_tries, rows.stop_version)
    )
    return [OwedStop(*row) for row in db.execute(claim)]
