"""What runs now and then: beats, silent gateways, lost bells, missing occurrences, rows that have had their time."""

from datetime import timedelta

from homecharge.domain.errors import Unavailable
from homecharge.domain.events import OVERLAP
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.bell import Bell
from homecharge.ports.units import Units
from homecharge.services import agent_log_ins, occurrences, processes
from homecharge.services.listening import list_topics
from homecharge.storage.queries.processes import read_clock
from homecharge.storage.queries.retention import MESSAGES, TERMS, purge

log = get_logger(__name__)

CLOCKS_APART = timedelta(seconds=2)
"""Much less than `OVERLAP`, in which an event that is dated back is still found."""


class Housekeeping:
    """Every process beats and buries the dead; the scheduler also heals and tidies, and the API rings again."""

    def __init__(
        self,
        units: Units,
        bell: Bell,
        clock: Clock,
        *,
        process_id: str,
        roles: str,
        silent: timedelta,
        keep_messages: timedelta,
        agents_stay: timedelta,
    ) -> None:
        self._units, self._bell, self._clock = units, bell, clock
        self._rung_until = clock.now()
        self._process_id, self._roles = process_id, roles
        self._silent, self._keep_messages, self._agents_stay = silent, keep_messages, agents_stay
        self._is_apart = False

    async def beat(self) -> None:
        """Say that this process is alive, then look who is not."""
        try:
            orphaned = await self._units.run_write(
                processes.beat, self._process_id, self._roles, silent=self._silent, now=self._clock.now()
            )
            await self._compare_clocks()
        except Unavailable as away:
            log.warning("beat.missed", reason=away.code)
            return
        if orphaned:
            log.warning("gateway.silent", chargers=orphaned)

    async def _compare_clocks(self) -> None:
        """Say so once when this process and the database begin to differ: listeners miss what a slow clock dates back.

        What the answer takes on its way is no difference.
        """
        before = self._clock.now()
        theirs = await self._units.run_read(read_clock)
        if theirs is None:
            return
        apart = max(before - theirs, theirs - self._clock.now())
        was_apart, self._is_apart = self._is_apart, apart > CLOCKS_APART
        if self._is_apart and not was_apart:
            log.warning("clock.apart", seconds=round(apart.total_seconds(), 1), is_ahead=before > theirs)
        elif was_apart and not self._is_apart:
            log.info("clock.agrees")

    async def ring_again(self) -> None:
        """Ring here for all that has changed since the last time, in case a bell was lost: who has heard finds no news.

        It is one question, where each of ten thousand listeners would have to look by itself.
        """
        now = self._clock.now()
        try:
            topics = await self._units.run_read(list_topics, since=self._rung_until - OVERLAP)
        except Unavailable as away:
            log.warning("bells.postponed", reason=away.code)
            return
        self._rung_until = now
        for topic in topics:
            self._bell.ring_here(topic)

    async def heal(self) -> None:
        """Add occurrences that are missing."""
        try:
            healed = await self._units.run_write(occurrences.heal, now=self._clock.now())
        except Unavailable as away:
            log.warning("heal.postponed", reason=away.code)
            return
        if healed:
            log.warning("occurrences.healed", count=healed)

    async def end_log_ins(self) -> None:
        """End agents' log-ins whose time is over, so that the audit log says when they ended."""
        try:
            await self._units.run_write(agent_log_ins.end_expired, at_most=self._agents_stay, now=self._clock.now())
        except Unavailable as away:
            log.warning("log_ins.postponed", reason=away.code)

    async def tidy(self) -> None:
        """Delete what is past its keeping, a batch at a time, so that nobody waits long for it."""
        now = self._clock.now()
        try:
            for name in TERMS:
                kept = self._keep_messages if name == MESSAGES else None
                while await self._units.run_write(purge, name, now=now, kept=kept):
                    pass
        except Unavailable as away:
            log.warning("tidy.postponed", reason=away.code)

    async def end(self) -> None:
        """The last beat."""
        try:
            await self._units.run_write(processes.ended, self._process_id, now=self._clock.now())
        except Unavailable as away:
            log.warning("beat.end_untold", reason=away.code)
