"""Ask the feeds of dynamic tariffs for prices; one that is away costs nothing but its news."""

import asyncio
from datetime import timedelta

from homecharge.domain.errors import Invalid, Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.tariff_feed import FeedUnavailable, TariffFeed
from homecharge.ports.units import Units
from homecharge.services.feeds import problem_text, remember_failure, take_prices
from homecharge.storage.queries.feeds import DueFeed, claim_feeds

log = get_logger(__name__)

LEASE = timedelta(minutes=2)
"""Longer than any answer takes."""


class Feeds:
    """The scheduler's; several of them share the work, because claiming sets the alarm."""

    def __init__(self, units: Units, feed: TariffFeed, clock: Clock, metrics: Metrics) -> None:
        self._units, self._feed, self._clock, self._metrics = units, feed, clock, metrics

    async def look(self) -> None:
        """Ask those whose turn it is, all at once."""
        try:
            due = await self._units.run_write(claim_feeds, lease=LEASE, now=self._clock.now())
            await asyncio.gather(*map(self._ask, due))
        except Unavailable as away:
            log.warning("feeds.postponed", reason=away.code)

    async def _ask(self, due: DueFeed) -> None:
        try:
            text = await self._feed.fetch(due.url)
            taken = await self._units.run_write(take_prices, due, text, now=self._clock.now())
        except FeedUnavailable as away:
            await self._failed(due, "unavailable", away.reason)
        except Invalid as refused:
            await self._failed(due, "unreadable", problem_text(refused))
        else:
            self._metrics.tariff_feed_polls.labels("taken").inc()
            if taken is not None:
                log.info("feed.taken", tariff_id=due.tariff_id, added=taken.added, replaced=taken.replaced)

    async def _failed(self, due: DueFeed, outcome: str, reason: str) -> None:
        self._metrics.tariff_feed_polls.labels(outcome).inc()
        log.warning("feed.failed", tariff_id=due.tariff_id, outcome=outcome, reason=reason, failures=due.failures + 1)
        await self._units.run_write(remember_failure, due, reason, now=self._clock.now())
