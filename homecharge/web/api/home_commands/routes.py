"""Restart a charger, let its cable go, and see what came of it."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.home_commands import Deed
from homecharge.services import home_commands
from homecharge.services.stopping import ChargerOffline
from homecharge.web.answers import Answer
from homecharge.web.api.home_commands import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area

area = Area("home_commands", "What owners and admins have their charger told.")


@area.post(
    "/chargers/<id:charger_id>/restart",
    access=SIGNED_IN,
    actions=[Action.RESTART_CHARGERS],
    answer=schemas.HomeCommand,
    status=202,
    also=[200],
    refuses=[Forbidden, ChargerOffline],
)
def restart(ask: Ask, charger_id: str) -> Answer:
    """Have a charger restart; for owners and admins.

    It ends what it charges properly first. With `Prefer: wait=N` it comes back with the charger's answer (200), or as
    far as it got in N seconds (202). It is sent once or never; an offline charger is told nothing (409).
    """
    return _asked(ask, charger_id, Deed.RESTART)


@area.post(
    "/chargers/<id:charger_id>/unlock-cable",
    access=SIGNED_IN,
    actions=[Action.UNLOCK_CHARGERS],
    body=schemas.UnlockBody,
    answer=schemas.HomeCommand,
    status=202,
    also=[200],
    refuses=[Forbidden, ChargerOffline],
)
def unlock_cable(ask: Ask, body: dict[str, Any], charger_id: str) -> Answer:
    """Have a charger let the cable go; for owners and admins.

    A charge on the connector ends first. `Prefer: wait=N` as for a restart.
    """
    return _asked(ask, charger_id, Deed.UNLOCK_CABLE, **body)


@area.get(
    "/chargers/<id:charger_id>/commands/<id:command_id>",
    access=SIGNED_IN,
    actions=[Action.RESTART_CHARGERS],
    answer=schemas.HomeCommand,
    refuses=[Forbidden],
)
def get_command(ask: Ask, charger_id: str, command_id: str) -> Answer:
    """Look at what has become of a restart or an unlocking."""
    language = language_of(ask)
    command = home_commands.get_home_command(ask.db, charger_id, command_id, caller=ask.caller, language=language)
    return Answer(value=command, is_settled=command.is_over)


def _asked(ask: Ask, charger_id: str, deed: Deed, **wish: int) -> Answer:
    command = home_commands.ask_charger(
        ask.db, charger_id, deed, **wish, caller=ask.caller, language=language_of(ask), now=ask.now
    )
    location = f"/v1/chargers/{charger_id}/commands/{command.id}"
    return Answer(value=command, location=location, bell=f"command:{command.id}")
