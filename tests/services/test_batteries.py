"""Smart charges to a state of charge: what their batteries lack, and when they are planned anew, on both databases."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.rejections import Code
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.domain.smart_facts import Battery, SmartFacts
from homecharge.domain.targets import EnergyTarget, SocTarget, Target
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.timing import Timing
from homecharge.domain.vehicles import Vehicle
from homecharge.ports.charger_events import (
    Line,
    MeterReport,
    Origin,
    Sample,
    StatusReport,
    TransactionStart,
    TransactionStop,
)
from homecharge.ports.units import Db
from homecharge.services import openings
from homecharge.services.chargers import change_charger, get_charger
from homecharge.services.connectors import status_reported
from homecharge.services.lines import line_opened
from homecharge.services.metering import record_samples
from homecharge.services.smart_facts import read_smart_facts
from homecharge.services.transaction_ends import transaction_stopped
from homecharge.services.transactions import transaction_started
from homecharge.services.vehicles import add_vehicle, change_vehicle, get_vehicle, put_soc
from homecharge.storage.claims import claim_awaited
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import get_session
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up
from tests.schedules import change, run_due, schedule, tries

TIMING = Timing()
MINUTE = timedelta(minutes=1)
EVENING = NOW + timedelta(hours=7)
"""The car is plugged in."""
TO_80 = SocTarget(80)


class Drive:
    """A charger without a random delay, at which a car of 40 kWh is expected that takes 80 % of what it is given."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as db:
            self.ada = sign_up(db)
            home = make_home(db, self.ada)
            self.leaf = add_vehicle(
                db, home, name="Leaf", battery_wh=40_000, max_power_w=None, efficiency_percent=80, now=NOW
            )
            self.zoe = add_vehicle(
                db, home, name="Zoe", battery_wh=50_000, max_power_w=3_000, efficiency_percent=90, now=NOW
            )
            charger_id = make_charger(db, self.ada, home).id
            charger = get_charger(db, charger_id, caller=self.ada, for_update=True)
            changes = {"vehicle_id": self.leaf.id, "random_delay_max_s": 0}
            self.charger = change_charger(db, charger, changes, now=NOW)
            self.line = Line(new_id(), charger_id, "CP1", "ocpp1.6")
            line_opened(db, self.line, gateway_id="gateway", timing=TIMING, now=NOW)
        self.transaction_id = 0

    def origin(self, now: datetime) -> Origin:
        return Origin(self.line, new_id(), now)

    def put(self, percent: int, at: datetime, vehicle: Vehicle | None = None, *, now: datetime | None = None) -> None:
        with self.database.write() as db:
            locked = get_vehicle(db, (vehicle or self.leaf).id, caller=self.ada, for_update=True)
            put_soc(db, locked, percent=percent, at=at, now=now or at)

    def plug_in(self, target: Target = TO_80, **wanted: Any) -> Session:
        """A schedule until half past seven, and the session that the plug-in makes."""
        smart = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=target, **wanted)
        report = StatusReport(
            1, ConnectorStatus.PREPARING, "NoError", info=None, vendor_error_code=None, timestamp=None
        )
        with self.database.write() as db:
            made = schedule(db, self.charger.id, self.ada, smart, now=NOW)
            status_reported(db, self.origin(EVENING), report, TIMING)
            openings.look(db, claim_awaited(db, now=EVENING), now=EVENING)
            return tries(db, made.id)[0]

    def start(self, session: Session) -> None:
        """It is commanded at the plug-in and charges a minute later."""
        at = EVENING + MINUTE
        with self.database.write() as db:
            run_due(db, gateway_id="gateway", now=EVENING)
            message = TransactionStart(1, session.tag, 0, at)
            started = transaction_started(db, self.origin(at), message, TIMING)
            assert started is not None
            self.transaction_id = started.transaction_id
            run_due(db, gateway_id="gateway", now=at)

    def sample(self, minutes: int, energy_wh: int, soc_percent: int | None = None) -> None:
        at = EVENING + minutes * MINUTE
        report = MeterReport(1, self.transaction_id, (Sample(at, energy_wh, 7_000, None, soc_percent),))
        with self.database.write() as db:
            record_samples(db, [(self.origin(at), report)], TIMING)

    def stop(self, minutes: int, energy_wh: int) -> None:
        at = EVENING + minutes * MINUTE
        stop = TransactionStop(self.transaction_id, None, energy_wh, at, "PowerLoss", ())
        with self.database.write() as db:
            assert transaction_stopped(db, self.origin(at), stop, TIMING)
            run_due(db, gateway_id="gateway", now=at)

    def look(self, minutes: int) -> None:
        with self.database.write() as db:
            run_due(db, gateway_id="gateway", now=EVENING + minutes * MINUTE)

    def now(self, session: Session) -> Session:
        with self.database.read() as db:
            return get_session(db, session.id)

    def facts(self, session: Session) -> SmartFacts:
        with self.database.read() as db:
            return read_smart_facts(db, [session])[session.id]

    def battery(self, session: Session) -> Battery:
        found = self.facts(session).battery
        assert found is not None
        return found


@pytest.fixture
def drive(database: Database) -> Drive:
    return Drive(database)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The reads that are made meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


def test_what_was_put_before_the_plug_in_is_what_the_car_comes_with(drive: Drive):
    drive.put(40, NOW)

    session = drive.plug_in()

    assert drive.battery(session) == Battery(40_000, 80, 40, 0, said_at=NOW, said_by="driver")


def test_what_nobody_has_said_for_a_week_is_not_known(drive: Drive):
    drive.put(40, EVENING - timedelta(days=7))

    session = drive.plug_in()

    assert drive.battery(session).percent is None


def test_the_schedules_vehicle_counts_more_than_the_chargers(drive: Drive):
    drive.put(40, NOW)
    drive.put(60, NOW, drive.zoe)

    session = drive.plug_in(vehicle_id=drive.zoe.id)

    assert drive.battery(session) == Battery(50_000, 90, 60, 0, said_at=NOW, said_by="driver")


def test_only_a_state_of_charge_has_to_do_with_a_battery(drive: Drive):
    session = drive.plug_in(EnergyTarget(10_000))

    assert drive.facts(session).battery is None


@pytest.mark.parametrize(
    ("taken_w", "maximum_w"),
    [
        pytest.param(None, 7_360, id="whatever the charger gives"),
        pytest.param(3_000, 3_000, id="what the car takes"),
        pytest.param(50_000, 7_360, id="no more than the charger gives"),
        pytest.param(1_000, 1_380, id="the charger's least at any rate"),
    ],
)
def test_power_is_what_the_charger_gives_and_the_car_takes(drive: Drive, taken_w: int | None, maximum_w: int):
    with drive.database.write() as db:
        locked = get_vehicle(db, drive.leaf.id, caller=drive.ada, for_update=True)
        change_vehicle(db, locked, {"max_power_w": taken_w}, now=NOW)

    power = drive.facts(drive.plug_in(EnergyTarget(10_000))).power

    assert (power.minimum_w, power.maximum_w) == (1_380, maximum_w)


def test_all_that_was_charged_counts_where_the_car_came_with_what_was_put(drive: Drive):
    drive.put(40, NOW)
    session = drive.plug_in()
    drive.start(session)

    drive.sample(10, 1_000)
    drive.sample(20, 3_000)

    assert drive.battery(drive.now(session)).charged_since_wh == 3_000


def test_what_was_charged_before_it_was_put_does_not_count(drive: Drive):
    session = drive.plug_in()
    drive.start(session)
    drive.sample(10, 1_000)
    drive.put(55, EVENING + 15 * MINUTE)

    drive.sample(20, 3_000)

    assert drive.battery(drive.now(session)) == Battery(
        40_000, 80, 55, 2_000, said_at=EVENING + 15 * MINUTE, said_by="driver"
    )


def test_the_charger_says_how_full_the_car_is_and_the_meter_counts_from_there(drive: Drive):
    drive.put(40, NOW)
    session = drive.plug_in()
    drive.start(session)

    drive.sample(10, 1_000, soc_percent=50)
    drive.sample(20, 3_000)

    assert drive.battery(drive.now(session)) == Battery(
        40_000, 80, 50, 2_000, said_at=EVENING + 10 * MINUTE, said_by="charger"
    )


def test_the_next_session_of_a_plug_in_goes_on_from_what_the_first_one_charged(drive: Drive):
    drive.put(40, NOW)
    first = drive.plug_in()
    drive.start(first)
    drive.sample(10, 1_000)
    drive.stop(20, 3_000)

    with drive.database.write() as db:
        columns = {"due_at": EVENING + 30 * MINUTE}
        second = make_session(db, drive.charger, drive.ada, kind=Kind.SMART, **columns)

    assert drive.battery(dataclasses.replace(second, target=TO_80)).charged_since_wh == 3_000


def test_a_battery_at_its_target_needs_no_charge(drive: Drive):
    drive.put(80, NOW)
    session = drive.plug_in()

    drive.look(0)

    rejected = drive.now(session)
    assert (rejected.status, rejected.reason) == (Status.REJECTED, Code.BATTERY_FULL)
    assert rejected.rejection is not None
    assert (rejected.rejection["category"], rejected.rejection["variant"]) == ("satisfied", "soc")


def test_the_plan_is_what_the_battery_lacks(drive: Drive):
    drive.put(60, NOW)
    session = drive.plug_in()

    drive.start(session)

    charging = drive.now(session)
    assert charging.status is Status.CHARGING
    assert charging.plan is not None
    assert charging.plan.energy_wh == 10_000


def test_what_is_put_has_a_live_charge_planned_anew(drive: Drive):
    drive.put(60, NOW)
    session = drive.plug_in()
    drive.start(session)
    before = drive.now(session)

    drive.put(70, EVENING + 5 * MINUTE)

    woken = drive.now(session)
    assert (woken.wake_at, woken.version) == (EVENING + 5 * MINUTE, before.version + 1)
    drive.look(5)
    planned = drive.now(session)
    assert planned.plan is not None
    assert planned.plan.energy_wh == 5_000


def give_schedule(db: Db, drive: Drive, session: Session, at: datetime) -> None:
    change(db, session.schedule_id or "", drive.ada, now=at, vehicle_id=drive.zoe.id)


def give_charger(db: Db, drive: Drive, _session: Session, at: datetime) -> None:
    locked = get_charger(db, drive.charger.id, caller=drive.ada, for_update=True)
    change_charger(db, locked, {"vehicle_id": drive.zoe.id}, now=at)


def change_leaf(db: Db, drive: Drive, session: Session, at: datetime) -> None:
    """Also where the schedule that charges it has been switched off since."""
    change(db, session.schedule_id or "", drive.ada, now=at - MINUTE, is_enabled=False)
    locked = get_vehicle(db, drive.leaf.id, caller=drive.ada, for_update=True)
    change_vehicle(db, locked, {"battery_wh": 50_000, "efficiency_percent": 90}, now=at)


@pytest.mark.parametrize("give", [give_schedule, give_charger, change_leaf])
def test_another_vehicle_has_a_live_charge_planned_anew_at_once(
    drive: Drive, give: Callable[[Db, Drive, Session, datetime], None]
):
    """30 % of 40 kWh at 80 % efficiency were 15 kWh; of 50 kWh at 90 % they are 16.7."""
    drive.put(50, NOW)
    drive.put(50, NOW, drive.zoe)
    session = drive.plug_in(**({"vehicle_id": drive.leaf.id} if give is change_leaf else {}))
    drive.start(session)
    at = EVENING + 5 * MINUTE

    with drive.database.write() as db:
        give(db, drive, session, at)

    assert drive.now(session).wake_at == at
    drive.look(5)
    planned = drive.now(session)
    assert planned.plan is not None
    assert planned.plan.energy_wh == 16_667


def test_what_is_older_than_known_wakes_nobody(drive: Drive):
    drive.put(60, NOW)
    session = drive.plug_in()
    drive.start(session)
    before = drive.now(session)

    drive.put(70, NOW - MINUTE, now=EVENING + 5 * MINUTE)

    assert drive.now(session) == before


@pytest.mark.parametrize(("target", "is_woken"), [(TO_80, True), (EnergyTarget(10_000), False)])
def test_a_report_has_a_charge_to_it_planned_anew(drive: Drive, target: Target, *, is_woken: bool):
    session = drive.plug_in(target)
    drive.start(session)
    drive.sample(5, 500, soc_percent=50)  # energy flows for the first time, which wakes every session
    drive.look(5)

    drive.sample(10, 1_000, soc_percent=51)

    assert (drive.now(session).wake_at == EVENING + 10 * MINUTE) is is_woken


def test_a_charge_ends_at_its_target(drive: Drive):
    drive.put(60, NOW)
    session = drive.plug_in()
    drive.start(session)
    drive.sample(5, 500)

    drive.put(80, EVENING + 10 * MINUTE)
    drive.look(10)

    assert drive.now(session).stop_requested_as is StopReason.TARGET_REACHED


def test_many_sessions_take_as_many_reads_as_one(drive: Drive):
    drive.put(60, NOW)
    session = drive.plug_in()
    with drive.database.write() as db:
        others = [
            dataclasses.replace(make_session(db, drive.charger, drive.ada, kind=Kind.SMART), target=TO_80)
            for _ in range(4)
        ]

    with drive.database.read() as db:
        with counted(drive.database) as one:
            read_smart_facts(db, [session])
        with counted(drive.database) as many:
            found = read_smart_facts(db, [session, *others])

    assert len(found) == 5
    assert len(many) == len(one)
