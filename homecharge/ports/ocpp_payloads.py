"""Whether what we want to tell a charger is what OCPP says it must be, without any knowledge of a socket."""

from collections.abc import Mapping
from typing import Any, Protocol


class OcppPayloads(Protocol):
    """The schemas of what a central system sends."""

    def problems(self, action: str, payload: Mapping[str, Any]) -> dict[str, list[str]]:
        """What is wrong with the payload of an action of `domain.commands.ACTIONS`; empty when nothing is.

        By dotted path from the payload on (`csChargingProfiles.stackLevel`), empty for the payload as a whole. Strict,
        unlike what is made of a charger's messages: what nobody defined is refused, and formats count.
        """
        ...
