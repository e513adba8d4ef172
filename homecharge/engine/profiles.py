"""Charging profiles: told to chargers when what they are to keep has changed, and again when they need more."""

import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

from homecharge.domain.errors import Unavailable
from homecharge.domain.timing import Timing
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_link import ChargerLink, Reply
from homecharge.ports.units import Db, Units
from homecharge.services.charging_profiles import NO, Attempt, Telling, Told, profiles_answered
from homecharge.services.default_profiles import DefaultTelling, default_profiles_answered
from homecharge.storage.group_commit import GroupCommit

log = get_logger(__name__)

T = TypeVar("T")


class Profiles:
    """Tells chargers what they may draw; an answer that cannot be written leaves the profile to its alarm."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, metrics: Metrics, *, timing: Timing) -> None:
        self._link = link
        self._timeout_s = timing.command_timeout.total_seconds()
        self._answers: GroupCommit[Told[Telling], None] = GroupCommit(
            units,
            functools.partial(_write, profiles_answered, clock, timing),
            name="profiles",
            observe=metrics.group_commit_size.labels("profiles").observe,
        )
        self._defaults: GroupCommit[Told[DefaultTelling], None] = GroupCommit(
            units,
            functools.partial(_write, default_profiles_answered, clock, timing),
            name="default_profiles",
            observe=metrics.group_commit_size.labels("default_profiles").observe,
        )

    async def send(self, telling: Telling) -> None:
        """What keeps a transaction to its course."""
        owed = telling.owed
        attempt, reply = await self._tell(owed.charger_id, telling.attempts)
        log.info("profile.answered", transaction_id=owed.transaction_id, answer=reply.outcome.value)
        try:
            await self._answers.submit(Told(telling, attempt, reply))
        except Unavailable as away:
            log.warning("profile.answer_lost", transaction_id=owed.transaction_id, reason=away.code)

    async def send_default(self, telling: DefaultTelling) -> None:
        """What a charger keeps for transactions without a profile of their own."""
        charger_id = telling.owed.charger_id
        attempt, reply = await self._tell(charger_id, telling.attempts)
        log.info("default_profile.answered", charger_id=charger_id, answer=reply.outcome.value)
        try:
            await self._defaults.submit(Told(telling, attempt, reply))
        except Unavailable as away:
            log.warning("default_profile.answer_lost", charger_id=charger_id, reason=away.code)

    async def _tell(self, charger_id: str, attempts: Sequence[Attempt]) -> tuple[Attempt, Reply]:
        """One way after the other until the charger takes one, or says nothing at all."""
        attempt, *others = attempts
        reply = await self._link.send(charger_id, attempt.command, timeout_s=self._timeout_s)
        return await self._tell(charger_id, others) if others and reply.outcome in NO else (attempt, reply)

    async def close(self) -> None:
        """Write the answers that wait."""
        await self._answers.close()
        await self._defaults.close()


def _write(
    service: Callable[..., None], clock: Clock, timing: Timing, db: Db, answers: Sequence[Told[T]]
) -> Sequence[None]:
    service(db, answers, timing, now=clock.now())
    return [None] * len(answers)
