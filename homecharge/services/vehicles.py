"""Vehicles of a home: add one, look at it, change it, say how full it is, take it away."""

import dataclasses
from datetime import datetime
from typing import Any

from homecharge.domain.access import Action, require
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.homes import Location
from homecharge.domain.observations import observation_problems, supersedes
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.schedules import Schedule, Smart
from homecharge.domain.targets import SocTarget
from homecharge.domain.vehicles import StateOfCharge, Vehicle
from homecharge.ports.units import Db
from homecharge.services.replanning import look_anew_at_locations
from homecharge.storage.queries import vehicles as queries
from homecharge.storage.types import new_id


class VehicleInUse(Refused):
    """Chargers or enabled schedules have this vehicle; `charger_ids` and `schedule_ids` say which."""

    code = "in_use"
    title = "A charger or a schedule has this vehicle; give it another one first"
    advice = "Show what `charger_ids` and `schedule_ids` name, and offer another vehicle for them."


def vehicle_problems(db: Db, vehicle_id: str | None, *, location_id: str) -> dict[str, list[str]]:
    """What is wrong with a choice of vehicle, by field: nothing for one of the location, nor for none."""
    if vehicle_id is None or queries.is_of_location(db, vehicle_id, location_id):
        return {}
    return {"vehicle_id": ["There is no such vehicle."]}


def require_vehicle(db: Db, schedule: Schedule) -> None:
    """Raises Invalid for a vehicle that the home does not have, and for a state of charge of no vehicle at all."""
    if not isinstance(schedule.spec, Smart):
        return
    vehicle_id, target = schedule.spec.vehicle_id, schedule.spec.target
    found = vehicle_problems(db, vehicle_id, location_id=schedule.location_id)
    if isinstance(target, SocTarget) and vehicle_id is None and not queries.is_expected_at(db, schedule.charger_id):
        found = {"vehicle_id": ["A state of charge is a vehicle's: choose one here, or for the charger."]}
    if found:
        raise Invalid(errors=found)


def add_vehicle(
    db: Db,
    location: Location,
    *,
    name: str,
    battery_wh: int,
    max_power_w: int | None,
    efficiency_percent: int,
    now: datetime,
) -> Vehicle:
    """A new vehicle at a home read with `for_update`."""
    vehicle = Vehicle(
        id=new_id(),
        location_id=location.id,
        name=name,
        battery_wh=battery_wh,
        max_power_w=max_power_w,
        efficiency_percent=efficiency_percent,
        soc=None,
        my_role=location.my_role,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    queries.add_vehicle(db, vehicle)
    return vehicle


def list_vehicles(db: Db, location: Location, keyset: Keyset, *, caller: Caller) -> Page[Vehicle]:
    """The vehicles of a home, oldest first."""
    return queries.list_vehicles(db, keyset, account_id=caller.account_id, location_id=location.id)


def get_vehicle(
    db: Db, vehicle_id: str, *, caller: Caller, action: Action = Action.VIEW_LOCATION, for_update: bool = False
) -> Vehicle:
    """A vehicle of the caller's homes, to do `action` there.

    Raises NotFound for a stranger, Forbidden for too low a role.
    """
    vehicle = queries.find_vehicle(db, vehicle_id, account_id=caller.account_id, for_update=for_update)
    if vehicle is None:
        raise NotFound
    require(vehicle.my_role, action)
    return vehicle


def change_vehicle(db: Db, vehicle: Vehicle, changes: dict[str, Any], *, now: datetime) -> Vehicle:
    """Edit a vehicle read with `for_update`; without a difference there is no new revision."""
    changed = dataclasses.replace(vehicle, **changes)
    if changed == vehicle:
        return vehicle
    queries.change_vehicle(db, vehicle.id, changes, now=now)
    _plan_anew(db, vehicle, now=now)
    return dataclasses.replace(changed, revision=vehicle.revision + 1, updated_at=now)


def put_soc(db: Db, vehicle: Vehicle, *, percent: int, at: datetime, now: datetime) -> Vehicle:
    """How full a vehicle read with `for_update` was; what is older than is known changes nothing. Raises Invalid."""
    soc = StateOfCharge(percent, at)
    if found := observation_problems(soc, now=now):
        raise Invalid(errors=found)
    if not supersedes(soc, vehicle.soc):
        return vehicle
    queries.write_soc(db, vehicle.id, soc)
    _plan_anew(db, vehicle, now=now)
    return dataclasses.replace(vehicle, soc=soc)


def _plan_anew(db: Db, vehicle: Vehicle, *, now: datetime) -> None:
    """Another plan may be best for what charges at its home, also where a schedule that is over had it."""
    look_anew_at_locations(db, [vehicle.location_id], now=now)


def remove_vehicle(db: Db, vehicle: Vehicle, *, now: datetime) -> None:
    """Take a vehicle read with `for_update` away. Raises VehicleInUse."""
    charger_ids = queries.list_chargers_with(db, vehicle.id)
    schedule_ids = queries.list_schedules_with(db, vehicle.id)
    if charger_ids or schedule_ids:
        raise VehicleInUse(charger_ids=charger_ids, schedule_ids=schedule_ids)
    queries.mark_vehicle_deleted(db, vehicle.id, now=now)
