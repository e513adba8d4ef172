"""The first screen: everything at once, in as many queries for many chargers as for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from decimal import Decimal

from sqlalchemy import event, insert, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.homes import Location
from homecharge.domain.outlook import Verdict
from homecharge.domain.restricted_hours import Choice, RestrictedHours
from homecharge.domain.schedules import Manual, Smart, Weekly
from homecharge.domain.session_state import Kind, Status
from homecharge.domain.targets import BudgetTarget, EnergyTarget
from homecharge.domain.tariffs import Flat
from homecharge.domain.texts import DEFAULT
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.home import Home, view_home
from homecharge.services.location_tariffs import choose_tariff
from homecharge.services.tariffs import add_tariff
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Connector
from homecharge.storage.types import new_id
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up
from tests.schedules import NIGHTLY, planned, schedule

SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(9_000))
THRIFTY = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 0), target=BudgetTarget(Decimal(2)))


def look(db: Db, caller: Caller) -> Home:
    return view_home(db, Timing(), caller=caller, language=DEFAULT, now=NOW)


def priced_home(db: Db, owner: Caller) -> Location:
    home = make_home(db, owner)
    tariff = add_tariff(db, name="Flat", currency="GBP", pricing=Flat(Decimal("0.2")), caller=owner, now=NOW)
    choose_tariff(db, home, tariff.id, valid_from=None, caller=owner, now=NOW)
    return home


def go_online(db: Db, status: ConnectorStatus = ConnectorStatus.PREPARING) -> None:
    """Every charger has a line, and its connector is in this state."""
    line = {"connection_id": new_id(), "gateway_id": new_id(), "connected_at": NOW - timedelta(hours=1)}
    db.execute(update(Charger).values(**line, first_seen_at=NOW - timedelta(days=1), last_seen_at=NOW))
    db.execute(update(Connector).values(status=status, reported_at=NOW, changed_at=NOW))


def connect(db: Db, charger_id: str, status: ConnectorStatus = ConnectorStatus.PREPARING) -> None:
    told = {"status": status, "reported_at": NOW, "changed_at": NOW, "plugged_in_at": NOW, "is_plugged_in": True}
    db.execute(insert(Connector).values(charger_id=charger_id, connector_id=1, **told))
    go_online(db, status)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine, "before_cursor_execute", count)


def fill(db: Db, ada: Caller, *, first: int, homes: int, chargers: int) -> None:
    """Homes with chargers at which everything goes on that the screen shows."""
    hours = RestrictedHours(Choice.DEFAULT)
    for number in range(first, first + homes):
        home = priced_home(db, ada)
        for each in range(chargers):
            charger = make_charger(db, ada, home, f"CP{number}-{each}", hours=hours)
            connect(db, charger.id)
            for spec in (NIGHTLY, SMART, THRIFTY):
                schedule(db, charger.id, ada, spec, now=NOW)
            make_session(db, charger, ada, status=Status.CHARGING, energy_wh=900, started_at=NOW)
            over = {"wake_at": None, "ended_at": NOW, "energy_wh": 4_000}
            make_session(db, charger, ada, status=Status.COMPLETED, **over)


def test_one_charger_takes_as_many_queries_as_a_dozen(database: Database, ada: Caller):
    taken = []
    for first, homes, chargers in ((0, 1, 1), (1, 4, 3)):
        with database.write() as db:
            fill(db, ada, first=first, homes=homes, chargers=chargers)
        with counted(database) as statements, database.read() as db:
            seen = look(db, ada)
        taken.append(len(statements))

    assert (len(seen.locations), len(seen.chargers)) == (5, 13)
    assert all(each.current_session and each.last_session and each.next_occurrence for each in seen.chargers)
    assert all(each.next_occurrence.outlook for each in seen.chargers if each.next_occurrence)
    assert taken[0] == taken[1]


def test_a_new_person_has_an_empty_screen(database: Database, ada: Caller):
    with database.read() as db:
        seen = look(db, ada)

    assert (seen.locations, seen.chargers, seen.attention, seen.is_complete) == ([], [], [], True)
    assert (seen.active_session, seen.next_occurrence, seen.last_session) == (None, None, None)


def test_the_foremost_of_all_chargers_is_shown_by_itself(database: Database, ada: Caller):
    with database.write() as db:
        home = priced_home(db, ada)
        one, two = (make_charger(db, ada, home, f"CP{n}") for n in (1, 2))
        late = Manual(on=Weekly(WEEKDAYS), start_time=time(3), end_time=time(5))
        schedule(db, one.id, ada, late, now=NOW)
        early = schedule(db, two.id, ada, NIGHTLY, now=NOW, name="Night")
        older = {"wake_at": None, "at": NOW - timedelta(hours=2), "ended_at": NOW}
        make_session(db, one, ada, status=Status.REJECTED, **older)
        newest = make_session(db, two, ada, status=Status.COMPLETED, wake_at=None, ended_at=NOW)
        live = make_session(db, one, ada, status=Status.CHARGING)

        seen = look(db, ada)

        assert seen.next_occurrence is not None
        assert (seen.next_occurrence.schedule_id, seen.next_occurrence.schedule_name) == (early.id, "Night")
        assert (seen.next_occurrence.charger_id, seen.next_occurrence.sessions) == (two.id, (planned(db, early.id).id,))
    assert seen.active_session is not None
    assert seen.last_session is not None
    assert (seen.active_session.session.id, seen.last_session.session.id) == (live.id, newest.id)
    assert [each.current_session is not None for each in seen.chargers] == [True, False]


def test_a_user_sees_what_is_theirs(database: Database, ada: Caller):
    with database.write() as db:
        ben = sign_up(db, "Ben")
        home = priced_home(db, ada)
        charger = make_charger(db, ada, home)
        join(db, home, ben, MemberRole.USER)
        make_session(db, charger, ben, status=Status.COMPLETED, wake_at=None, at=NOW - timedelta(days=1))
        make_session(db, charger, ada, status=Status.COMPLETED, wake_at=None)
        make_session(db, charger, ada, status=Status.CHARGING, kind=Kind.BOOST)

        of_ben, of_ada = look(db, ben), look(db, ada)

    assert of_ben.active_session is None
    assert of_ben.last_session is not None
    assert of_ada.last_session is not None
    assert (of_ben.last_session.driver, of_ada.last_session.driver) != (None, None)
    assert of_ben.last_session.session.driver_id == ben.account_id
    assert of_ada.last_session.session.driver_id == ada.account_id
    [shown] = of_ben.chargers
    assert shown.active_session is not None
    assert (shown.active_session.id, shown.current_session) == (None, None)


def test_ones_own_charge_comes_before_anothers(database: Database, ada: Caller):
    with database.write() as db:
        ben, home = sign_up(db, "Ben"), priced_home(db, ada)
        join(db, home, ben, MemberRole.USER)
        one, two = (make_charger(db, ada, home, f"CP{n}") for n in (1, 2))
        make_session(db, one, ada, status=Status.CHARGING, at=NOW - timedelta(hours=1))
        make_session(db, two, ben, status=Status.CHARGING)

        seen = look(db, ada)

    assert seen.active_session is not None
    assert seen.active_session.session.driver_id == ada.account_id


def test_what_needs_a_hand_is_told_in_words(database: Database, ada: Caller):
    with database.write() as db:
        bare = make_home(db, ada, name="Cottage")
        home = priced_home(db, ada)
        never = make_charger(db, ada, home, "CP1")
        ready = make_charger(db, ada, home, "CP2")
        connect(db, ready.id, ConnectorStatus.AVAILABLE)
        db.execute(update(Connector).values(plugged_in_at=None, is_plugged_in=False))
        db.execute(update(Charger).where(Charger.id == never.id).values(connection_id=None, first_seen_at=None))
        tonight = Manual(on=Weekly(WEEKDAYS), start_time=time(20), end_time=time(23))
        schedule(db, ready.id, ada, tonight, now=NOW)

        seen = look(db, ada)

    told = [(each.attention.code, each.attention.location_id, each.attention.charger_id) for each in seen.attention]
    assert told == [
        ("will_not_start", home.id, ready.id),
        ("never_connected", home.id, never.id),
        ("no_charger", bare.id, None),
        ("no_tariff", bare.id, None),
    ]
    first = seen.attention[0]
    assert (first.text.title, first.attention.action and first.attention.action.kind) == (
        "The next charge will not start",
        "plug_in",
    )
    assert first.text.detail.startswith("The charge at 20:00: The car ")
    assert seen.next_occurrence is not None
    assert seen.next_occurrence.outlook is not None
    assert seen.next_occurrence.outlook.verdict is Verdict.WILL_NOT_START


def test_a_charge_that_is_being_tried_is_next_without_an_outlook(database: Database, ada: Caller):
    with database.write() as db:
        charger = make_charger(db, ada, priced_home(db, ada))
        nightly = schedule(db, charger.id, ada, NIGHTLY, now=NOW)
        db.execute(update(ChargingSession).values(status=Status.STARTING))

        seen = look(db, ada)

    assert seen.next_occurrence is not None
    assert (seen.next_occurrence.schedule_id, seen.next_occurrence.outlook) == (nightly.id, None)
