"""`kill -9` in the middle of a hundred due starts: one outcome each afterwards, and no start sent twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from homecharge.domain.errors import Refused
from homecharge.domain.session_state import Session, Status
from homecharge.storage.queries.sessions import TABLE
from tests.processes.estate import Estate, Moment, lively, open_estate, until
from tests.processes.ledger import is_settled, violations
from tests.processes.process import Process
from tests.processes.storm import when_seen

if TYPE_CHECKING:
    from homecharge.simulator.charge_point import ChargePoint

pytestmark = pytest.mark.processes

CHARGERS = 100
CANCELLED = 8
SETTLED_WITHIN_S = 180.0
PHASES = ("claim", "intent", "wire", "answer", "any")
CALLS: dict[str, Moment] = {
    "wire": ("RemoteStartTransaction", "received", "CALL"),
    "answer": ("StartTransaction", "sent", "CALL"),
}


async def test_one_process_on_sqlite_decides_everything_once(
    sqlite_url: str, chance: random.Random, rounds: int
) -> None:
    async with open_street(sqlite_url, [Process(sqlite_url)], chance) as street:
        for number in range(rounds):
            found = await street.play()
            assert found == [], (number, street.story)


async def test_one_process_on_postgresql_decides_everything_once(
    postgresql_url: str, chance: random.Random, rounds: int
) -> None:
    async with open_street(postgresql_url, [Process(postgresql_url)], chance) as street:
        for number in range(rounds):
            found = await street.play()
            assert found == [], (number, street.story)


async def test_two_processes_on_postgresql_decide_everything_once(
    postgresql_url: str, redis_url: str, chance: random.Random, rounds: int
) -> None:
    processes = [Process(postgresql_url, redis_url=redis_url) for _ in range(2)]
    async with open_street(postgresql_url, processes, chance) as street:
        for number in range(rounds):
            found = await street.play()
            assert found == [], (number, street.story)


class Street:
    """A hundred chargers on one or two processes, and a disaster per round. `story` tells what the last one was."""

    def __init__(self, estate: Estate, processes: Sequence[Process], chance: random.Random) -> None:
        self._estate, self._processes, self._chance = estate, processes, chance
        self._charge_points: list[ChargePoint] = []
        self._victim = chance.choice(processes)
        self.story = ""
        self.kills = 0

    async def move_in(self) -> None:
        """Every charger connects, spread over the processes, with its car plugged in."""
        names = [f"CP{number:03}" for number in range(CHARGERS)]
        self._estate.add_chargers(*names)
        for number, name in enumerate(names):
            process = self._processes[number % len(self._processes)]
            self._charge_points.append(self._estate.charge_point(name, process.ocpp_url, lively()))
        for cp in self._charge_points:
            await cp.connect()
            await cp.plug_in()

    async def move_out(self) -> None:
        await asyncio.gather(*(cp.close() for cp in self._charge_points))

    async def play(self) -> list[str]:
        """A hundred starts fall due, somebody cancels a few, a process is killed and comes back; what is wrong then."""
        self._estate.commands.clear()
        for cp in self._charge_points:
            cp.journal.frames.clear()
        due_at = self._estate.soon(in_s=1)
        names = [cp.identity for cp in self._charge_points]
        schedules = await asyncio.to_thread(self._estate.schedule_at, due_at, *names)
        planned = self._estate.sessions_under(schedules)
        phase = self._chance.choice(PHASES)
        self.story = "killed"
        cancelling = asyncio.create_task(self._cancel(planned, due_at))
        await self._kill_in(phase, due_at, planned)
        await self._rise()
        for _ in range(self._chance.choice((0, 0, 1, 2))):
            await asyncio.sleep(self._chance.uniform(0, 2))
            self._kill("mending")
            await self._rise()
        await cancelling
        sessions = await self._settle(schedules)
        wrong = violations(
            sessions, [str(each.occurrence_id) for each in planned], self._estate.commands, now=self._estate.now()
        )
        self.story += f" {Counter((s.status.value, s.reason, s.attempt) for s in sessions)}"
        wrong += [str(line) for process in self._processes for line in process.failures]
        wrong += [self._tell(session) for session in sessions if not session.is_over]
        await self._replug(sessions)
        return wrong

    async def _replug(self, sessions: Sequence[Session]) -> None:
        """What a driver has stopped holds back recoveries until then, also those of the next round."""
        stopped = {session.charger_id for session in sessions if session.stop_requested_at is not None}
        held = [cp for cp in self._charge_points if self._estate.charger_id(cp.identity) in stopped]
        await asyncio.gather(*(cp.unplug() for cp in held))
        await asyncio.gather(*(cp.plug_in() for cp in held))

    def _tell(self, session: Session) -> str:
        """What was seen of a session that hangs, from inside and from outside."""
        [cp] = [cp for cp in self._charge_points if self._estate.charger_id(cp.identity) == session.charger_id]
        steps = "\n".join(self._estate.steps(session.id))
        frames = "\n".join(f"{frame.at:%T.%f} {frame}" for frame in list(cp.journal.frames)[-40:])
        return f"{session.reference}\n{steps}\n{cp.state()}\n{frames}"

    def _kill(self, phase: str) -> None:
        self._victim.kill()
        self.kills += 1
        self.story += f" {self._processes.index(self._victim)} in {phase},"

    async def _rise(self) -> None:
        """The victim is up again, at once or after a while; the next victim is drawn."""
        await self._victim.ended()
        self._scatter()
        await asyncio.sleep(self._chance.choice((0.0, 0.0, self._chance.uniform(0, 3))))
        await self._victim.start()
        self._victim = self._chance.choice(self._processes)

    async def _kill_in(self, phase: str, due_at: datetime, planned: Sequence[Session]) -> None:
        if phase in CALLS:
            times = self._chance.randint(1, CHARGERS - 2 * CANCELLED)
            await when_seen(self._charge_points, CALLS[phase], times, partial(self._kill, phase))
        elif phase == "any":
            wait_s = (due_at - self._estate.now()).total_seconds() + self._chance.uniform(-0.2, 2.5)
            await asyncio.sleep(max(0.0, wait_s))
            self._kill(phase)
        else:
            ids = [session.id for session in planned]
            status = TABLE.c.status == Status.STARTING if phase == "intent" else TABLE.c.version > 1
            await until(
                lambda: self._estate.sessions(TABLE.c.id.in_(ids), status, TABLE.c.wake_at > due_at), every_s=0.002
            )
            self._kill(phase)

    async def _cancel(self, planned: Sequence[Session], due_at: datetime) -> None:
        """Some drivers change their minds around the due time."""
        for session in self._chance.sample(planned, CANCELLED):
            wait_s = (due_at - self._estate.now()).total_seconds() + self._chance.uniform(-0.3, 1.5) / CANCELLED
            await asyncio.sleep(max(0.0, wait_s))
            try:
                await asyncio.to_thread(self._estate.cancel, session.id)
            except Refused:
                continue  # it charges already: the claim was first

    def _scatter(self) -> None:
        """Chargers of the process that is gone come back there, or find another one."""
        others = [process for process in self._processes if process is not self._victim]
        for cp in self._charge_points:
            if others and cp.url == self._victim.ocpp_url and self._chance.random() < 0.5:
                cp.url = others[0].ocpp_url

    async def _settle(self, schedules: Sequence[object]) -> list[Session]:
        def look() -> list[Session] | None:
            sessions = self._estate.sessions_under(schedules)  # type: ignore[arg-type]
            return sessions if is_settled(sessions) else None

        try:
            return await until(look, within_s=SETTLED_WITHIN_S, every_s=0.2)
        except TimeoutError:
            return self._estate.sessions_under(schedules)  # type: ignore[arg-type]


@asynccontextmanager
async def open_street(url: str, processes: Sequence[Process], chance: random.Random) -> AsyncIterator[Street]:
    async with open_estate(url) as estate, AsyncExitStack() as stack:
        for process in processes:
            await stack.enter_async_context(process)
        street = Street(estate, processes, chance)
        try:
            await street.move_in()
            yield street
        finally:
            await street.move_out()
