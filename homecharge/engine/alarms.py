"""The alarm clock's work: claim what is due, decide it, and set its commands going (design.md §3, *One alarm*)."""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from homecharge.domain.errors import Unavailable
from homecharge.domain.session_state import Session
from homecharge.domain.timing import Timing
from homecharge.engine.commands import Commands
from homecharge.engine.local_lists import LocalLists
from homecharge.engine.profiles import Profiles
from homecharge.engine.starts import Starts
from homecharge.engine.stops import Stops
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.units import Db, Units
from homecharge.services.charging_profiles import Telling, claim_tellings
from homecharge.services.decisions import Decided, decide
from homecharge.services.default_profiles import DefaultTelling, claim_default_tellings
from homecharge.services.local_lists import claim_list_tellings
from homecharge.storage.claims import BATCH, Claimant, OwedStop, claim_sessions, claim_stops
from homecharge.storage.database import InvariantBroken
from homecharge.storage.queries.local_lists import LIST_BATCH

log = get_logger(__name__)

MOST_IN_FLIGHT = 1_000
LEASE_MARGIN = timedelta(seconds=15)
LIST_LEASE = timedelta(minutes=10)
"""A long list takes many commands, and one that is told twice is begun anew."""


@dataclass(frozen=True, slots=True)
class Conversations:
    """What chargers are told when it is due."""

    starts: Starts
    stops: Stops
    profiles: Profiles
    lists: LocalLists
    commands: Commands

    async def close(self) -> None:
        """Write the answers that wait."""
        for talk in (self.starts, self.stops, self.profiles, self.lists):
            await talk.close()


class Alarms:
    """One per process. `look` runs at each tick and at each bell; looks that overlap become one more look."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        metrics: Metrics,
        timing: Timing,
        claimant: Claimant,
        *,
        talks: Conversations,
    ) -> None:
        self._units, self._clock, self._metrics = units, clock, metrics
        self._timing, self._claimant = timing, claimant
        self._talks = talks
        self._in_flight: set[asyncio.Task[None]] = set()
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._look_again = False
        self._is_full = False
        self._is_closing = False

    async def look(self) -> None:
        """Claim and decide until nothing is due; commands go their own way, no charger is waited for here."""
        self._look_again = True
        if not self._is_idle.is_set():
            return
        self._is_idle.clear()
        try:
            while self._look_again and not self._is_closing:
                self._look_again = False
                with self._metrics.tick_seconds.labels("alarms").time():
                    await self._work_off()
        except Unavailable as away:
            log.warning("alarms.postponed", reason=away.code)
        finally:
            self._is_idle.set()

    def claim_no_more(self) -> None:
        """From now on what is due is left to its alarm."""
        self._is_closing = True

    async def drain(self, *, within_s: float) -> None:
        """No new claims; what is claimed is decided, and commands in flight get this long; the rest has its alarm."""
        self.claim_no_more()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._is_idle.wait()
                while self._in_flight:
                    await asyncio.wait(self._in_flight)
        for task in self._in_flight:
            task.cancel()
        await self._talks.close()

    async def _work_off(self) -> None:
        while len(self._in_flight) < MOST_IN_FLIGHT and not self._is_closing:
            claimed = await self._units.run_write(claim_sessions, self._claimant, now=self._clock.now())
            if claimed:
                await self._decide(claimed)
            if len(claimed) < BATCH:
                break
        self._is_full = len(self._in_flight) >= MOST_IN_FLIGHT
        if self._claimant.gateway_id is not None:
            await self._send_owed()
        if len(self._in_flight) < MOST_IN_FLIGHT and not self._is_closing:
            for sending in await self._talks.commands.claim(self._claimant):
                self._spawn(self._talks.commands.send(sending))
        if self._claimant.gateway_id is not None:
            await self._send_lists()

    async def _send_owed(self) -> None:
        """What is owed to transactions, stops and charging profiles, and then to chargers: default profiles."""
        is_owed = True
        while is_owed and len(self._in_flight) < MOST_IN_FLIGHT and not self._is_closing:
            owed = await self._units.run_write(_claim_owed, self._claimant, self._timing, now=self._clock.now())
            is_owed = owed.has_more
            for stop in owed.stops:
                self._spawn(self._talks.stops.send(stop))
            for telling in owed.tellings:
                self._spawn(self._talks.profiles.send(telling))
            for default in owed.defaults:
                self._spawn(self._talks.profiles.send_default(default))

    async def _send_lists(self) -> None:
        """Lists of cards, by themselves and last: a list that cannot be made holds up nothing but lists."""
        looked_at = LIST_BATCH
        while looked_at == LIST_BATCH and len(self._in_flight) < MOST_IN_FLIGHT and not self._is_closing:
            lists, looked_at = await self._units.run_write(
                claim_list_tellings, self._claimant, lease=LIST_LEASE, now=self._clock.now()
            )
            for listed in lists:
                self._spawn(self._talks.lists.send(listed))

    async def _decide(self, claimed: Sequence[Session]) -> None:
        """All at once; where one of them has moved or cannot be decided, by halves, so that it holds up nobody."""
        try:
            self._carry_out(await self._units.run_write(decide, claimed, self._timing, now=self._clock.now()))
        except Unavailable:
            raise
        except InvariantBroken:
            log.info("alarms.fence_lost", sessions=len(claimed), session_id=claimed[0].id)
            await self._decide_apart(claimed)
        except Exception:
            log.exception("alarms.decision_failed", sessions=len(claimed), session_id=claimed[0].id)
            await self._decide_apart(claimed)

    async def _decide_apart(self, claimed: Sequence[Session]) -> None:
        if len(claimed) == 1:
            self._look_again = True  # whoever moved it has set its alarm
            return
        middle = len(claimed) // 2
        await self._decide(claimed[:middle])
        await self._decide(claimed[middle:])

    def _carry_out(self, decided: Decided) -> None:
        for start in decided.starts:
            self._spawn(self._talks.starts.send(start))
        for status, reason in decided.outcomes:
            self._metrics.session_outcomes.labels(reason or status).inc()
        if decided.has_stops:
            self._look_again = True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._in_flight.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("alarms.command_failed", exc_info=error)
        if self._is_full and len(self._in_flight) < MOST_IN_FLIGHT // 2:
            self._is_full = False
            self._spawn(self.look())


@dataclass(frozen=True, slots=True)
class _Owed:
    stops: list[OwedStop]
    tellings: list[Telling]
    defaults: list[DefaultTelling]
    has_more: bool


def _claim_owed(db: Db, claimant: Claimant, timing: Timing, *, now: datetime) -> _Owed:
    """A batch of each, and whether there may be more; a profile may take two commands.

    Default profiles are claimed first, and told last: what they must not bind has its own profile by then.
    """
    twice = 2 * timing.command_timeout + LEASE_MARGIN
    defaults, owed = claim_default_tellings(db, claimant, lease=twice, now=now)
    stops = claim_stops(db, claimant, lease=timing.command_timeout + LEASE_MARGIN, now=now)
    tellings, claimed = claim_tellings(db, claimant, lease=twice, now=now)
    return _Owed(stops, tellings, defaults, has_more=max(len(stops), claimed, owed) == BATCH)
