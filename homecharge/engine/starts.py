"""Remote starts: sent once, after their intent has committed; their answers are written many at a time."""

import functools
from collections.abc import Sequence
from datetime import timedelta

from homecharge.domain.charging_profiles import ChargingProfile
from homecharge.domain.errors import Unavailable
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_link import ChargerLink, RemoteStart, Reply
from homecharge.ports.units import Db, Units
from homecharge.services.charging_profiles import NO
from homecharge.services.command_answers import StartAnswer, starts_answered
from homecharge.services.decisions import Start
from homecharge.storage.group_commit import GroupCommit

log = get_logger(__name__)


class Starts:
    """Tells chargers to start. An answer that cannot be written is lost: the confirm deadline decides then."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, metrics: Metrics, *, timeout: timedelta) -> None:
        self._link, self._clock = link, clock
        self._timeout_s = timeout.total_seconds()
        self._answers: GroupCommit[StartAnswer, None] = GroupCommit(
            units,
            functools.partial(_write, clock),
            name="starts",
            observe=metrics.group_commit_size.labels("starts").observe,
        )

    async def send(self, start: Start) -> None:
        """One remote start and what the charger says to it; without its profile, where it refuses it with one."""
        reply = await self._tell(start, start.profile)
        refused = reply if start.profile is not None and reply.outcome in NO else None
        if refused is not None:
            reply = await self._tell(start, None)
        try:
            await self._answers.submit(StartAnswer(start, reply, refused))
        except Unavailable as away:
            log.warning("start.answer_lost", session_id=start.session_id, reason=away.code)

    async def _tell(self, start: Start, profile: ChargingProfile | None) -> Reply:
        command = RemoteStart(start.connector_id, start.id_tag, profile)
        reply = await self._link.send(start.charger_id, command, timeout_s=self._timeout_s)
        log.info("start.answered", session_id=start.session_id, answer=reply.outcome.value)
        return reply

    async def close(self) -> None:
        """Write the answers that wait."""
        await self._answers.close()


def _write(clock: Clock, db: Db, answers: Sequence[StartAnswer]) -> Sequence[None]:
    starts_answered(db, answers, now=clock.now())
    return [None] * len(answers)
