"""Locations as the console shows them: a list, and one with its switches and its chargers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.errors import NotFound
from homecharge.domain.location_access import LocationAccess
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.support import SupportCharger, SupportLocation
from homecharge.ports.units import Db
from homecharge.services.location_access import get_access
from homecharge.storage.queries import support, support_locations

MOST_CHARGERS = 100


@dataclass(frozen=True, slots=True)
class LocationPage:
    """A location, whose cards it takes, and its chargers."""

    location: SupportLocation
    access: LocationAccess
    chargers: Sequence[SupportCharger]


def list_locations(db: Db, keyset: Keyset, *, text: str | None) -> Page[SupportLocation]:
    """Those whose name contains `text`, newest first; deleted ones not."""
    return support_locations.list_locations(db, keyset, text=text)


def get_location_page(db: Db, location_id: str, *, now: datetime) -> LocationPage:
    """By id, whoever it belongs to. Raises NotFound."""
    location = support_locations.find_location(db, location_id)
    if location is None:
        raise NotFound("There is no such location.")
    here = support.CHARGERS.c.location_id == location_id
    chargers = support.list_chargers_where(db, here, limit=MOST_CHARGERS, now=now)
    return LocationPage(location, get_access(db, location_id), chargers)
