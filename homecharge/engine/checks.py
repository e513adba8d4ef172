"""Manual checks of cards: asks the providers that the API may not wait for."""

import asyncio

from homecharge.domain.errors import Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.live_authorizer import LiveAuthorizer
from homecharge.ports.units import Units
from homecharge.services import checking
from homecharge.storage.database import InvariantBroken
from homecharge.storage.queries.decided import PendingCheck

log = get_logger(__name__)


class Checks:
    """The scheduler's; several of them share the work, because claiming sets the alarm."""

    def __init__(self, units: Units, authorizer: LiveAuthorizer, clock: Clock) -> None:
        self._units, self._authorizer, self._clock = units, authorizer, clock
        self._asking: set[asyncio.Task[None]] = set()

    async def look(self) -> None:
        """Ask about every check that waits; nobody's answer is waited for here."""
        try:
            while claimed := await self._units.run_write(checking.claim_pending, now=self._clock.now()):
                for check in claimed:
                    task = asyncio.create_task(self._decide(check))
                    self._asking.add(task)
                    task.add_done_callback(self._asking.discard)
        except Unavailable as away:
            log.warning("checks.postponed", reason=away.code)

    async def close(self) -> None:
        """What is not answered is asked again by whoever looks next."""
        for task in self._asking:
            task.cancel()

    async def _decide(self, check: PendingCheck) -> None:
        try:
            wish = await self._units.run_write(checking.resumed, check, now=self._clock.now())
            if wish is not None:
                live = await self._authorizer.ask(wish)
                await self._units.run_write(checking.answered, check, live, now=self._clock.now())
        except (Unavailable, InvariantBroken) as away:
            log.warning("checks.postponed", reason=away.code, authorization_id=check.id)
        except Exception:  # the outermost of a check: it says that we failed, instead of waiting for ever
            log.exception("checks.failed", authorization_id=check.id)
            await self._units.run_write(checking.failed, check, now=self._clock.now())
