"""Warnings before the start: what would fail is told in the evening, half an hour ahead, when it gets worse; once."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from homecharge.domain.charger_state import ConnectorStatus, OfflineCause
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.pages import Keyset
from homecharge.domain.restricted_hours import Choice, RestrictedHours, RestrictedWindow
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.session_state import Status
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.tariffs import Flat
from homecharge.domain.texts import DEFAULT
from homecharge.domain.times import WEEKDAYS, WallWindow
from homecharge.domain.timing import Timing
from homecharge.domain.warnings import WarningTimes
from homecharge.domain.wording_notifications import NotificationView
from homecharge.ports.charger_events import Line, Origin, StatusReport
from homecharge.ports.units import Db
from homecharge.services import telling, warning
from homecharge.services.chargers import change_charger, get_charger
from homecharge.services.connectors import status_reported
from homecharge.services.lines import line_closed, line_opened
from homecharge.services.location_tariffs import choose_tariff
from homecharge.services.notifications import list_inbox
from homecharge.services.restricted_hours import choose_restricted_hours
from homecharge.services.skipping import skip
from homecharge.services.tariffs import add_tariff
from homecharge.services.vehicles import add_vehicle, put_soc
from homecharge.storage.database import Database
from homecharge.storage.queries.occurrences import OCCURRENCES
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up
from tests.schedules import change, on, schedule, undecided

TIMING, CHANNELS = Timing(), frozenset(Channel)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENING = NOW.replace(hour=20, minute=30)
DUE = NOW.replace(day=21, hour=0, minute=30)
TONIGHT = on("2026-11-21")
SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))


ALL_NIGHT = RestrictedHours(Choice.CUSTOM, (RestrictedWindow(WEEKDAYS, WallWindow(time(0), time(6))),))


class House:
    """Ada's, with a charger that is online and a schedule; nothing is plugged in."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as db:
            self.ada = sign_up(db)
            self.home = make_home(db, self.ada)
            self.charger = make_charger(db, self.ada, self.home)
            self.line = Line(new_id(), self.charger.id, "CP1", "ocpp1.6")
            line_opened(db, self.line, gateway_id="gateway", timing=TIMING, now=NOW)

    def say(self, status: ConnectorStatus, now: datetime) -> None:
        report = StatusReport(1, status, "NoError", info=None, vendor_error_code=None, timestamp=None)
        with self.database.write() as db:
            status_reported(db, Origin(self.line, new_id(), now), report, TIMING)

    def go_offline(self, now: datetime) -> None:
        with self.database.write() as db:
            line_closed(db, self.line, heard_at=now, cause=OfflineCause.LINE, now=now)

    def look(self, *instants: datetime) -> None:
        """What the engine does at each tick."""
        for now in instants:
            with self.database.write() as db:
                telling.tell_of_chargers(db, CHANNELS, patience=HOUR, now=now)
                asked = warning.claim(db, now=now)
            with self.database.read() as db:
                answers = warning.ask(db, asked, WarningTimes(), TIMING, now=now)
            with self.database.write() as db:
                warning.settle(db, answers, CHANNELS, now=now)

    def warnings(self) -> list[NotificationView]:
        """Oldest first."""
        with self.database.read() as db:
            page = list_inbox(db, Keyset(limit=50), only_unread=False, caller=self.ada, language=DEFAULT, now=NOW)
        return [view for view in reversed(page.items) if view.kind == "will_not_start"]

    def alarms(self) -> list[datetime | None]:
        with self.database.read() as db:
            return list(db.scalars(select(OCCURRENCES.c.warn_at).order_by(OCCURRENCES.c.starts_at)))


def _pay_otherwise(db: Db, house: House) -> None:
    tariff = add_tariff(db, name="Flat", currency="GBP", pricing=Flat(Decimal("0.25")), caller=house.ada, now=NOW)
    choose_tariff(db, house.home, tariff.id, valid_from=None, caller=house.ada, now=NOW)


def _take_less_power(db: Db, house: House) -> None:
    charger = get_charger(db, house.charger.id, caller=house.ada, for_update=True)
    change_charger(db, charger, {"max_current_a": 10}, now=NOW)


def _say_how_full_a_car_is(db: Db, house: House) -> None:
    battery = {"battery_wh": 39_000, "max_power_w": None, "efficiency_percent": 90}
    vehicle = add_vehicle(db, house.home, name="Leaf", **battery, now=NOW)
    put_soc(db, vehicle, percent=20, at=NOW, now=NOW)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def test_a_car_that_is_not_plugged_in_is_told_of_in_the_evening_and_once(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW, EVENING - MINUTE)
    before = house.warnings()
    house.look(EVENING, EVENING + MINUTE, DUE - 30 * MINUTE, DUE - 20 * MINUTE)

    assert before == []
    [warned] = house.warnings()
    assert "Drive" in warned.body
    assert "plugged in" in warned.body or "unplugged" in warned.body
    assert warned.body.endswith("There is time to put it right until 05:15.")
    assert [action.kind for action in warned.actions] == ["plug_in"]
    assert house.alarms() == [None]


def test_a_charge_that_will_start_is_not_told_of(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.PREPARING, NOW)
    house.look(NOW, EVENING, DUE - 30 * MINUTE)

    assert house.warnings() == []


def test_what_gets_worse_is_told_when_it_has_settled(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.PREPARING, NOW)
    house.look(NOW, EVENING)
    house.go_offline(EVENING + 71 * MINUTE)
    house.look(EVENING + 72 * MINUTE)
    at_once = house.warnings()
    house.look(EVENING + 77 * MINUTE)

    assert at_once == []
    [warned] = house.warnings()
    assert "21:41" in warned.body
    assert warned.at == EVENING + 77 * MINUTE


def test_what_was_mended_and_comes_back_is_told_again(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW, EVENING)
    house.say(ConnectorStatus.PREPARING, EVENING + MINUTE)
    house.look(EVENING + 2 * MINUTE, EVENING + 7 * MINUTE)
    house.say(ConnectorStatus.AVAILABLE, EVENING + HOUR)
    house.look(EVENING + HOUR, EVENING + HOUR + 5 * MINUTE, EVENING + 2 * HOUR, DUE - 30 * MINUTE)

    first, second = house.warnings()
    assert first.collapse_key == second.collapse_key
    assert second.at == EVENING + HOUR + 5 * MINUTE


def test_hours_that_leave_no_time_are_told_when_they_are_chosen(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.PREPARING, NOW)
    house.look(NOW, EVENING)
    with house.database.write() as db:
        charger = get_charger(db, house.charger.id, caller=house.ada, for_update=True)
        choose_restricted_hours(db, charger, ALL_NIGHT, TIMING, now=EVENING + HOUR)
    house.look(EVENING + HOUR, EVENING + HOUR + 5 * MINUTE)

    [warned] = house.warnings()
    assert "Restricted hours" in warned.body
    assert warned.at == EVENING + HOUR + 5 * MINUTE


def test_another_charge_that_is_in_the_way_is_told_of(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.PREPARING, NOW)
    house.look(NOW, EVENING)
    with house.database.write() as db:
        make_session(db, house.charger, house.ada, status=Status.CHARGING, started_at=EVENING + HOUR)
    house.say(ConnectorStatus.CHARGING, EVENING + HOUR)
    house.look(EVENING + HOUR, EVENING + HOUR + 5 * MINUTE)

    [warned] = house.warnings()
    assert "A Boost has been charging on this connector since 21:30" in warned.body


@pytest.mark.parametrize("change_facts", [_pay_otherwise, _take_less_power, _say_how_full_a_car_is])
def test_a_smart_charge_is_asked_about_anew_when_its_plan_goes_by_something_else(
    house: House, change_facts: Callable[[Db, House], None]
):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, SMART, now=NOW)
    house.say(ConnectorStatus.PREPARING, NOW)
    house.look(NOW)
    before = house.alarms()
    with house.database.write() as db:
        change_facts(db, house)

    assert before[0] == EVENING
    assert house.alarms() == [NOW + 5 * MINUTE, *before[1:]]


def test_another_cause_is_told_too_and_takes_the_place_of_the_first(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW, EVENING)
    house.go_offline(EVENING + HOUR)
    house.look(EVENING + HOUR, EVENING + HOUR + 5 * MINUTE, EVENING + 2 * HOUR)

    first, second = house.warnings()
    assert first.collapse_key == second.collapse_key
    assert first.body != second.body


def test_nothing_is_told_of_what_happens_before_the_evening(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.PREPARING, NOW)
    house.look(NOW)
    house.go_offline(NOW + MINUTE)
    house.look(NOW + 2 * MINUTE, NOW + 10 * MINUTE)

    assert house.warnings() == []
    assert house.alarms() == [EVENING]


def test_a_smart_charge_whose_car_is_away_is_told_of(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, SMART, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW, EVENING)

    [warned] = house.warnings()
    assert "would not be ready by" in warned.body
    assert [action.kind for action in warned.actions] == ["plug_in"]


def test_what_is_skipped_or_switched_off_is_not_told_of(house: House):
    with house.database.write() as db:
        skipped = schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
        off = schedule(db, house.charger.id, house.ada, on("2026-11-21", "01:30", "05:00"), now=NOW)
        skip(db, undecided(db, skipped.id)[0].id, caller=house.ada, now=NOW)
        change(db, off.id, house.ada, is_enabled=False, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW, EVENING, DUE - 30 * MINUTE, DUE + 30 * MINUTE)

    assert house.warnings() == []


def test_another_time_is_asked_about_anew(house: House):
    with house.database.write() as db:
        moved = schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.look(NOW)
    with house.database.write() as db:
        change(db, moved.id, house.ada, start_time=time(22), end_time=time(23), on=on("2026-11-20").on, now=NOW)
    house.look(NOW + MINUTE)

    assert house.alarms() == [NOW.replace(hour=21, minute=30)]


def test_what_a_crash_leaves_is_asked_about_again(house: House):
    with house.database.write() as db:
        schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW)
    with house.database.write() as db:
        claimed = warning.claim(db, now=EVENING)
        meanwhile = warning.claim(db, now=EVENING)
    house.look(EVENING + warning.LEASE)

    assert (len(claimed), meanwhile) == (1, [])
    assert len(house.warnings()) == 1


def test_an_answer_about_what_has_changed_meanwhile_is_thrown_away(house: House):
    with house.database.write() as db:
        moved = schedule(db, house.charger.id, house.ada, TONIGHT, now=NOW)
    house.say(ConnectorStatus.AVAILABLE, NOW)
    house.look(NOW)
    with house.database.write() as db:
        asked = warning.claim(db, now=EVENING)
    with house.database.read() as db:
        answers = warning.ask(db, asked, WarningTimes(), TIMING, now=EVENING)
    with house.database.write() as db:
        change(db, moved.id, house.ada, start_time=time(1, 30), now=EVENING)
    with house.database.write() as db:
        warning.settle(db, answers, CHANNELS, now=EVENING)

    assert house.warnings() == []
    assert house.alarms() == [EVENING]
