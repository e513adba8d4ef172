"""Clock jumps (design.md §3, *Races, settled*): the scheduler looks anew, and what is due still happens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from homecharge.domain.session_state import Status, StopReason
from homecharge.observability.clock import ManualClock
from homecharge.roles import watch_clock
from tests.engine.house import House

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
WATCHED_FOR_S = 0.3


@contextlib.asynccontextmanager
async def watched(clock: ManualClock, scheduler: AsyncIOScheduler) -> AsyncIterator[None]:
    watching = asyncio.create_task(watch_clock(clock, scheduler.get_jobs(), every_s=0.01))
    await asyncio.sleep(0.03)
    yield
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


@pytest.fixture
async def scheduler() -> AsyncIterator[AsyncIOScheduler]:
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(lambda: None, "interval", hours=2)
    scheduler.start(paused=True)
    yield scheduler
    scheduler.shutdown(wait=False)


@pytest.mark.parametrize("by", [-HOUR, HOUR, timedelta(seconds=-3)])
async def test_a_step_of_the_wall_clock_makes_every_tick_due(scheduler: AsyncIOScheduler, by: timedelta) -> None:
    clock = ManualClock(datetime(2026, 11, 20, 11, 5, tzinfo=UTC))
    async with watched(clock, scheduler):
        clock.jump(by)

        await asyncio.sleep(WATCHED_FOR_S)

    assert scheduler.get_jobs()[0].next_run_time == clock.now()


async def test_time_that_merely_passes_and_small_corrections_move_nothing(scheduler: AsyncIOScheduler) -> None:
    clock = ManualClock(datetime(2026, 11, 20, 11, 5, tzinfo=UTC))
    before = scheduler.get_jobs()[0].next_run_time
    async with watched(clock, scheduler):
        clock.advance(HOUR)
        clock.jump(SECOND)
        await asyncio.sleep(WATCHED_FOR_S)

    assert scheduler.get_jobs()[0].next_run_time == before


@pytest.mark.parametrize("by", [-HOUR, HOUR], ids=["back", "forth"])
async def test_the_ticks_survive_a_clock_that_is_stepped(house: House, by: timedelta) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        with time_machine.travel(datetime.now(UTC) + by, tick=True):  # noqa: TID251 - the machine's clock is stepped
            house.schedule(house.window(1, 600))
            [planned] = house.sessions()

            charging = await house.until(planned, Status.CHARGING)

    assert charging.commanded_at is not None
    assert charging.commanded_at >= planned.due_at


async def test_a_charge_under_way_ends_with_its_transaction_though_the_clock_was_stepped_back(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        charging = await house.until_drawing(house.boost())
        with time_machine.travel(datetime.now(UTC) - HOUR, tick=True):  # noqa: TID251 - the machine's clock is stepped
            await cp.unplug()

            done = await house.until(charging, Status.COMPLETED)

    assert done.stop_reason is StopReason.UNPLUGGED
