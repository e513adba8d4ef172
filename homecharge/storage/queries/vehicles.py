"""Vehicles in and out of the database; every look-up goes through a membership."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, insert, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_state import Kind
from homecharge.domain.vehicles import StateOfCharge, Vehicle
from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Location, Member, Schedule
from homecharge.storage.models import Vehicle as VehicleRow
from homecharge.storage.queries.pages import fetch_page

VEHICLES = cast("Table", VehicleRow.__table__)
_C = VEHICLES.c
_PLAIN = (
    *("id", "location_id", "name", "battery_wh", "max_power_w", "efficiency_percent"),
    *("revision", "created_at", "updated_at"),
)


def _vehicle_of(row: Row[Any]) -> Vehicle:
    soc = None if row.soc_at is None else StateOfCharge(row.soc_percent, row.soc_at)
    return Vehicle(soc=soc, my_role=MemberRole(row.role), **{name: getattr(row, name) for name in _PLAIN})


def _seen_by(account_id: str) -> Select[Any]:
    return (
        select(VEHICLES, Member.role)
        .join(Member, Member.location_id == _C.location_id)
        .join(Location, Location.id == _C.location_id)
        .where(Member.account_id == account_id, _C.deleted_at.is_(None), Location.deleted_at.is_(None))
    )


def find_vehicle(db: Db, vehicle_id: str, *, account_id: str, for_update: bool = False) -> Vehicle | None:
    """By id, as that member of its location sees it; `for_update` keeps others from changing or choosing it."""
    query = _seen_by(account_id).where(_C.id == vehicle_id)
    row = db.execute(query.with_for_update(of=VEHICLES, key_share=True) if for_update else query).one_or_none()
    return None if row is None else _vehicle_of(row)


def list_vehicles(db: Db, keyset: Keyset, *, account_id: str, location_id: str) -> Page[Vehicle]:
    """The vehicles of a location, as that member sees them, oldest first."""
    rows = _seen_by(account_id).where(_C.location_id == location_id)
    return fetch_page(db, rows, keyset, _vehicle_of, at=_C.created_at, id=_C.id, oldest_first=True)


def is_of_location(db: Db, vehicle_id: str, location_id: str) -> bool:
    """Whether the location has this vehicle; it is not deleted before the unit ends."""
    query = select(_C.id).where(_C.id == vehicle_id, _C.location_id == location_id, _C.deleted_at.is_(None))
    return db.scalar(query.with_for_update(read=True)) is not None


def is_expected_at(db: Db, charger_id: str) -> bool:
    """Whether a charger has a vehicle."""
    return db.scalar(select(Charger.vehicle_id).where(Charger.id == charger_id)) is not None


def add_vehicle(db: Db, vehicle: Vehicle) -> None:
    """Insert a new one, of whose charge nothing is known."""
    db.execute(insert(VEHICLES).values({name: getattr(vehicle, name) for name in _PLAIN}))


def change_vehicle(db: Db, vehicle_id: str, changes: dict[str, Any], *, now: datetime) -> None:
    """Write what was edited, as a new revision."""
    changed = {**changes, "revision": _C.revision + 1, "updated_at": now}
    db.execute(update(VEHICLES).where(_C.id == vehicle_id).values(changed))


def write_soc(db: Db, vehicle_id: str, soc: StateOfCharge) -> None:
    """Write how full its battery is."""
    db.execute(update(VEHICLES).where(_C.id == vehicle_id).values(soc_percent=soc.percent, soc_at=soc.at))


def mark_vehicle_deleted(db: Db, vehicle_id: str, *, now: datetime) -> None:
    """Nobody finds it any more."""
    db.execute(update(VEHICLES).where(_C.id == vehicle_id).values(deleted_at=now, updated_at=now))


def list_chargers_with(db: Db, vehicle_id: str) -> list[str]:
    """The ids of the chargers at which the vehicle is expected, oldest first."""
    location_id = select(_C.location_id).where(_C.id == vehicle_id).scalar_subquery()
    here = (Charger.location_id == location_id, Charger.deleted_at.is_(None), Charger.vehicle_id == vehicle_id)
    return list(db.scalars(select(Charger.id).where(*here).order_by(Charger.created_at, Charger.id)))


def list_schedules_with(db: Db, vehicle_id: str) -> list[str]:
    """The ids of the enabled schedules that charge the vehicle, oldest first."""
    location_id = select(_C.location_id).where(_C.id == vehicle_id).scalar_subquery()
    query = (
        select(Schedule.id)
        .join(Charger, Charger.id == Schedule.charger_id)
        .where(
            Charger.location_id == location_id,
            Charger.deleted_at.is_(None),
            Schedule.kind == Kind.SMART,
            Schedule.is_enabled,
            Schedule.deleted_at.is_(None),
            Schedule.spec["vehicle_id"].as_string() == vehicle_id,
        )
        .order_by(Schedule.created_at, Schedule.id)
    )
    return list(db.scalars(query))
