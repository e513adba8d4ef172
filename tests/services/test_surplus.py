"""What a home has left over, and the charges that draw nothing else, on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import Charger, Solar
from homecharge.domain.errors import Invalid
from homecharge.domain.homes import Location, Surplus
from homecharge.domain.pages import Keyset
from homecharge.domain.rejections import Code, Rejection, stored
from homecharge.domain.session_state import PROFILE_REFUSED, Kind, Session, Status
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.chargers import change_charger, get_charger
from homecharge.services.facts import read_facts
from homecharge.services.locations import get_location, list_locations
from homecharge.services.surplus import post_surplus, read_solar
from homecharge.storage.database import Database
from homecharge.storage.models import Charger as ChargerRow
from homecharge.storage.models import Connector
from homecharge.storage.queries.charging_profiles import learn_refusal
from homecharge.storage.queries.sessions import TABLE, get_session, list_sessions
from tests.homes import NOW, make_charger, make_home, make_session, sign_up

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TOO_LITTLE = stored((Rejection(code=Code.SOLAR_UNAVAILABLE),))


def post(db: Db, home: Location, ada: Caller, power_w: int, *, ago: timedelta) -> None:
    locked = get_location(db, home.id, caller=ada, for_update=True)
    post_surplus(db, locked, power_w=power_w, at=NOW - ago, timing=Timing(), now=NOW)


def solar_charger(db: Db, ada: Caller, home: Location, identity: str = "CP1", **settings: Any) -> Charger:
    charger = make_charger(db, ada, home, identity)
    locked = get_charger(db, charger.id, caller=ada, for_update=True)
    return change_charger(db, locked, {"solar": Solar.ONLY} | settings, now=NOW)


def held(db: Db, charger: Charger, ada: Caller, kind: Kind = Kind.MANUAL, **columns: Any) -> Session:
    paused = {"status": Status.PAUSED, "wake_at": NOW + HOUR} | columns
    return make_session(db, charger, ada, kind=kind, **paused)


def alarms(db: Db, *sessions: Session) -> list[datetime | None]:
    return [get_session(db, session.id).wake_at for session in sessions]


def test_a_home_keeps_the_newest_surplus(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home, other = make_home(db, ada), make_home(db, ada)

        post(db, home, ada, 1_200, ago=2 * MINUTE)
        post(db, home, ada, 2_400, ago=MINUTE)
        post(db, home, ada, 600, ago=2 * MINUTE)

        found = get_location(db, home.id, caller=ada)
        listed = list_locations(db, Keyset(), caller=ada, now=NOW).items

    assert home.surplus is None
    assert (found.surplus, found.revision) == (Surplus(2_400, NOW - MINUTE), home.revision)
    assert [each.surplus for each in listed] == [found.surplus, other.surplus]


def test_a_surplus_is_not_of_the_future(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)

        post(db, home, ada, 0, ago=-MINUTE)
        with pytest.raises(Invalid) as refused:
            post(db, home, ada, 1, ago=-MINUTE - timedelta(seconds=1))

        assert get_location(db, home.id, caller=ada).surplus == Surplus(0, NOW + MINUTE)
    assert list(refused.value.errors) == ["at"]


def test_a_posting_wakes_what_follows_it_and_nothing_else(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home, other = make_home(db, ada), make_home(db, ada)
        follows = held(db, solar_charger(db, ada, home), ada)
        buys = held(db, make_charger(db, ada, home, "CP2"), ada)
        elsewhere = held(db, solar_charger(db, ada, other, "CP3"), ada)
        later = held(db, solar_charger(db, ada, home, "CP4"), ada, status=Status.PLANNED, due_at=NOW + HOUR)

        post(db, home, ada, 3_000, ago=MINUTE)
        woken = alarms(db, follows, buys, elsewhere, later)
        db.execute(update(TABLE).values(wake_at=NOW + HOUR))
        post(db, home, ada, 9_000, ago=2 * MINUTE)

        assert woken == [NOW, NOW + HOUR, NOW + HOUR, NOW + HOUR]
        assert alarms(db, follows) == [NOW + HOUR]


def test_a_posting_costs_the_same_however_many_charge_and_least_where_nothing_follows_it(database: Database):
    def statements(chargers: int, solar: Solar) -> int:
        counted: list[str] = []

        def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            counted.append(statement)

        with database.write() as db:
            ada = sign_up(db, f"Ada{chargers}{solar}")
            home = make_home(db, ada)
            for number in range(chargers):
                charger = solar_charger(db, ada, home, f"{solar}-{chargers}-{number}", solar=solar)
                held(db, charger, ada)
            locked = get_location(db, home.id, caller=ada, for_update=True)
            event.listen(database.engine, "before_cursor_execute", watch)
            post_surplus(db, locked, power_w=900, at=NOW, timing=Timing(), now=NOW)
            event.remove(database.engine, "before_cursor_execute", watch)
        return len(counted)

    assert statements(1, Solar.ONLY) == statements(9, Solar.ONLY) <= 6
    assert statements(5, Solar.OFF) == 2


@pytest.mark.parametrize(("power_w", "tries"), [(1_379, 1), (1_380, 2)])
def test_what_had_none_is_tried_again_with_enough_of_it(database: Database, power_w: int, tries: int):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        charger = solar_charger(db, ada, home)
        rejected = {"status": Status.REJECTED, "reason": "solar_unavailable", "rejection": TOO_LITTLE, "wake_at": None}
        over = held(db, charger, ada, Kind.PLUG_IN, **rejected, open_until=NOW + HOUR)

        post(db, home, ada, power_w, ago=MINUTE)

        found = list_sessions(db, TABLE.c.charger_id == charger.id)
    assert len(found) == tries
    assert [each.recovers_session_id for each in found if each.id != over.id] == [over.id] * (tries - 1)


def test_what_a_charge_goes_by_is_its_homes_surplus_and_its_chargers_ratings(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        charger = solar_charger(db, ada, home, phases=3, min_current_a=8, max_current_a=16)
        manual = held(db, charger, ada)
        flagged = held(db, charger, ada, flags=[PROFILE_REFUSED])
        override = [held(db, charger, ada, kind) for kind in (Kind.BOOST, Kind.CARD)]
        over = held(db, charger, ada, status=Status.COMPLETED)
        post(db, home, ada, 3_000, ago=MINUTE)

        found = read_solar(db, [manual, flagged, *override, over], now=NOW)
        assert read_solar(db, override, now=NOW) == {}

        learn_refusal(db, charger.id)
        refusing = read_solar(db, [manual], now=NOW)

    assert found.keys() == {manual.id, flagged.id}
    solar = found[manual.id]
    assert solar.surplus == Surplus(3_000, NOW - MINUTE)
    assert (solar.minimum_w, solar.maximum_w, solar.ampere_w) == (5_520, 11_040, 690)
    assert [each.keeps_courses for each in (solar, found[flagged.id], refusing[manual.id])] == [True, False, False]


def test_a_charger_without_smart_charging_keeps_no_course(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = solar_charger(db, ada, make_home(db, ada))
        told = {"smart_charging": False, "feature_profiles": ["Core"]}
        db.execute(update(ChargerRow).where(ChargerRow.id == charger.id).values(capabilities=told))

        [facts] = read_facts(db, [held(db, charger, ada)], Timing(), now=NOW)

    assert facts.solar is not None
    assert not facts.solar.keeps_courses


def test_a_smart_charge_in_solar_only_mode_has_its_restricted_hours_without_a_plan(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        smart = held(db, solar_charger(db, ada, home), ada, Kind.SMART)
        planned = held(db, make_charger(db, ada, home, "CP2"), ada, Kind.SMART)

        solar, bought = read_facts(db, [smart, planned], Timing(), now=NOW)

    assert (solar.bounds is None, solar.solar is None) == (False, False)
    assert (bought.bounds, bought.solar) == (None, None)


def test_setting_the_mode_wakes_what_it_binds(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        manual = held(db, charger, ada)

        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        change_charger(db, locked, {"solar": Solar.ONLY}, now=NOW)

        assert alarms(db, manual) == [NOW]


def test_what_was_due_before_takes_its_part_of_the_surplus_first(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home, other = make_home(db, ada), make_home(db, ada)
        chargers = [solar_charger(db, ada, home, f"CP{number}") for number in range(4)]
        course = [[NOW.isoformat(), 2_300]]
        second = held(db, chargers[1], ada, due_at=NOW, course=course)
        first = held(db, chargers[0], ada, due_at=NOW - HOUR, course=course)
        free = held(db, chargers[2], ada, due_at=NOW - MINUTE, status=Status.CHARGING)
        planned = held(db, chargers[3], ada, due_at=NOW - 2 * HOUR, status=Status.PLANNED)
        held(db, solar_charger(db, ada, other, "CP9"), ada, due_at=NOW - HOUR, course=course)
        held(db, chargers[3], ada, Kind.BOOST, due_at=NOW - HOUR)

        found = read_solar(db, [first, second, free, planned], now=NOW)
        said = {"charger_id": chargers[0].id, "connector_id": 1, "status": "suspended_ev"}
        db.execute(insert(Connector).values(said))
        without_first = read_solar(db, [second], now=NOW)

    assert [found[each.id].taken_w for each in (first, free, second, planned)] == [0, 2_300, 9_660, 11_960]
    assert without_first[second.id].taken_w == 7_360
