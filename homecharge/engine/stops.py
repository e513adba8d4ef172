"""Remote stops: repeated until their transaction ends (chargers.md, *Stopping*)."""

import functools
from collections.abc import Sequence

from homecharge.domain.errors import Unavailable
from homecharge.domain.timing import Timing
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_link import ChargerLink, RemoteStop
from homecharge.ports.units import Db, Units
from homecharge.services.command_answers import StopAnswer, stops_answered
from homecharge.storage.claims import OwedStop
from homecharge.storage.group_commit import GroupCommit

log = get_logger(__name__)


class Stops:
    """Tells chargers to stop; an answer that cannot be written leaves the stop to its alarm, which sends it again."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, metrics: Metrics, *, timing: Timing) -> None:
        self._link = link
        self._timeout_s = timing.command_timeout.total_seconds()
        self._answers: GroupCommit[StopAnswer, None] = GroupCommit(
            units,
            functools.partial(_write, clock, timing),
            name="stops",
            observe=metrics.group_commit_size.labels("stops").observe,
        )

    async def send(self, stop: OwedStop) -> None:
        """One remote stop and what the charger says to it."""
        reply = await self._link.send(stop.charger_id, RemoteStop(stop.transaction_id), timeout_s=self._timeout_s)
        log.info("stop.answered", transaction_id=stop.transaction_id, answer=reply.outcome.value)
        try:
            await self._answers.submit(StopAnswer(stop, reply))
        except Unavailable as away:
            log.warning("stop.answer_lost", transaction_id=stop.transaction_id, reason=away.code)

    async def close(self) -> None:
        """Write the answers that wait."""
        await self._answers.close()


def _write(clock: Clock, timing: Timing, db: Db, answers: Sequence[StopAnswer]) -> Sequence[None]:
    stops_answered(db, answers, timing, now=clock.now())
    return [None] * len(answers)
