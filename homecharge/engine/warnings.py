"""Warnings before a start: ask what would become of what is due soon, and tell of what would fail."""

from homecharge.domain.errors import Unavailable
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.timing import Timing
from homecharge.domain.warnings import WarningTimes
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.units import Units
from homecharge.services import warning
from homecharge.storage.database import InvariantBroken

log = get_logger(__name__)


class Warnings:
    """The scheduler's; several of them share the work, because claiming sets the alarm.

    Asking takes long and only reads, so nobody waits for it to write; what was changed meanwhile is asked about again.
    """

    def __init__(
        self, units: Units, clock: Clock, timing: Timing, times: WarningTimes, channels: frozenset[Channel]
    ) -> None:
        self._units, self._clock, self._timing = units, clock, timing
        self._times, self._channels = times, channels

    async def look(self) -> None:
        """Ask about every occurrence whose alarm has rung."""
        try:
            while asked := await self._units.run_write(warning.claim, now=self._clock.now()):
                now = self._clock.now()
                answers = await self._units.run_read(warning.ask, asked, self._times, self._timing, now=now)
                await self._units.run_write(warning.settle, answers, self._channels, now=now)
        except (Unavailable, InvariantBroken) as away:
            log.warning("warnings.postponed", reason=away.code)
