"""Feeds of prices: polled when their turn comes, later after each failure, and their absence costs nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from homecharge.adapters.tariff_memory import MemoryTariffFeed
from homecharge.domain.tariff_specs import Tariff
from homecharge.domain.tariffs import Dynamic
from homecharge.engine.feeds import Feeds
from homecharge.observability.clock import ManualClock
from homecharge.observability.metrics import Metrics
from homecharge.services.tariffs import add_tariff, change_tariff, get_own_tariff, get_tariff
from homecharge.storage import schema
from homecharge.storage.database import Database
from homecharge.storage.queries.feeds import claim_feeds
from tests.domain.prices import rate
from tests.homes import NOW, sign_up

URL = "https://prices.example/rates"
TEXT = (
    '{"results": [{"value_inc_vat": 20.5, "valid_from": "2026-11-21T00:00:00Z", "valid_to": "2026-11-21T00:30:00Z"}]}'
)
KNOWN = rate("2026-11-20T23:30", "2026-11-21T00:00", "0.10")


class Scene:
    """A dynamic tariff with a feed, and who asks it."""

    def __init__(self, database_url: str) -> None:
        self.database = Database(database_url)
        schema.upgrade(self.database.engine)
        self.clock, self.metrics, self.source = ManualClock(NOW), Metrics(), MemoryTariffFeed()
        self.feeds = Feeds(self.database, self.source, self.clock, self.metrics)
        with self.database.write() as db:
            self.ada = sign_up(db)
            self.id = add_tariff(
                db, name="Spot", currency="GBP", pricing=Dynamic((KNOWN,)), feed_url=URL, caller=self.ada, now=NOW
            ).id

    @property
    def tariff(self) -> Tariff:
        with self.database.read() as db:
            return get_tariff(db, self.id, caller=self.ada)

    def prices(self) -> list[str]:
        pricing = self.tariff.pricing
        assert isinstance(pricing, Dynamic)
        return [str(each.per_kwh) for each in pricing.rates]

    def polls(self, outcome: str) -> float | None:
        return self.metrics.registry.get_sample_value("homecharge_tariff_feed_polls_total", {"outcome": outcome})

    async def look_after(self, minutes: float) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        await self.feeds.look()


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    scene = Scene(database_url)
    yield scene
    scene.database.close()


async def test_prices_are_taken_over_when_the_feed_has_its_turn(scene: Scene) -> None:
    scene.source.texts[URL] = TEXT

    await scene.feeds.look()

    tariff = scene.tariff
    assert scene.prices() == ["0.10", "0.205"]
    assert tariff.feed is not None
    assert (tariff.feed.last_success_at, tariff.feed.failures, tariff.feed.error) == (NOW, 0, None)
    assert tariff.revision == 1
    assert scene.polls("taken") == 1


async def test_it_is_asked_again_after_half_an_hour_and_not_before(scene: Scene) -> None:
    scene.source.texts[URL] = TEXT
    await scene.feeds.look()
    scene.source.texts[URL] = TEXT.replace("20.5", "30")

    await scene.look_after(29)
    before = scene.prices()
    await scene.look_after(1)

    assert (before, scene.prices()) == (["0.10", "0.205"], ["0.10", "0.30"])


async def test_while_it_is_away_prices_stay_and_it_is_asked_later_each_time(scene: Scene) -> None:
    await scene.feeds.look()
    first = scene.tariff.feed
    await scene.look_after(0.9)
    await scene.look_after(0.1)
    await scene.look_after(1.9)
    await scene.look_after(0.1)
    third = scene.tariff.feed
    scene.source.texts[URL] = TEXT

    await scene.look_after(4)

    assert first is not None
    assert (first.failures, first.error, first.last_success_at) == (1, "status 404", None)
    assert third is not None
    assert third.failures == 3
    assert scene.polls("unavailable") == 3
    assert scene.prices() == ["0.10", "0.205"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<html>", "body: This is not JSON."),
        (TEXT.replace("20.5", '"cheap"'), "results.0.value_inc_vat: Not a decimal number such as 24.39."),
    ],
)
async def test_what_cannot_be_read_is_no_price(scene: Scene, text: str, error: str) -> None:
    scene.source.texts[URL] = text

    await scene.feeds.look()

    feed = scene.tariff.feed
    assert feed is not None
    assert (scene.prices(), feed.error, feed.failures) == (["0.10"], error, 1)
    assert scene.polls("unreadable") == 1


async def test_a_feed_that_was_claimed_is_not_asked_twice_and_comes_back_after_a_crash(scene: Scene) -> None:
    with scene.database.write() as db:
        claimed = claim_feeds(db, lease=timedelta(minutes=2), now=NOW)
        again = claim_feeds(db, lease=timedelta(minutes=2), now=NOW)
        later = claim_feeds(db, lease=timedelta(minutes=2), now=NOW + timedelta(minutes=2))

    assert ([due.tariff_id for due in claimed], again, [due.url for due in later]) == ([scene.id], [], [URL])


async def test_a_feed_that_was_taken_away_is_asked_no_more(scene: Scene) -> None:
    scene.source.texts[URL] = TEXT
    with scene.database.write() as db:
        change_tariff(db, get_own_tariff(db, scene.id, caller=scene.ada), {"feed_url": None}, now=NOW)

    await scene.feeds.look()

    assert (scene.tariff.feed, scene.prices(), scene.polls("taken")) == (None, ["0.10"], None)
