"""Feeds of prices in and out of the database: whose turn it is, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from homecharge.ports.units import Db
from homecharge.storage.queries.tariffs import TARIFFS

BATCH = 20
_T = TARIFFS.c


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed whose turn it is; `failures` are those in a row so far."""

    tariff_id: str
    url: str
    failures: int


def claim_feeds(db: Db, *, lease: timedelta, now: datetime) -> Sequence[DueFeed]:
    """Feeds that are due, at most `BATCH`; claiming sets their alarm, which rings again if we vanish."""
    due = (
        select(_T.id)
        .where(_T.feed_wake_at <= now)
        .order_by(_T.feed_wake_at, _T.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    claimed = db.execute(
        update(TARIFFS)
        .where(_T.id.in_(due.scalar_subquery()))
        .values(feed_wake_at=now + lease)
        .returning(_T.id, _T.feed_url, _T.feed_failures)
    )
    return [DueFeed(row.id, row.feed_url, row.feed_failures) for row in claimed]


def settle_feed(db: Db, due: DueFeed, *, failures: int, error: str | None, wake_at: datetime, now: datetime) -> bool:
    """Write what came of asking, and when to ask again; False where it is another feed by now."""
    outcome = {"feed_failures": failures, "feed_error": error, "feed_wake_at": wake_at}
    if error is None:
        outcome["feed_ok_at"] = now
    is_same = (_T.id == due.tariff_id) & (_T.feed_url == due.url) & _T.feed_wake_at.is_not(None)
    return db.execute(update(TARIFFS).where(is_same).values(outcome)).rowcount == 1
