"""What a home's owner and admins may have their charger told, in their words, and the OCPP command behind it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from homecharge.domain.commands import Command, CommandState


class Deed(StrEnum):
    """What is asked of the charger; public contract."""

    RESTART = "restart"
    UNLOCK_CABLE = "unlock_cable"


DONE = "done"
"""Of a restart: the charger has told that it booted."""
TOLD = {
    Deed.RESTART: (*CommandState, DONE),
    Deed.UNLOCK_CABLE: (*CommandState, "NotSupported"),
}
"""What can be told of a deed: how far it is, or the charger's own word where that says more."""
_ACTIONS = {"Reset": Deed.RESTART, "UnlockConnector": Deed.UNLOCK_CABLE}


def order_of(deed: Deed, *, connector_id: int = 1) -> tuple[str, dict[str, Any]]:
    """The OCPP action and its payload. A restart is a soft one: it ends charges properly first (OCPP 1.6 §5.14)."""
    if deed is Deed.RESTART:
        return "Reset", {"type": "Soft"}
    return "UnlockConnector", {"connectorId": connector_id}


def find_deed(action: str) -> Deed | None:
    """What an OCPP action is to the people of a home; None for what only operators ask for."""
    return _ACTIONS.get(action)


def find_connector(payload: Mapping[str, Any]) -> int | None:
    """The connector that it is about, None for the charger as a whole."""
    connector_id: int | None = payload.get("connectorId")
    return connector_id


def told_of(deed: Deed, command: Command) -> str:
    """The one of `TOLD` that holds now."""
    if deed is Deed.RESTART and command.follow_ups:
        return DONE
    status = command.status or ""
    return status if status in TOLD[deed] else command.state
