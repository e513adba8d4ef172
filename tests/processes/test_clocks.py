"""A machine's clock that is stepped back and forth, and the two nights on which the wall clocks change."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.schedules import Manual, Weekly
from homecharge.domain.session_state import Session, Status
from homecharge.domain.times import WEEKDAYS
from homecharge.observability.clock import SystemClock
from homecharge.storage.queries.occurrences import OCCURRENCES, list_occurrences
from homecharge.storage.queries.sessions import TABLE
from tests.processes.estate import Estate, lively, open_estate, until
from tests.processes.process import Process
from tests.schedules import schedule

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

SHIFTED = (sys.executable, str(Path(__file__).with_name("shifted.py")))
HOUR = timedelta(hours=1)
ON_TIME = timedelta(seconds=4)


class SteppedClock:
    """What the process under test takes for the time: ours, so much earlier or later."""

    def __init__(self, begin: datetime) -> None:
        self._system = SystemClock()
        self._ahead = begin - self._system.now()

    def now(self) -> datetime:
        return self._system.now() + self._ahead

    def monotonic(self) -> float:
        return self._system.monotonic()

    def jump(self, by: timedelta) -> None:
        self._ahead += by


class Machine:
    """A process under a clock of its own, which the home's tests live by too."""

    def __init__(self, estate: Estate, process: Process, clock: SteppedClock) -> None:
        self.estate, self.process, self._clock = estate, process, clock

    async def step(self, by: timedelta) -> None:
        """Set the machine's clock, and wait until it has been noticed."""
        self.process.logged.clear()
        await self.process.write(str(by.total_seconds()))
        self._clock.jump(by)
        await self.process.until_logged("clock.stepped", within_s=10)

    async def step_to(self, instant: datetime) -> None:
        await self.step(instant - self._clock.now())


@asynccontextmanager
async def open_machine(url: str, begin: datetime) -> AsyncIterator[Machine]:
    clock = SteppedClock(begin)
    async with open_estate(url, clock=clock) as estate:
        process = Process(url, program=SHIFTED, environment={"TEST_CLOCK": begin.isoformat()})
        clock.jump(begin - clock.now())
        async with process:
            yield Machine(estate, process, clock)


async def test_starts_go_on_when_the_clock_is_stepped_back_and_forth(sqlite_url: str) -> None:
    """The charger's own clock stays right all the while."""
    async with open_machine(sqlite_url, SystemClock().now()) as machine:
        estate = machine.estate
        async with estate.charge_point("CP1", machine.process.ocpp_url) as cp:
            await cp.plug_in()
            done = [await _charge_once(estate)]
            for step in (-HOUR, HOUR):
                await machine.step(step)
                done.append(await _charge_once(estate))

    assert [session.status for session in done] == [Status.COMPLETED] * 3
    assert estate.commands == {session.tag: 1 for session in done}
    assert [session.result for session in done] == ["met"] * 3
    assert all(abs(s.started_at - s.commanded_at) < ON_TIME for s in done if s.started_at and s.commanded_at)
    assert machine.process.failures == []


async def test_what_a_step_forward_skips_is_started_late_and_once(sqlite_url: str) -> None:
    async with open_machine(sqlite_url, SystemClock().now()) as machine:
        estate = machine.estate
        async with estate.charge_point("CP1", machine.process.ocpp_url) as cp:
            await cp.plug_in()
            [planned] = estate.sessions_under(estate.schedule_at(estate.soon() + HOUR / 2, "CP1", lasts=HOUR))
            await machine.step(HOUR)
            done = await estate.until_status(planned.id, Status.COMPLETED, Status.REJECTED)
            await machine.step(-HOUR)
            after = await _charge_once(estate)

    assert (done.status, after.status) == (Status.COMPLETED, Status.COMPLETED)
    assert done.commanded_at is not None
    assert done.commanded_at >= done.due_at
    assert estate.commands == {done.tag: 1, after.tag: 1}
    assert len(estate.sessions_of("CP1")) == 2


async def _charge_once(estate: Estate) -> Session:
    [planned] = estate.sessions_under(estate.schedule_at(estate.soon(in_s=1), "CP1"))
    return await estate.until_status(planned.id, Status.COMPLETED, Status.REJECTED)


@pytest.mark.parametrize(
    ("due_at", "notes", "next_due_at"),
    [
        pytest.param(
            {time(0, 30): "2026-03-29T00:30Z", time(1, 30): "2026-03-29T01:00Z", time(2, 30): "2026-03-29T01:30Z"},
            {time(0, 30): None, time(1, 30): "moved_forward", time(2, 30): None},
            {time(0, 30): "2026-03-29T23:30Z", time(1, 30): "2026-03-30T00:30Z", time(2, 30): "2026-03-30T01:30Z"},
            id="spring: half past one does not exist",
        ),
        pytest.param(
            {time(0, 30): "2026-10-24T23:30Z", time(1, 30): "2026-10-25T00:30Z", time(2, 30): "2026-10-25T02:30Z"},
            {time(0, 30): None, time(1, 30): "first_of_two", time(2, 30): None},
            {time(0, 30): "2026-10-26T00:30Z", time(1, 30): "2026-10-26T01:30Z", time(2, 30): "2026-10-26T02:30Z"},
            id="autumn: half past one comes twice",
        ),
    ],
)
async def test_a_nightly_schedule_fires_once_in_the_night_of_a_clock_change(
    sqlite_url: str, due_at: dict[time, str], notes: dict[time, str | None], next_due_at: dict[time, str]
) -> None:
    instants = {wall: datetime.fromisoformat(text) for wall, text in due_at.items()}
    names = {wall: f"CP{number}" for number, wall in enumerate(instants)}
    begin = min(instants.values()) - timedelta(seconds=60)
    async with open_machine(sqlite_url, begin) as machine:
        estate = machine.estate
        cps = [estate.charge_point(name, machine.process.ocpp_url, lively()) for name in names.values()]
        for cp in cps:
            await cp.connect()
            await cp.plug_in()
        for wall, name in names.items():
            _every_night(estate, name, wall)
        for wall, instant in sorted(instants.items(), key=lambda each: each[1]):
            await machine.step_to(instant - timedelta(seconds=2))
            await _until_begun(estate, names[wall])
        last = max(instants.values())
        second_half_past_one = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        await machine.step_to(max(last, second_half_past_one if begin.month == 10 else last) + timedelta(minutes=5))
        await asyncio.sleep(2.5)
        tries = {wall: estate.sessions_of(name) for wall, name in names.items()}
        await asyncio.gather(*(cp.close() for cp in cps))

        assert {wall: its[0].due_at for wall, its in tries.items()} == instants
        assert all(its[0].due_at <= (its[0].commanded_at or begin) < its[0].due_at + ON_TIME for its in tries.values())
        assert {wall: _clock_note(estate, its[0]) for wall, its in tries.items()} == notes
        assert {wall: [s.due_at for s in its[1:]] for wall, its in tries.items()} == {
            wall: [datetime.fromisoformat(text)] for wall, text in next_due_at.items()
        }
        assert estate.commands == {its[0].tag: 1 for its in tries.values()}
        assert machine.process.failures == []


def _every_night(estate: Estate, identity: str, wall: time) -> None:
    nightly = Manual(on=Weekly(WEEKDAYS), start_time=wall, end_time=None, limit=EnergyLimit(100))
    with estate.database.write() as db:
        schedule(db, estate.charger_id(identity), estate.driver, nightly, now=estate.now())


async def _until_begun(estate: Estate, identity: str) -> None:
    here = TABLE.c.charger_id == estate.charger_id(identity)
    await until(lambda: bool(estate.sessions(here, TABLE.c.status != Status.PLANNED)))


def _clock_note(estate: Estate, session: Session) -> str | None:
    with estate.database.read() as db:
        [occurrence] = list_occurrences(db, OCCURRENCES.c.id == session.occurrence_id)
    return occurrence.clock_note
