"""A Smart occurrence waits for its car: the plug-in opens it, and where none comes, History says so."""

import dataclasses
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import update

from homecharge.domain.accounts import Caller
from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.occurrence_states import OccurrenceState
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Line, Origin, StatusReport
from homecharge.services import openings
from homecharge.services.chargers import get_charger
from homecharge.services.connectors import status_reported
from homecharge.services.lines import line_opened
from homecharge.services.occurrence_views import get_occurrence_view
from homecharge.services.occurrences import heal
from homecharge.services.skipping import skip, unskip
from homecharge.storage.claims import claim_awaited
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession
from homecharge.storage.queries.occurrences import OCCURRENCES, list_occurrences
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up
from tests.schedules import run_due, schedule, tries, undecided

SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))
READY_BY = NOW.replace(day=21, hour=7, minute=30)
LATE = READY_BY - timedelta(minutes=15)
HOUR = timedelta(hours=1)


class House(NamedTuple):
    ada: Caller
    charger_id: str
    line: Line
    schedule_id: str


@pytest.fixture
def house(database: Database) -> House:
    """A Smart schedule at a charger that is online; nothing is plugged in."""
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        line = Line(new_id(), charger.id, "CP1", "ocpp1.6")
        line_opened(db, line, gateway_id="gateway", timing=Timing(), now=NOW)
        return House(ada, charger.id, line, schedule(db, charger.id, ada, SMART, now=NOW).id)


def say(database: Database, house: House, status: ConnectorStatus, *, now: datetime) -> None:
    report = StatusReport(1, status, "NoError", info=None, vendor_error_code=None, timestamp=None)
    with database.write() as db:
        status_reported(db, Origin(house.line, new_id(), now), report, Timing())


def look(database: Database, *, now: datetime) -> int:
    with database.write() as db:
        return openings.look(db, claim_awaited(db, now=now), now=now)


def end(database: Database, house: House, status: Status, *, now: datetime) -> None:
    ended = {"status": status, "ended_at": now, "wake_at": None}
    with database.write() as db:
        db.execute(update(ChargingSession).where(ChargingSession.schedule_id == house.schedule_id).values(ended))


def sessions(database: Database, house: House) -> list[Session]:
    with database.read() as db:
        return tries(db, house.schedule_id)


def state(database: Database, house: House, *, now: datetime) -> OccurrenceState:
    with database.read() as db:
        first = list_occurrences(db, OCCURRENCES.c.schedule_id == house.schedule_id)[0]
        return get_occurrence_view(db, first.id, caller=house.ada, language=ENGLISH, now=now).state


def test_before_the_plug_in_there_is_no_session(database: Database, house: House):
    say(database, house, ConnectorStatus.AVAILABLE, now=NOW)

    opened = look(database, now=NOW)

    assert (opened, sessions(database, house)) == (0, [])
    assert state(database, house, now=NOW) is OccurrenceState.WAITING_FOR_CAR


def test_the_plug_in_makes_the_session(database: Database, house: House):
    say(database, house, ConnectorStatus.AVAILABLE, now=NOW)
    evening = NOW + 7 * HOUR
    say(database, house, ConnectorStatus.PREPARING, now=evening)

    opened = look(database, now=evening)

    assert opened == 1
    [session] = sessions(database, house)
    assert (session.kind, session.due_at, session.window_end) == (Kind.SMART, evening, READY_BY)
    assert session.target == EnergyTarget(20_000)
    assert look(database, now=evening + HOUR) == 0


def test_a_car_that_is_there_already_opens_a_new_schedule(database: Database, house: House):
    say(database, house, ConnectorStatus.PREPARING, now=NOW)

    assert look(database, now=NOW) == 1


def test_what_was_known_before_the_line_is_no_car(database: Database, house: House):
    say(database, house, ConnectorStatus.PREPARING, now=NOW)
    later = NOW + HOUR
    with database.write() as db:
        line_opened(
            db,
            dataclasses.replace(house.line, connection_id=new_id()),
            gateway_id="gateway",
            timing=Timing(),
            now=later,
        )

    assert look(database, now=later) == 0


def test_without_a_car_exactly_one_session_is_recorded_at_the_last_feasible_start(database: Database, house: House):
    say(database, house, ConnectorStatus.AVAILABLE, now=NOW)
    look(database, now=NOW)

    opened = [look(database, now=LATE - timedelta(seconds=1)), look(database, now=LATE)]
    with database.write() as db:
        run_due(db, gateway_id="gateway", now=LATE)

    assert opened == [0, 1]
    [session] = sessions(database, house)
    assert (session.status, session.reason) == (Status.REJECTED, "car_unplugged")
    with database.read() as db:
        assert [o.local_date.day for o in undecided(db, house.schedule_id)][:2] == [22, 23]
    assert look(database, now=READY_BY) == 0


def test_what_a_free_vend_charger_began_by_itself_gives_way(database: Database, house: House):
    say(database, house, ConnectorStatus.PREPARING, now=NOW)
    with database.write() as db:
        db.execute(update(Charger).values(start_mode=StartMode.FREE_VEND))
        charger = get_charger(db, house.charger_id, caller=house.ada)
        make_session(db, charger, None, kind=Kind.PLUG_IN, status=Status.PAUSED)

    assert look(database, now=NOW) == 1


def test_while_another_session_has_the_connector_it_waits_for_its_end(database: Database, house: House):
    say(database, house, ConnectorStatus.PREPARING, now=NOW)
    with database.write() as db:
        charger = get_charger(db, house.charger_id, caller=house.ada)
        boost = make_session(db, charger, house.ada, status=Status.CHARGING)

    assert look(database, now=NOW) == 0

    with database.write() as db:
        ended = {"status": Status.COMPLETED, "wake_at": None}
        db.execute(update(ChargingSession).where(ChargingSession.id == boost.id).values(ended))
        openings.ring(db, [house.charger_id], now=NOW + HOUR)
    assert look(database, now=NOW + HOUR) == 1


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.REJECTED])
def test_a_car_that_drove_and_comes_back_opens_the_next_round(database: Database, house: House, status: Status):
    say(database, house, ConnectorStatus.AVAILABLE, now=NOW)
    say(database, house, ConnectorStatus.PREPARING, now=NOW)
    look(database, now=NOW)
    end(database, house, status, now=NOW + HOUR)
    say(database, house, ConnectorStatus.AVAILABLE, now=NOW + 2 * HOUR)
    evening = NOW + 8 * HOUR

    say(database, house, ConnectorStatus.PREPARING, now=evening)
    look(database, now=evening)

    first, second = sessions(database, house)
    with database.read() as db:
        rounds = list_occurrences(db, OCCURRENCES.c.id.in_([first.occurrence_id, second.occurrence_id]))
    assert [occurrence.round for occurrence in rounds] == [1, 2]
    assert (second.due_at, second.window_end, second.target) == (evening, READY_BY, EnergyTarget(20_000))


def test_a_skipped_one_is_recorded_and_its_successor_waits(database: Database, house: House):
    with database.write() as db:
        first, second = undecided(db, house.schedule_id)[:2]

        skip(db, first.id, caller=house.ada, now=NOW)

        [session] = tries(db, house.schedule_id)
        assert (session.occurrence_id, session.reason) == (first.id, "cancelled")
        assert undecided(db, house.schedule_id)[0].wake_at == second.window_start


def test_a_skip_that_is_taken_back_waits_for_the_car_again(database: Database, house: House):
    with database.write() as db:
        first = undecided(db, house.schedule_id)[0]
        skip(db, first.id, caller=house.ada, now=NOW)
        unskip(db, first.id, caller=house.ada, now=NOW)
    say(database, house, ConnectorStatus.PREPARING, now=NOW + HOUR)

    look(database, now=NOW + HOUR)

    skipped, wanted = sessions(database, house)
    assert (wanted.occurrence_id, wanted.status) == (first.id, Status.PLANNED)
    assert wanted.recovers_session_id == skipped.id


def test_nothing_is_missing_while_it_waits(database: Database, house: House):
    with database.write() as db:
        assert heal(db, now=NOW) == 0
