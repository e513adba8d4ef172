"""Homes: make one, look at it, change it, take it away; always through a membership."""

from datetime import datetime

from homecharge.domain.access import Action, MemberRole, require
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.services.live_sessions import refuse_while_live
from homecharge.services.places import place_problems
from homecharge.services.schedules import retime_location
from homecharge.storage.queries import homes
from homecharge.storage.types import new_id


class LocationNotEmpty(Refused):
    """A location with chargers cannot be deleted, nobody would see or stop them any more; `charger_ids` says which."""

    code = "not_empty"
    title = "Remove this location's chargers first"


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


def list_locations(db: Db, keyset: Keyset, *, caller: Caller) -> Page[Location]:
    """The caller's homes, oldest first."""
    return homes.list_locations(db, keyset, account_id=caller.account_id)


def get_location(
    db: Db, location_id: str, *, caller: Caller, action: Action = Action.VIEW_LOCATION, for_update: bool = False
) -> Location:
    """A home of the caller, to do `action` there. Raises NotFound for a stranger, Forbidden for too low a role."""
    location = homes.find_location(db, location_id, account_id=caller.account_id, for_update=for_update)
    if location is None:
        raise NotFound
    require(location.my_role, action)
    return location


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
    time zone while a session is live.
    """
    _check_place(country=country, time_zone=time_zone, currency=currency)
    wanted = {"name": name, "country": country, "time_zone": time_zone, "currency": currency}
    changes = {
        field: value for field, value in wanted.items() if value is not None and value != getattr(location, field)
    }
    if not changes:
        return location
    if "time_zone" in changes:
        refuse_while_live(db, location_id=location.id)
    homes.change_location(db, location.id, changes, now=now)
    if "time_zone" in changes:
        retime_location(db, location.id, caller=caller, now=now)
    return get_location(db, location.id, caller=caller)


def remove_location(db: Db, location: Location, *, now: datetime) -> None:
    """Take an empty home, read with `for_update`, away; its History stays. Raises LocationNotEmpty."""
    if charger_ids := homes.list_charger_ids(db, location.id):
        raise LocationNotEmpty(charger_ids=charger_ids)
    homes.mark_location_deleted(db, location.id, now=now)


def _check_place(*, country: str | None, time_zone: str | None, currency: str | None) -> None:
    if problems := place_problems(country=country, time_zone=time_zone, currency=currency):
        raise Invalid(errors=problems)
