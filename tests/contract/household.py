"""A home with one of everything, so that what is asked about is there."""

from dataclasses import dataclass
from datetime import time, timedelta

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller, Role
from homecharge.domain.authorization_codes import Code
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.times import WEEKDAYS
from homecharge.ports.units import Db
from homecharge.services.home_cards import add_card
from homecharge.services.vehicles import add_vehicle
from homecharge.storage.queries.occurrences import OCCURRENCES, list_occurrences
from tests.authorizations import UID, decide, make_group, make_provider, make_token
from tests.charges import Charge
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up
from tests.schedules import schedule

HOUR = timedelta(hours=1)
SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7), target=EnergyTarget(9_000))


@dataclass(frozen=True)
class Household:
    """Who lives there, and what there is by the name of the parameter that asks for it."""

    owner: Caller
    known: dict[str, list[str]]


def furnish(db: Db, role: Role) -> Household:
    """The home of somebody with this role, in an empty database."""
    owner, guest = sign_up(db, "Ada", role=role), sign_up(db, "Guest")
    home = make_home(db, owner)
    join(db, home, guest, MemberRole.USER)
    charger = make_charger(db, owner, home)
    plans = [schedule(db, charger.id, owner, now=NOW), schedule(db, charger.id, owner, SMART, now=NOW)]
    planned = make_session(db, charger, owner)
    over, running = (Charge(db, owner, home, start=NOW - hours * HOUR) for hours in (3, 1))
    over.sample(NOW - 2 * HOUR, 7_000)
    over.stop(NOW - 2 * HOUR, 7_200)
    vehicle = add_vehicle(db, home, name="Leaf", battery_wh=39_000, max_power_w=6_600, efficiency_percent=90, now=NOW)
    card = add_card(db, home, uid="CARD1", name="Key ring", driver_id=None, now=NOW)
    provider = make_provider(db)
    known = {
        "location_id": [home.id],
        "charger_id": [charger.id, over.line.charger_id, running.line.charger_id],
        "driver_id": [guest.account_id],
        "schedule_id": [plan.id for plan in plans],
        "occurrence_id": [
            list_occurrences(db, OCCURRENCES.c.schedule_id == plan.id)[place].id for plan in plans for place in (0, 3)
        ],
        "session": [planned.id, over.id, running.id],
        "vehicle_id": [vehicle.id],
        "card_id": [card.id],
        "provider_id": [provider],
        "token_id": [make_token(db, provider)],
        "group_id": [make_group(db, charger)],
        "authorization_id": [decide(db, charger, Code.WHITELIST)],
        "uid": [UID],
    }
    return Household(owner, known)
