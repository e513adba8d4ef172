"""Which chargers were just asked for a message that nobody stores: it is looked at once it comes, others are not."""

from datetime import datetime

from homecharge.domain.commands import followed_until
from homecharge.services.sending_commands import Sending

_FREQUENT = frozenset({"Heartbeat", "MeterValues"})
"""Thousands a second: the database is not asked of each whether it follows a command."""


class Triggered:
    """In memory: a charger answers on the line on which it was asked."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def sent(self, sending: Sending, *, now: datetime) -> None:
        """Look out for what this asks for."""
        if sending.action == "TriggerMessage" and sending.payload["requestedMessage"] in _FREQUENT:
            until = followed_until(sending.action, sending.payload, now=now)
            self._until = {charger_id: at for charger_id, at in self._until.items() if at > now}
            self._until[sending.charger_id] = until or now

    def is_awaited(self, charger_id: str, *, now: datetime) -> bool:
        """Whether a message of this charger may be what it was asked for."""
        until = self._until.get(charger_id)
        return until is not None and now < until
