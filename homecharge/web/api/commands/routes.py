"""Operators' commands: tell a charger anything that OCPP knows, and see what came of it."""

from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.commands import Command
from homecharge.domain.errors import Refused
from homecharge.domain.pages import Page
from homecharge.services import commands
from homecharge.services.commands import Order, TooManyRotations, UseRotation
from homecharge.services.stopping import ChargerOffline
from homecharge.web.answers import Answer
from homecharge.web.api.commands import schemas
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("commands", "Operators' commands to chargers.")


@area.post(
    "/operator/chargers/<id:charger_id>/commands",
    access=OPERATOR,
    body=schemas.CommandBody,
    answer=schemas.Command,
    status=202,
    also=[200],
    refuses=[ChargerOffline, UseRotation],
)
def command_charger(ask: Ask, body: dict[str, Any], charger_id: str) -> Answer | Refused:
    """Tell a charger something.

    The command comes back at once, queued; with `Prefer: wait=N` it comes back with its end (200), or as far as it got
    in N seconds (202). It is sent once or never. To a charger that is offline nothing is told, and nothing recorded.
    """
    payloads = ask.context.ocpp_payloads
    ordered = commands.order_command(
        ask.db, charger_id, Order(**body), payloads=payloads, caller=ask.caller, now=ask.now
    )
    return ordered if isinstance(ordered, Refused) else _ordered(ordered)


@area.post(
    "/operator/chargers/<id:charger_id>/rotate-password",
    access=OPERATOR,
    answer=schemas.Command,
    status=202,
    also=[200],
    refuses=[ChargerOffline, TooManyRotations],
)
def rotate_password(ask: Ask, charger_id: str) -> Answer:
    """Give a charger a new password over its line.

    Nobody is shown it. The one before stays right until the charger connects with the new one, or for good if the
    charger refuses it.
    """
    return _ordered(commands.rotate_password(ask.db, charger_id, caller=ask.caller, now=ask.now))


@area.get(
    "/operator/chargers/<id:charger_id>/commands",
    access=STAFF,
    query=PageQuery,
    answer=page_of(schemas.Command),
)
def list_commands(ask: Ask, query: dict[str, Any], charger_id: str) -> Page[Command]:
    """Look at what operators had a charger told, newest first."""
    ask.shows(Look("commands", charger_id, charger_id))
    return commands.list_commands(ask.db, charger_id, keyset(query), now=ask.now)


@area.get("/operator/chargers/<id:charger_id>/commands/<id:command_id>", access=STAFF, answer=schemas.Command)
def get_command(ask: Ask, charger_id: str, command_id: str) -> Answer:
    """Look at a command, and at what followed from it."""
    command = commands.get_command(ask.db, charger_id, command_id)
    ask.shows(Look("command", command_id, charger_id))
    return Answer(value=command, is_settled=command.is_over)


def _ordered(command: Command) -> Answer:
    location = f"/v1/operator/chargers/{command.charger_id}/commands/{command.id}"
    return Answer(value=command, location=location, bell=f"command:{command.id}")
