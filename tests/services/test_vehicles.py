"""Vehicles of a home, on both databases."""

from datetime import time, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import Charger
from homecharge.domain.errors import Forbidden, Invalid, NotFound
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.targets import EnergyTarget, SocTarget, Target
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.vehicles import StateOfCharge, Vehicle
from homecharge.ports.units import Db
from homecharge.services.accounts import forget_account, get_account
from homecharge.services.chargers import change_charger, get_charger
from homecharge.services.locations import get_location, remove_location
from homecharge.services.removing_chargers import remove_charger
from homecharge.services.vehicles import (
    VehicleInUse,
    add_vehicle,
    change_vehicle,
    get_vehicle,
    list_vehicles,
    put_soc,
    remove_vehicle,
)
from homecharge.storage.database import Database
from homecharge.storage.models import Vehicle as VehicleRow
from tests.homes import NOW, join, make_charger, make_home, sign_up
from tests.schedules import change, schedule

LATER = NOW + timedelta(hours=1)


class Home(NamedTuple):
    ada: Caller
    home: Location


@pytest.fixture
def at_home(database: Database) -> Home:
    with database.write() as db:
        ada = sign_up(db)
        return Home(ada, make_home(db, ada))


def make_vehicle(db: Db, home: Location, name: str = "Leaf") -> Vehicle:
    return add_vehicle(db, home, name=name, battery_wh=39_000, max_power_w=6_600, efficiency_percent=90, now=NOW)


def expecting(db: Db, ada: Caller, home: Location, vehicle: Vehicle) -> Charger:
    """A charger at which the vehicle is expected."""
    charger = get_charger(db, make_charger(db, ada, home).id, caller=ada, for_update=True)
    return change_charger(db, charger, {"vehicle_id": vehicle.id}, now=NOW)


def smart(target: Target, vehicle: Vehicle | None = None) -> Smart:
    return Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=target, vehicle_id=vehicle and vehicle.id)


def test_a_vehicle_is_read_back_as_it_was_made(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        made = make_vehicle(db, home)

    with database.read() as db:
        found = get_vehicle(db, made.id, caller=ada)
        page = list_vehicles(db, home, Keyset(), caller=ada)

    assert found == made
    assert page.items == [made]
    assert (made.soc, made.revision, made.my_role) == (None, 1, MemberRole.OWNER)


def test_vehicles_are_listed_page_by_page_oldest_first(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        made = [make_vehicle(db, home, name) for name in ("A", "B", "C")]
        make_vehicle(db, make_home(db, ada), "elsewhere")

        first = list_vehicles(db, home, Keyset(limit=2), caller=ada)
        rest = list_vehicles(db, home, Keyset(limit=2, after=first.next), caller=ada)

    assert [*first.items, *rest.items] == made
    assert rest.next is None


def test_members_see_a_vehicle_and_those_above_them_change_it(database: Database, at_home: Home):
    _, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)
        user, admin, eve = sign_up(db, "Bob"), sign_up(db, "Cid"), sign_up(db, "Eve")
        join(db, home, user, MemberRole.USER)
        join(db, home, admin, MemberRole.ADMIN)

        assert get_vehicle(db, vehicle.id, caller=user, action=Action.PUT_STATE_OF_CHARGE).my_role is MemberRole.USER
        assert get_vehicle(db, vehicle.id, caller=admin, action=Action.EDIT_VEHICLES).my_role is MemberRole.ADMIN
        with pytest.raises(Forbidden):
            get_vehicle(db, vehicle.id, caller=user, action=Action.EDIT_VEHICLES)
        with pytest.raises(NotFound):
            get_vehicle(db, vehicle.id, caller=eve)


def test_only_a_difference_is_a_new_revision(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)

        same = change_vehicle(db, vehicle, {"battery_wh": 39_000}, now=LATER)
        changed = change_vehicle(db, vehicle, {"battery_wh": 62_000, "max_power_w": None}, now=LATER)

        assert same == vehicle
        assert get_vehicle(db, vehicle.id, caller=ada) == changed
    assert (changed.battery_wh, changed.max_power_w, changed.revision, changed.updated_at) == (62_000, None, 2, LATER)


def test_the_newest_state_of_charge_is_kept(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)

        newest = put_soc(db, vehicle, percent=55, at=NOW, now=LATER)
        late = put_soc(db, newest, percent=20, at=NOW - timedelta(minutes=1), now=LATER)

        assert newest.soc == StateOfCharge(55, NOW)
        assert late == newest == get_vehicle(db, vehicle.id, caller=ada)


@pytest.mark.parametrize(("ahead", "is_taken"), [(60, True), (61, False)])
def test_a_state_of_charge_is_not_of_the_future(database: Database, at_home: Home, ahead: int, *, is_taken: bool):
    at = NOW + timedelta(seconds=ahead)
    with database.write() as db:
        vehicle = make_vehicle(db, at_home.home)
        if is_taken:
            assert put_soc(db, vehicle, percent=55, at=at, now=NOW).soc == StateOfCharge(55, at)
            return

        with pytest.raises(Invalid) as refused:
            put_soc(db, vehicle, percent=55, at=at, now=NOW)

    assert list(refused.value.errors) == ["at"]


def test_a_vehicle_that_nothing_has_is_taken_away(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)

        remove_vehicle(db, vehicle, now=LATER)

        with pytest.raises(NotFound):
            get_vehicle(db, vehicle.id, caller=ada)
        assert list_vehicles(db, home, Keyset(), caller=ada).items == []


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_charger_takes_a_vehicle_of_its_own_home(database: Database, at_home: Home, *, elsewhere: bool):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, make_home(db, ada) if elsewhere else home)
        charger = make_charger(db, ada, home)
        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        if not elsewhere:
            assert change_charger(db, locked, {"vehicle_id": vehicle.id}, now=LATER).vehicle_id == vehicle.id
            return

        with pytest.raises(Invalid) as refused:
            change_charger(db, locked, {"vehicle_id": vehicle.id}, now=LATER)

    assert list(refused.value.errors) == ["vehicle_id"]


def test_a_vehicle_of_a_charger_stays_until_that_has_another(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)
        charger = expecting(db, ada, home, vehicle)

        with pytest.raises(VehicleInUse) as refused:
            remove_vehicle(db, vehicle, now=LATER)
        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        change_charger(db, locked, {"vehicle_id": None}, now=LATER)
        remove_vehicle(db, vehicle, now=LATER)

    assert refused.value.data == {"charger_ids": [charger.id], "schedule_ids": []}


def test_a_vehicle_of_a_charger_that_was_taken_away_is_free(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)
        remove_charger(db, expecting(db, ada, home, vehicle), caller=ada, now=LATER)

        remove_vehicle(db, vehicle, now=LATER)

        assert list_vehicles(db, home, Keyset(), caller=ada).items == []


def test_a_vehicle_of_an_enabled_schedule_stays(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)
        charger = make_charger(db, ada, home)
        made = schedule(db, charger.id, ada, smart(SocTarget(80), vehicle), now=NOW)

        with pytest.raises(VehicleInUse) as refused:
            remove_vehicle(db, vehicle, now=LATER)
        change(db, made.id, ada, is_enabled=False, now=LATER)
        remove_vehicle(db, vehicle, now=LATER)
        with pytest.raises(Invalid) as gone:
            change(db, made.id, ada, is_enabled=True, now=LATER)

    assert refused.value.data == {"charger_ids": [], "schedule_ids": [made.id]}
    assert list(gone.value.errors) == ["vehicle_id"]


def test_a_state_of_charge_wants_a_vehicle(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)
        charger = make_charger(db, ada, home)

        with pytest.raises(Invalid) as nameless:
            schedule(db, charger.id, ada, smart(SocTarget(80)), now=NOW)
        by_energy = schedule(db, charger.id, ada, smart(EnergyTarget(20_000)), now=NOW)
        with pytest.raises(Invalid) as changed:
            change(db, by_energy.id, ada, target=SocTarget(80), now=NOW)
        both = change(db, by_energy.id, ada, target=SocTarget(80), vehicle_id=vehicle.id, now=NOW)

    assert list(nameless.value.errors) == list(changed.value.errors) == ["vehicle_id"]
    assert both.schedule.spec == smart(SocTarget(80), vehicle)


def test_the_vehicle_of_a_schedule_is_else_that_of_its_charger(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        charger = expecting(db, ada, home, make_vehicle(db, home))

        made = schedule(db, charger.id, ada, smart(SocTarget(80)), now=NOW)

    assert made.spec == smart(SocTarget(80))


def test_a_schedule_takes_a_vehicle_of_its_own_home(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        charger = make_charger(db, ada, home)
        foreign = make_vehicle(db, make_home(db, ada))

        with pytest.raises(Invalid) as refused:
            schedule(db, charger.id, ada, smart(EnergyTarget(20_000), foreign), now=NOW)

    assert list(refused.value.errors) == ["vehicle_id"]


def test_vehicles_go_with_their_home(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home)

        remove_location(db, get_location(db, home.id, caller=ada, for_update=True), now=LATER)

        with pytest.raises(NotFound):
            get_vehicle(db, vehicle.id, caller=ada)


def test_whoever_is_forgotten_leaves_no_name_on_a_vehicle(database: Database, at_home: Home):
    ada, home = at_home
    with database.write() as db:
        vehicle = make_vehicle(db, home, "Ada's Leaf")

        forget_account(db, get_account(db, ada.account_id), now=LATER)

        assert db.scalar(select(VehicleRow.name).where(VehicleRow.id == vehicle.id)) == ""
