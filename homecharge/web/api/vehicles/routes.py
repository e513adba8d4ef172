"""Vehicles: what is charged, and how full it is."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.pages import Page
from homecharge.domain.vehicles import Vehicle
from homecharge.services import vehicles
from homecharge.services.locations import get_location
from homecharge.services.vehicles import VehicleInUse
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.vehicles import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("vehicles", "The cars of a home, and how full their batteries are.")


@area.post(
    "/locations/<id:location_id>/vehicles",
    access=SIGNED_IN,
    actions=[Action.EDIT_VEHICLES],
    body=schemas.VehicleBody,
    answer=schemas.Vehicle,
    status=201,
    has_etag=True,
    refuses=[Forbidden],
)
def add_vehicle(ask: Ask, body: dict[str, Any], location_id: str) -> Answer:
    """Add a vehicle to a home."""
    location = get_location(ask.db, location_id, caller=ask.caller, action=Action.EDIT_VEHICLES, for_update=True)
    vehicle = vehicles.add_vehicle(ask.db, location, **body, now=ask.now)
    return Answer(value=vehicle, location=f"/v1/vehicles/{vehicle.id}")


@area.get(
    "/locations/<id:location_id>/vehicles",
    access=SIGNED_IN,
    actions=[Action.VIEW_LOCATION],
    query=PageQuery,
    answer=page_of(schemas.Vehicle),
)
def list_vehicles(ask: Ask, query: dict[str, Any], location_id: str) -> Page[Vehicle]:
    """List the vehicles of a home, oldest first."""
    location = get_location(ask.db, location_id, caller=ask.caller)
    return vehicles.list_vehicles(ask.db, location, keyset(query), caller=ask.caller)


@area.get(
    "/vehicles/<id:vehicle_id>", access=SIGNED_IN, actions=[Action.VIEW_LOCATION], answer=schemas.Vehicle, has_etag=True
)
def get_vehicle(ask: Ask, vehicle_id: str) -> Vehicle:
    """Look at a vehicle."""
    return vehicles.get_vehicle(ask.db, vehicle_id, caller=ask.caller)


@area.patch(
    "/vehicles/<id:vehicle_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_VEHICLES],
    body=schemas.VehicleChanges,
    answer=schemas.Vehicle,
    has_etag=True,
    refuses=[Forbidden],
)
def change_vehicle(ask: Ask, body: dict[str, Any], vehicle_id: str) -> Vehicle:
    """Change a vehicle."""
    vehicle = vehicles.get_vehicle(ask.db, vehicle_id, caller=ask.caller, action=Action.EDIT_VEHICLES, for_update=True)
    etags.require_match(schemas.Vehicle, vehicle)
    return vehicles.change_vehicle(ask.db, vehicle, body, now=ask.now)


@area.delete(
    "/vehicles/<id:vehicle_id>", access=SIGNED_IN, actions=[Action.EDIT_VEHICLES], refuses=[Forbidden, VehicleInUse]
)
def remove_vehicle(ask: Ask, vehicle_id: str) -> None:
    """Take a vehicle away that no charger and no enabled schedule has."""
    vehicle = vehicles.get_vehicle(ask.db, vehicle_id, caller=ask.caller, action=Action.EDIT_VEHICLES, for_update=True)
    etags.require_match(schemas.Vehicle, vehicle)
    vehicles.remove_vehicle(ask.db, vehicle, now=ask.now)


@area.put(
    "/vehicles/<id:vehicle_id>/soc",
    access=SIGNED_IN,
    actions=[Action.PUT_STATE_OF_CHARGE],
    body=schemas.SocBody,
    answer=schemas.Vehicle,
    has_etag=True,
)
def put_soc(ask: Ask, body: dict[str, Any], vehicle_id: str) -> Vehicle:
    """Say how full a vehicle is; any member may.

    Something older than what is known changes nothing.
    """
    vehicle = vehicles.get_vehicle(
        ask.db, vehicle_id, caller=ask.caller, action=Action.PUT_STATE_OF_CHARGE, for_update=True
    )
    etags.require_match(schemas.Vehicle, vehicle)
    return vehicles.put_soc(ask.db, vehicle, **body, now=ask.now)
