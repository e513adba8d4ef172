"""Homes: make one, look at it, change it, take it away."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.homes import Location
from homecharge.domain.pages import Page
from homecharge.services import locations, surplus
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.location_tariffs import CurrencyMismatch
from homecharge.services.locations import LocationNotEmpty
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.locations import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("locations", "Homes: what hangs there, who belongs there, and what time it is there.")


@area.post(
    "/locations",
    access=SIGNED_IN,
    body=schemas.LocationBody,
    answer=schemas.Location,
    status=201,
    has_etag=True,
)
def add_location(ask: Ask, body: dict[str, Any]) -> Answer:
    """Add a home; you are its owner."""
    location = locations.add_location(ask.db, **body, caller=ask.caller, now=ask.now)
    return Answer(value=location, location=f"/v1/locations/{location.id}")


@area.get("/locations", access=SIGNED_IN, query=PageQuery, answer=page_of(schemas.Location))
def list_locations(ask: Ask, query: dict[str, Any]) -> Page[Location]:
    """List the homes you belong to, oldest first."""
    return locations.list_locations(ask.db, keyset(query), caller=ask.caller, now=ask.now)


@area.get(
    "/locations/<id:location_id>",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    answer=schemas.Location,
    has_etag=True,
)
def get_location(ask: Ask, location_id: str) -> Location:
    """Look at a home."""
    return locations.describe_location(ask.db, location_id, caller=ask.caller, now=ask.now)


@area.patch(
    "/locations/<id:location_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_LOCATION],
    body=schemas.LocationChanges,
    answer=schemas.Location,
    has_etag=True,
    refuses=[Forbidden, SessionInProgress, CurrencyMismatch],
)
def change_location(ask: Ask, body: dict[str, Any], location_id: str) -> Location:
    """Change a home.

    A new time zone keeps the wall times of schedules: what is planned moves to the same times there. While a session is
    live it is refused.
    """
    location = locations.get_location(
        ask.db, location_id, caller=ask.caller, action=Action.EDIT_LOCATION, for_update=True
    )
    etags.require_match(schemas.Location, location)
    return locations.change_location(ask.db, location, **body, caller=ask.caller, now=ask.now)


@area.delete(
    "/locations/<id:location_id>",
    access=SIGNED_IN,
    actions=[Action.DELETE_LOCATION],
    refuses=[Forbidden, LocationNotEmpty],
)
def remove_location(ask: Ask, location_id: str) -> None:
    """Delete a home without chargers; its history stays."""
    location = locations.get_location(
        ask.db, location_id, caller=ask.caller, action=Action.DELETE_LOCATION, for_update=True
    )
    etags.require_match(schemas.Location, location)
    locations.remove_location(ask.db, location, now=ask.now)


@area.post(
    "/locations/<id:location_id>/surplus",
    access=SIGNED_IN,
    actions=[Action.POST_SURPLUS],
    body=schemas.SurplusBody,
    answer=schemas.Location,
    has_etag=True,
)
def post_surplus(ask: Ask, body: dict[str, Any], location_id: str) -> Location:
    """Tell how much power a home has left over; any member may, or its meter in their name.

    What its cars are charged with is not deducted from it. Something older than what is known changes nothing.
    Scheduled charges on chargers with `solar: "only"` follow it; a reading of more than 15 minutes ago counts as none.
    """
    location = locations.get_location(
        ask.db, location_id, caller=ask.caller, action=Action.POST_SURPLUS, for_update=True
    )
    surplus.post_surplus(ask.db, location, **body, timing=ask.context.timing, now=ask.now)
    return locations.describe_location(ask.db, location_id, caller=ask.caller, now=ask.now)
