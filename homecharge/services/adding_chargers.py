"""Add a charger to a home: its identity, its one-time password and the choice that the law wants made."""

import dataclasses
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import NEVER_CONNECTED, NEVER_REPORTED, NewCharger, default_settings
from homecharge.domain.errors import Invalid, Refused
from homecharge.domain.homes import Location
from homecharge.domain.restricted_hours import Choice, ChosenHours, RestrictedHours, must_choose, problems
from homecharge.ports.units import Db
from homecharge.services.charger_lines import new_access
from homecharge.services.lines import password_hash
from homecharge.storage.queries import charger_settings as queries
from homecharge.storage.types import new_id


class IdentityTaken(Refused):
    """Another charger has this OCPP identity; `charger_id` says which where the caller may see it."""

    code = "identity_taken"
    title = "Another charger has this identity already"
    advice = (
        "Have the identity checked on the charger; with `charger_id` offer that one. A second-hand charger is released"
        " by its last owner or by support."
    )


def add_charger(
    db: Db,
    location: Location,
    *,
    identity: str,
    name: str,
    restricted_hours: RestrictedHours | None,
    ocpp_url: str,
    caller: Caller,
    now: datetime,
) -> NewCharger:
    """A new charger at a home read with `for_update`.

    Raises IdentityTaken, and Invalid for restricted hours that cannot be right or, where the law wants the choice made,
    are missing.
    """
    hours = _hours(restricted_hours, location, now=now)
    charger = NewCharger(
        **dataclasses.asdict(default_settings(name, country=location.country)),
        id=new_id(),
        location_id=location.id,
        identity=identity,
        vendor=None,
        model=None,
        serial_number=None,
        firmware_version=None,
        connection=NEVER_CONNECTED,
        capabilities={},
        proposed_start_mode=None,
        my_role=location.my_role,
        country=location.country,
        time_zone=location.time_zone,
        revision=1,
        restricted_hours_revision=1,
        created_at=now,
        updated_at=now,
        station=None,
        connectors=NEVER_REPORTED,
        active_session=None,
        ocpp=new_access(identity, ocpp_url=ocpp_url),
    )
    if not queries.add_charger(db, charger, password_sha256=password_hash(charger.ocpp.password), hours=hours):
        other = queries.find_charger_by_identity(db, identity, account_id=caller.account_id)
        raise IdentityTaken(charger_id=other and other.id)
    return charger


def _hours(hours: RestrictedHours | None, location: Location, *, now: datetime) -> ChosenHours:
    if hours is None:
        if must_choose(location.country):
            message = "Choose `default`, `none` or `custom`: the law there wants the choice made."
            raise Invalid(errors={"restricted_hours": [message]})
        return ChosenHours(RestrictedHours(Choice.NONE), None)
    if found := problems(hours):
        raise Invalid(errors={f"restricted_hours.{field}": messages for field, messages in found.items()})
    return ChosenHours(hours, now)
