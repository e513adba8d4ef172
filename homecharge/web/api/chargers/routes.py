"""Chargers: add one, look at it, set it up, take it away."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.chargers import ChargerDetails
from homecharge.domain.errors import Forbidden, NotFound
from homecharge.domain.pages import Page
from homecharge.services import charger_lines, chargers
from homecharge.services.adding_chargers import IdentityTaken, add_charger
from homecharge.services.charger_lines import RenewedPassword
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.locations import get_location
from homecharge.services.removing_chargers import remove_charger
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.chargers import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("chargers", "Chargers, their connectors and their lines.")


@area.post(
    "/chargers",
    access=SIGNED_IN,
    actions=[Action.ADD_CHARGERS],
    body=schemas.ChargerBody,
    answer=schemas.NewCharger,
    status=201,
    has_etag=True,
    refuses=[Forbidden, NotFound, IdentityTaken],
)
def add(ask: Ask, body: dict[str, Any]) -> Answer:
    """Add a charger to a home of yours.

    The answer says where it connects, and its password, this once.
    """
    home = body.pop("location_id")
    location = get_location(ask.db, home, caller=ask.caller, action=Action.ADD_CHARGERS, for_update=True)
    ocpp_url = ask.context.settings.ocpp_url
    charger = add_charger(ask.db, location, **body, ocpp_url=ocpp_url, caller=ask.caller, now=ask.now)
    return Answer(value=charger, location=f"/v1/chargers/{charger.id}")


@area.get("/chargers", access=SIGNED_IN, query=schemas.ChargersQuery, answer=page_of(schemas.Charger))
def list_chargers(ask: Ask, query: dict[str, Any]) -> Page[ChargerDetails]:
    """List the chargers of your homes, or of one of them, oldest first."""
    return chargers.list_chargers(ask.db, keyset(query), caller=ask.caller, location_id=query["location_id"])


@area.get(
    "/chargers/<id:charger_id>", access=SIGNED_IN, actions=[Action.VIEW_LOCATION], answer=schemas.Charger, has_etag=True
)
def get_charger(ask: Ask, charger_id: str) -> ChargerDetails:
    """Look at a charger."""
    charger = chargers.get_charger(ask.db, charger_id, caller=ask.caller)
    return chargers.describe_charger(ask.db, charger, caller=ask.caller)


@area.patch(
    "/chargers/<id:charger_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_CHARGERS],
    body=schemas.ChargerChanges,
    answer=schemas.Charger,
    has_etag=True,
    refuses=[Forbidden],
)
def change_charger(ask: Ask, body: dict[str, Any], charger_id: str) -> ChargerDetails:
    """Set a charger up."""
    charger = chargers.get_charger(ask.db, charger_id, caller=ask.caller, action=Action.EDIT_CHARGERS, for_update=True)
    etags.require_match(schemas.Charger, chargers.describe_charger(ask.db, charger, caller=ask.caller))
    changed = chargers.change_charger(ask.db, charger, body, now=ask.now)
    return chargers.describe_charger(ask.db, changed, caller=ask.caller)


@area.delete(
    "/chargers/<id:charger_id>",
    access=SIGNED_IN,
    actions=[Action.REMOVE_CHARGERS],
    refuses=[Forbidden, SessionInProgress],
)
def remove(ask: Ask, charger_id: str) -> None:
    """Take a charger away.

    Its schedules go with it, what is planned is cancelled, its identity becomes free; its history stays.
    """
    charger = chargers.get_charger(
        ask.db, charger_id, caller=ask.caller, action=Action.REMOVE_CHARGERS, for_update=True
    )
    etags.require_match(schemas.Charger, chargers.describe_charger(ask.db, charger, caller=ask.caller))
    remove_charger(ask.db, charger, caller=ask.caller, now=ask.now)


@area.post(
    "/chargers/<id:charger_id>/ocpp-password",
    access=SIGNED_IN,
    actions=[Action.EDIT_CHARGERS],
    answer=schemas.NewPassword,
    refuses=[Forbidden],
)
def renew_password(ask: Ask, charger_id: str) -> RenewedPassword:
    """Give a charger a new password, shown this once; the line that the old one opened is cut."""
    charger = chargers.get_charger(ask.db, charger_id, caller=ask.caller, action=Action.EDIT_CHARGERS, for_update=True)
    return charger_lines.renew_password(ask.db, charger, ocpp_url=ask.context.settings.ocpp_url, now=ask.now)
