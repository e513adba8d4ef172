"""Operators' commands: claimed, sent once, and their answers kept."""

from homecharge.domain.errors import Unavailable
from homecharge.domain.timing import Timing
from homecharge.engine.triggered import Triggered
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_link import ChargerLink, OperatorCommand
from homecharge.ports.units import Units
from homecharge.services.sending_commands import Sending, claim_to_send, command_answered
from homecharge.storage.claims import Claimant
from homecharge.storage.database import InvariantBroken

log = get_logger(__name__)


class Commands:
    """Tells chargers what operators want; an answer that cannot be written is lost, and the alarm says so."""

    def __init__(self, units: Units, link: ChargerLink, clock: Clock, triggered: Triggered, *, timing: Timing) -> None:
        self._units, self._link, self._clock, self._triggered = units, link, clock, triggered
        self._timing = timing

    async def claim(self, claimant: Claimant) -> list[Sending]:
        """What is to be sent now; those of chargers that nobody can tell are over."""
        try:
            return await self._units.run_write(claim_to_send, claimant, self._timing, now=self._clock.now())
        except InvariantBroken:  # it met somebody head-on, and nothing of it was kept: the next look claims anew
            log.info("commands.claim_postponed")
            return []

    async def send(self, sending: Sending) -> None:
        """One command and what the charger says to it."""
        now = self._clock.now()
        self._triggered.sent(sending, now=now)
        reply = await self._link.send(
            sending.charger_id,
            OperatorCommand(sending.action, sending.payload),
            timeout_s=self._timing.command_timeout.total_seconds(),
            within_s=max((sending.expires_at - now).total_seconds(), 0.0),
        )
        log.info("command.answered", command_id=sending.id, action=sending.action, answer=reply.outcome.value)
        try:
            await self._units.run_write(command_answered, sending, reply, now=self._clock.now())
        except (Unavailable, InvariantBroken) as away:
            log.warning("command.answer_lost", command_id=sending.id, reason=away.code)
