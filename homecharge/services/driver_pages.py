"""A driver's page in the console: who it is, the chargers of their homes and their newest sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.errors import NotFound
from homecharge.domain.history import Filters, Scope
from homecharge.domain.pages import Keyset
from homecharge.domain.session_view import SessionView
from homecharge.domain.support import SupportCharger, SupportDriver
from homecharge.domain.texts.catalogue import Language
from homecharge.ports.units import Db
from homecharge.services.history import describe_sessions
from homecharge.storage.queries import support
from homecharge.storage.queries.history import fetch_history, list_scopes

LATEST = 20
"""Sessions, and chargers, on a driver's page."""


@dataclass(frozen=True, slots=True)
class DriverPage:
    """A driver with what they may charge at and what they did."""

    driver: SupportDriver
    chargers: Sequence[SupportCharger]
    sessions: Sequence[SessionView]


def get_driver_page(db: Db, driver_id: str, *, language: Language, now: datetime) -> DriverPage:
    """By the account's id. Raises NotFound."""
    driver = support.find_driver(db, support.ACCOUNTS.c.id == driver_id)
    if driver is None:
        raise NotFound("There is no such driver.")
    scopes = [Scope(location_id, driver_id) for location_id, _ in list_scopes(db, driver_id)]
    latest = fetch_history(db, scopes, Filters(), Keyset(limit=LATEST)).items
    return DriverPage(
        driver=driver,
        chargers=support.list_chargers_of(db, driver_id, limit=LATEST, now=now),
        sessions=describe_sessions(db, latest, language=language, now=now),
    )
