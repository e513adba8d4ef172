"""Deliveries in and out of the database: one notification by one channel, claimed by its alarm."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, insert, select, update

from homecharge.domain.notification_preferences import DISTURBING, Channel
from homecharge.ports.units import Db
from homecharge.storage.models import Delivery
from homecharge.storage.types import new_id

DELIVERIES = cast("Table", Delivery.__table__)
_C = DELIVERIES.c
BATCH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A notification that is to go out by a channel, and when."""

    notification_id: str
    account_id: str
    channel: Channel
    webhook_id: str | None
    collapse_key: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """One that is claimed: `version` fences what is written of it, `tries` counts this one too."""

    id: str
    notification_id: str
    account_id: str
    channel: Channel
    webhook_id: str | None
    tries: int
    version: int
    created_at: datetime


def add_deliveries(db: Db, deliveries: Sequence[NewDelivery], *, now: datetime) -> None:
    """Set them on their way, oldest first; one that disturbs takes the place of what waits with its collapse key."""
    newest = {
        (each.account_id, each.collapse_key, each.channel): each for each in deliveries if each.channel in DISTURBING
    }
    for account_id, collapse_key, channel in sorted(newest):  # in one order, so that units wait for one another
        replaced = update(DELIVERIES).where(
            _C.account_id == account_id,
            _C.collapse_key == collapse_key,
            _C.channel == channel,
            _C.wake_at.is_not(None),
        )
        db.execute(replaced.values(**_over("replaced", None, now), version=_C.version + 1))
    rows = [
        {
            "id": new_id(),
            "notification_id": each.notification_id,
            "account_id": each.account_id,
            "channel": each.channel,
            "webhook_id": each.webhook_id,
            "collapse_key": each.collapse_key,
            "state": "pending",
            "tries": 0,
            "version": 0,
            "wake_at": each.due_at,
            "created_at": now,
        }
        for each in deliveries
        if newest.get((each.account_id, each.collapse_key, each.channel), each) is each
    ]
    if rows:
        db.execute(insert(DELIVERIES), rows)


def claim_deliveries(db: Db, *, lease: timedelta, now: datetime) -> list[DueDelivery]:
    """Those whose alarm has rung, oldest first; it rings again after the lease if nobody says what became of them."""
    due = (
        select(_C.id)
        .where(_C.wake_at <= now, _C.channel.in_(list(Channel)))
        .order_by(_C.wake_at, _C.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(DELIVERIES)
        .where(_C.id.in_(due))
        .values(wake_at=now + lease, tries=_C.tries + 1, version=_C.version + 1)
        .returning(
            _C.id,
            _C.notification_id,
            _C.account_id,
            _C.channel,
            _C.webhook_id,
            _C.tries,
            _C.version,
            _C.created_at,
        )
    )
    found = [
        DueDelivery(**dict(row._mapping) | {"channel": Channel(row.channel)})  # noqa: SLF001 - SQLAlchemy's public name for it
        for row in db.execute(claim)
    ]
    return sorted(found, key=lambda each: each.notification_id)


def end_delivery(db: Db, due: DueDelivery, state: str, *, error: str | None = None, now: datetime) -> bool:
    """It is over; False when somebody else has taken it up meanwhile."""
    return _write(db, due, _over(state, error, now))


def postpone_delivery(db: Db, due: DueDelivery, *, error: str, again_at: datetime) -> bool:
    """It is tried again then; False when somebody else has taken it up meanwhile."""
    return _write(db, due, {"wake_at": again_at, "error": error})


def end_deliveries_of(db: Db, webhook_ids: Collection[str], *, now: datetime) -> None:
    """Nothing goes to these webhooks any more."""
    waiting = (_C.webhook_id.in_(webhook_ids), _C.wake_at.is_not(None))
    db.execute(update(DELIVERIES).where(*waiting).values(**_over("disabled", None, now), version=_C.version + 1))


def _write(db: Db, due: DueDelivery, values: dict[str, Any]) -> bool:
    mine = update(DELIVERIES).where(_C.id == due.id, _C.version == due.version, _C.wake_at.is_not(None))
    return db.execute(mine.values(values)).rowcount == 1


def _over(state: str, error: str | None, now: datetime) -> dict[str, Any]:
    return {"state": state, "error": error, "wake_at": None, "ended_at": now}
