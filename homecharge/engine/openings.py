"""The alarms of Smart occurrences: what waits for its car is looked at when one comes, and when it is late."""

from datetime import datetime

from homecharge.domain.errors import Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.units import Db, Units
from homecharge.services import openings
from homecharge.storage.claims import BATCH, claim_awaited

log = get_logger(__name__)


class Openings:
    """`look` runs at each tick and at each bell of a scheduler."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    async def look(self) -> None:
        """Claim and open until nothing is due."""
        try:
            while await self._units.run_write(_look, now=self._clock.now()) == BATCH:
                pass
        except Unavailable as away:
            log.warning("openings.postponed", reason=away.code)


def _look(db: Db, *, now: datetime) -> int:
    """One batch in one transaction; how many occurrences were claimed."""
    claimed = claim_awaited(db, now=now)
    if claimed:
        opened = openings.look(db, claimed, now=now)
        log.info("openings.looked", claimed=len(claimed), opened=opened)
    return len(claimed)
