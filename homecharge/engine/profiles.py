"""Charging profiles: told to chargers when their session's course has changed, and again when they need more."""

import functools
from collections.abc import Sequence

from homecharge.domain.errors import Unavailable
from homecharge.domain.timing import Timing
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_link import ChargerLink
from homecharge.ports.units import Db, Units
from homecharge.services.charging_profiles import NO, Telling, Told, profiles_answered
from homecharge.storage.group_commit import GroupCommit

log = get_logger(__name__)


class Profiles:
    """Tells chargers what they may draw; an answer that cannot be written leaves the profile to its alarm."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, metrics: Metrics, *, timing: Timing) -> None:
        self._link = link
        self._timeout_s = timing.command_timeout.total_seconds()
        self._answers: GroupCommit[Told, None] = GroupCommit(
            units,
            functools.partial(_write, clock, timing),
            name="profiles",
            observe=metrics.group_commit_size.labels("profiles").observe,
        )

    async def send(self, telling: Telling) -> None:
        """One way after the other until the charger takes one, or says nothing at all."""
        owed, told = telling.owed, None
        for attempt in telling.attempts:
            reply = await self._link.send(owed.charger_id, attempt.command, timeout_s=self._timeout_s)
            told = Told(telling, attempt, reply)
            log.info("profile.answered", transaction_id=owed.transaction_id, answer=reply.outcome.value)
            if reply.outcome not in NO:
                break
        if told is None:
            return
        try:
            await self._answers.submit(told)
        except Unavailable as away:
            log.warning("profile.answer_lost", transaction_id=owed.transaction_id, reason=away.code)

    async def close(self) -> None:
        """Write the answers that wait."""
        await self._answers.close()


def _write(clock: Clock, timing: Timing, db: Db, answers: Sequence[Told]) -> Sequence[None]:
    profiles_answered(db, answers, timing, now=clock.now())
    return [None] * len(answers)
