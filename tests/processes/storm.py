"""A process that is killed again and again while people and chargers go on with what they do."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any

from homecharge.simulator.charge_point import ChargePoint
from tests.processes.estate import Moment, WatchedJournal
from tests.processes.process import Process

STRUCK_WITHIN_S = 180.0
LONGEST_CALM_S = 2.5
MOST_SEEN = 5
LONGEST_ABSENCE_S = 2.0


async def when_seen(cps: Iterable[ChargePoint], moment: Moment, times: int, then: Callable[[], None]) -> None:
    """Do something in the very moment in which the chargers have seen so many of these frames."""
    left, is_done = times, asyncio.Event()
    watched = [cp.journal for cp in cps]

    def watch(*seen: str) -> None:
        nonlocal left
        left -= seen == moment
        if left == 0 and not is_done.is_set():
            is_done.set()
            then()

    _watch(watched, watch)
    async with asyncio.timeout(STRUCK_WITHIN_S):
        await is_done.wait()
    _watch(watched, lambda *_: None)


def _watch(journals: Iterable[object], watch: Callable[..., None]) -> None:
    for journal in journals:
        assert isinstance(journal, WatchedJournal)
        journal.watch = watch


class Storm:
    """Kills `victim` at random, or as one of `moments` passes at a charger, soon after, or before the answer is heard.

    `is_over` from the last kill on: what goes on meanwhile ends then, so that nothing covers up what that one broke.
    """

    def __init__(
        self,
        victim: Process,
        cps: Sequence[ChargePoint],
        chance: random.Random,
        *,
        moments: Sequence[Moment] = (),
    ) -> None:
        self._victim, self._cps, self._chance, self._moments = victim, cps, chance, moments
        self.killed_at: list[datetime] = []
        self.back_at: list[datetime] = []
        self.is_over = False

    async def rage(self, kills: int, *meanwhile: Coroutine[Any, Any, None]) -> None:
        """The process is there again when it is over, and what went on meanwhile has ended."""
        self.is_over = False
        async with asyncio.TaskGroup() as group:
            for each in meanwhile:
                group.create_task(each)
            for number in range(kills):
                await self._strike()
                self.is_over = number == kills - 1
                await self._victim.ended()
                await asyncio.sleep(self._chance.choice((0.0, 0.0, self._chance.uniform(0, LONGEST_ABSENCE_S))))
                await self._victim.start()
                self.back_at.append(self._now())

    async def _strike(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, LONGEST_CALM_S))
        moment, how = self._chance.choice((None, *self._moments)), self._chance.choice(("at once", "later", "unheard"))
        if moment is None:
            self._kill()
        elif how == "at once":
            await self._when(moment, self._kill)
        elif how == "later":
            await self._when(moment, lambda: None)
            await asyncio.sleep(self._chance.uniform(0, 0.5))
            self._kill()
        else:
            await self._unheard(moment)

    async def _when(self, moment: Moment, then: Callable[[], None]) -> None:
        await when_seen(self._cps, moment, self._chance.randint(1, MOST_SEEN), then)

    async def _unheard(self, moment: Moment) -> None:
        """From the moment on nothing that the process says reaches a charger, as when it dies before it says it."""
        loop = asyncio.get_running_loop()
        await self._when(moment, lambda: loop.call_soon(self._deafen))  # the frame itself is on its way by then
        await asyncio.sleep(self._chance.uniform(0.1, 1.0))
        self._kill()
        for cp in self._cps:
            cp.line.abort()

    def _deafen(self) -> None:
        for cp in self._cps:
            cp.go_dead()

    def _kill(self) -> None:
        self._victim.kill()
        self.killed_at.append(self._now())

    def _now(self) -> datetime:
        return self._cps[0].journal.clock.now()
