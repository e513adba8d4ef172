"""Beats compare clocks: what several processes write is put in order by the time at which each says it was."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.engine.housekeeping import Housekeeping
from homecharge.observability.clock import ManualClock, SystemClock
from homecharge.storage.database import Database
from homecharge.storage.models import Process

MINUTE = timedelta(minutes=1)


class Scene:
    """A process that beats, and what its log says."""

    def __init__(self, url: str) -> None:
        self.database, self.clock = Database(url), ManualClock(SystemClock().now())
        self.work = Housekeeping(
            self.database,
            MemoryBell(),
            self.clock,
            process_id="p",
            roles="api",
            silent=MINUTE,
            keep_messages=timedelta(days=1),
            agents_stay=timedelta(hours=12),
        )

    async def logged(self, *, after: timedelta) -> list[str]:
        self.clock.jump(after)
        with structlog.testing.capture_logs() as logged:
            await self.work.beat()
        return [entry["event"] for entry in logged if entry["event"].startswith("clock")]


@pytest.fixture
def scene(postgresql_url: str) -> Iterator[Scene]:
    scene = Scene(postgresql_url)
    yield scene
    scene.database.close()


@pytest.mark.parametrize("apart", [-MINUTE, MINUTE])
async def test_a_clock_that_differs_from_the_databases_is_in_the_log_once_and_when_it_agrees_again(
    scene: Scene, apart: timedelta
):
    logged = [await scene.logged(after=after) for after in (timedelta(0), apart, timedelta(0), -apart)]

    assert logged == [[], ["clock.apart"], [], ["clock.agrees"]]


async def test_a_beat_is_no_less_a_beat_where_clocks_differ(scene: Scene):
    await scene.logged(after=MINUTE)

    with scene.database.read() as db:
        assert list(db.scalars(select(Process.beat_at))) == [scene.clock.now()]


async def test_an_embedded_database_has_no_clock_of_its_own(sqlite_url: str):
    scene = Scene(sqlite_url)

    assert await scene.logged(after=-MINUTE) == []
    scene.database.close()
