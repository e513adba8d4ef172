"""The alarms of Smart occurrences: what waits for its car is looked at when one comes, and when it is late."""

from datetime import datetime

from homecharge.domain.errors import Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.units import Db, Units
from homecharge.services import openings
from homecharge.storage.claims import BATCH, claim_awaited, lock_awaited

log = get_logger(__name__)


class Openings:
    """`look` runs at each tick and at each bell of a scheduler."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    async def look(self) -> None:
        """Claim and open until nothing is due."""
        try:
            while await self._work_off() == BATCH:
                pass
        except Unavailable as away:
            log.warning("openings.postponed", reason=away.code)

    async def _work_off(self) -> int:
        """One batch; where one of it cannot be opened, each by itself, so that it holds up nobody."""
        try:
            return await self._units.run_write(_look, now=self._clock.now())
        except Unavailable:
            raise
        except Exception:
            log.exception("openings.failed")
        claimed = await self._units.run_write(claim_awaited, now=self._clock.now())
        for occurrence in claimed:
            try:
                await self._units.run_write(_look_at, occurrence.id, now=self._clock.now())
            except Unavailable:
                raise
            except Exception:
                log.exception("openings.failed", occurrence_id=occurrence.id)
        return len(claimed)


def _look(db: Db, *, now: datetime) -> int:
    """A batch in one transaction; how many occurrences were claimed."""
    claimed = claim_awaited(db, now=now)
    if claimed:
        openings.look(db, claimed, now=now)
    return len(claimed)


def _look_at(db: Db, occurrence_id: str, *, now: datetime) -> None:
    awaited = lock_awaited(db, occurrence_id)
    if awaited is not None:
        openings.look(db, [awaited], now=now)
