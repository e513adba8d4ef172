"""Whose cards a location takes besides its own."""

from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.location_access import LocationAccess
from homecharge.services import location_access
from homecharge.web import etags
from homecharge.web.api.location_access import schemas
from homecharge.web.auth import OPERATOR, STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area

area = Area("location access", "Whose cards a location takes besides its own, and which are paid back.")


@area.get("/operator/locations/<id:location_id>/access", access=STAFF, answer=schemas.LocationAccess, has_etag=True)
def get_location_access(ask: Ask, location_id: str) -> LocationAccess:
    """Look at what a location takes besides its own cards."""
    ask.shows(Look("location", location_id, location_id=location_id))
    return location_access.get_access(ask.db, location_id)


@area.put(
    "/operator/locations/<id:location_id>/access",
    access=OPERATOR,
    body=schemas.LocationAccessBody,
    answer=schemas.LocationAccess,
    has_etag=True,
)
def put_location_access(ask: Ask, body: dict[str, Any], location_id: str) -> LocationAccess:
    """Say what a location takes besides its own cards, and which of them are paid back."""
    access = location_access.get_access(ask.db, location_id, for_update=True)
    etags.require_match(schemas.LocationAccess, access)
    return location_access.put_access(ask.db, access, **body, caller=ask.caller, now=ask.now)
