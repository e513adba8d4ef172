"""Homes: make one, look at it, change it, take it away; always through a membership."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from homecharge.domain.access import Action, MemberRole, require
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.warnings import SETTLES_IN
from homecharge.ports.units import Db
from homecharge.services.default_profiles import defaults_changed
from homecharge.services.live_sessions import refuse_while_live
from homecharge.services.location_tariffs import refuse_other_currency
from homecharge.services.places import place_problems
from homecharge.services.schedules import retime_location
from homecharge.storage.queries import homes
from homecharge.storage.queries.home_cards import delete_cards_of_home
from homecharge.storage.queries.location_tariffs import read_entries_at
from homecharge.storage.queries.warnings import ask_anew_at_chargers
from homecharge.storage.types import new_id


class LocationNotEmpty(Refused):
    """A location with chargers cannot be deleted, nobody would see or stop them any more; `charger_ids` says which."""

    code = "not_empty"
    title = "Remove this location's chargers first"
    advice = "Show the chargers of `charger_ids`, and offer to remove them."


def add_location(
    db: Db, *, name: str, country: str, time_zone: str, currency: str, caller: Caller, now: datetime
) -> Location:
    """A new home, owned by the caller. Raises Invalid, naming the fields, for what is in no public register."""
    _check_place(country=country, time_zone=time_zone, currency=currency)
    location = Location(
        id=new_id(),
        name=name,
        country=country,
        time_zone=time_zone,
        currency=currency,
        my_role=MemberRole.OWNER,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    homes.add_location(db, location, account_id=caller.account_id)
    return location


def list_locations(db: Db, keyset: Keyset, *, caller: Caller, now: datetime) -> Page[Location]:
    """The caller's homes, oldest first."""
    page = homes.list_locations(db, keyset, account_id=caller.account_id)
    return Page(_with_tariffs(db, page.items, now=now), page.next)


def get_location(
    db: Db, location_id: str, *, caller: Caller, action: Action = Action.VIEW_LOCATION, for_update: bool = False
) -> Location:
    """A home of the caller, to do `action` there. Raises NotFound for a stranger, Forbidden for too low a role."""
    location = homes.find_location(db, location_id, account_id=caller.account_id, for_update=for_update)
    if location is None:
        raise NotFound
    require(location.my_role, action)
    return location


def describe_location(db: Db, location_id: str, *, caller: Caller, now: datetime) -> Location:
    """A home of the caller with what it pays by at present. Raises NotFound."""
    return _with_tariffs(db, [get_location(db, location_id, caller=caller)], now=now)[0]


def change_location(
    db: Db,
    location: Location,
    *,
    name: str | None = None,
    country: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    caller: Caller,
    now: datetime,
) -> Location:
    """Edit a home read with `for_update`; what is None or as before stays, without a new revision.

    A new time zone moves what is planned to the same wall times there. Raises Invalid, and SessionInProgress for a new
    time zone while a session is live, and CurrencyMismatch for a new currency where a tariff holds.
    """
    _check_place(country=country, time_zone=time_zone, currency=currency)
    wanted = {"name": name, "country": country, "time_zone": time_zone, "currency": currency}
    changes = {
        field: value for field, value in wanted.items() if value is not None and value != getattr(location, field)
    }
    if not changes:
        return describe_location(db, location.id, caller=caller, now=now)
    if "time_zone" in changes:
        refuse_while_live(db, location_id=location.id)
    if "currency" in changes:
        refuse_other_currency(db, location.id, now=now)
    homes.change_location(db, location.id, changes, now=now)
    if changes.keys() & {"country", "time_zone"}:
        charger_ids = homes.list_charger_ids(db, location.id)
        defaults_changed(db, charger_ids, now=now)
        ask_anew_at_chargers(db, charger_ids, settles_in=SETTLES_IN, now=now)
    if "time_zone" in changes:
        retime_location(db, location.id, caller=caller, now=now)
    return describe_location(db, location.id, caller=caller, now=now)


def remove_location(db: Db, location: Location, *, now: datetime) -> None:
    """Take an empty home, read with `for_update`, away with its cards; its History stays. Raises LocationNotEmpty."""
    if charger_ids := homes.list_charger_ids(db, location.id):
        raise LocationNotEmpty(charger_ids=charger_ids)
    delete_cards_of_home(db, location.id)
    homes.mark_location_deleted(db, location.id, now=now)


def _with_tariffs(db: Db, found: Sequence[Location], *, now: datetime) -> list[Location]:
    """Homes with what they pay by at present."""
    entries = read_entries_at(db, [location.id for location in found], now)
    present = {location_id: entry.tariff for location_id, entry in entries.items()}
    return [dataclasses.replace(location, tariff=present.get(location.id)) for location in found]


def _check_place(*, country: str | None, time_zone: str | None, currency: str | None) -> None:
    if problems := place_problems(country=country, time_zone=time_zone, currency=currency):
        raise Invalid(errors=problems)
