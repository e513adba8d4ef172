"""Who sees which sessions, and what is shown of each."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.errors import NotFound
from homecharge.domain.history import Filters
from homecharge.domain.limits import EnergyLimit, limit_json
from homecharge.domain.pages import Keyset
from homecharge.domain.rejections import Code, Evidence, Rejection, stored
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.texts import DEFAULT
from homecharge.ports.units import Db
from homecharge.services.history import describe_session, describe_sessions, get_visible_session, list_history
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Connector, Member, TransactionRow
from homecharge.storage.models import Location as LocationRow
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up

LATER = NOW + timedelta(minutes=10)
LINE = {"connection_id": "the line", "connected_at": NOW, "first_seen_at": NOW, "last_seen_at": NOW}


class Household:
    """Ada owns the home, Bob is its admin, Cleo a user; Eve lives elsewhere."""

    def __init__(self, db: Db) -> None:
        self.ada, self.bob, self.cleo, self.eve = (sign_up(db, name) for name in ("Ada", "Bob", "Cleo", "Eve"))
        self.home = make_home(db, self.ada)
        join(db, self.home, self.bob, MemberRole.ADMIN)
        join(db, self.home, self.cleo, MemberRole.USER)
        self.charger = make_charger(db, self.ada, self.home)


@pytest.fixture
def household(database: Database) -> Household:
    with database.write() as db:
        return Household(db)


def shown_to(db: Db, caller: Caller, filters: Filters | None = None) -> list[SessionView]:
    page = list_history(db, filters or Filters(), Keyset(), caller=caller, language=DEFAULT, now=LATER)
    return list(page.items)


def completed(db: Db, household: Household, driver: Caller | None, **columns: Any) -> Session:
    return make_session(db, household.charger, driver, status=Status.COMPLETED, wake_at=None, **columns)


def test_owner_and_admin_see_everyones_sessions_and_a_user_their_own(database: Database, household: Household):
    with database.write() as db:
        hers = completed(db, household, household.ada, due_at=NOW - timedelta(hours=2))
        cleos = completed(db, household, household.cleo, due_at=NOW - timedelta(hours=1))

        seen = {who.name: shown_to(db, who) for who in (household.ada, household.bob, household.cleo, household.eve)}

    assert {name: [view.session.id for view in views] for name, views in seen.items()} == {
        "Ada": [cleos.id, hers.id],
        "Bob": [cleos.id, hers.id],
        "Cleo": [cleos.id],
        "Eve": [],
    }


def test_several_homes_are_one_history(database: Database, household: Household):
    with database.write() as db:
        cottage = make_charger(db, household.ada, make_home(db, household.ada, time_zone="Europe/Paris"), "CP2")
        first = completed(db, household, household.ada, due_at=NOW - timedelta(hours=2))
        second = make_session(db, cottage, household.ada, status=Status.REJECTED, due_at=NOW - timedelta(hours=1))

        views = shown_to(db, household.ada)

    assert [view.session.id for view in views] == [second.id, first.id]
    assert [view.time_zone for view in views] == ["Europe/Paris", "Europe/London"]


@pytest.mark.parametrize(
    ("who", "kind", "driver", "is_seen"),
    [
        ("ada", Kind.BOOST, "cleo", True),
        ("bob", Kind.BOOST, "cleo", True),
        ("cleo", Kind.BOOST, "cleo", True),
        ("cleo", Kind.BOOST, "ada", False),
        ("cleo", Kind.PLUG_IN, "ada", True),
        ("cleo", Kind.CARD, None, False),
        ("eve", Kind.PLUG_IN, "ada", False),
    ],
)
def test_a_session_is_found_by_id_and_reference_by_whoever_may_see_or_stop_it(
    database: Database,
    household: Household,
    who: str,
    kind: Kind,
    driver: str | None,
    is_seen: bool,  # noqa: FBT001 - a column of the table
):
    caller: Caller = getattr(household, who)
    with database.write() as db:
        session = completed(db, household, driver and getattr(household, driver), kind=kind)
        sloppy = session.reference.replace("-", " ").lower().replace("0", "o").replace("1", "l")

        found = [find(db, key, caller) for key in (session.id, session.id.upper(), session.reference, sloppy)]

    assert found == [session.id if is_seen else None] * 4


def find(db: Db, key: str, caller: Caller) -> str | None:
    try:
        return get_visible_session(db, key, caller=caller)[0].id
    except NotFound:
        return None


@pytest.mark.parametrize("key", ["", "x", "K7Q2-9MXQ", "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"])
def test_what_names_no_session_is_not_found(database: Database, household: Household, key: str):
    with database.read() as db, pytest.raises(NotFound):
        get_visible_session(db, key, caller=household.ada)


def test_history_stays_with_the_members_of_a_deleted_home(database: Database, household: Household):
    with database.write() as db:
        session = completed(db, household, household.ada)
        db.execute(update(LocationRow).values(deleted_at=NOW))

        views = shown_to(db, household.ada)

    assert [view.session.id for view in views] == [session.id]


def test_whoever_left_sees_nothing_any_more(database: Database, household: Household):
    with database.write() as db:
        completed(db, household, household.cleo)
        db.execute(Member.__table__.delete().where(Member.account_id == household.cleo.account_id))

        assert shown_to(db, household.cleo) == []


def test_a_rejected_try_and_its_recovery_know_each_other(database: Database, household: Household):
    reason = stored((Rejection(code=Code.CAR_UNPLUGGED, evidence=(_available(),)),))
    with database.write() as db:
        first = make_session(
            db,
            household.charger,
            household.ada,
            status=Status.REJECTED,
            reason="car_unplugged",
            rejection=reason,
            wake_at=None,
        )
        second = completed(db, household, household.ada, recovers_session_id=first.id, attempt=2)

        views = {view.session.id: view for view in describe_sessions(db, [first, second], language=DEFAULT, now=LATER)}

    assert views[first.id].recovered_by_session_id == second.id
    assert views[second.id].recovered_by_session_id is None
    assert views[first.id].rejection is not None
    assert views[first.id].rejection.headline == "Rejected: car not plugged in"
    assert [fact.text for fact in views[first.id].rejection.evidence] == ["The connector said “available”"]


def _available() -> Evidence:
    return Evidence(at=NOW, fact="connector_status", value="available", source="charger")


def test_a_planned_recovery_says_when_it_is_tried(database: Database, household: Household):
    with database.write() as db:
        first = make_session(db, household.charger, household.ada, status=Status.REJECTED, wake_at=None)
        again = make_session(
            db, household.charger, household.ada, due_at=LATER, recovers_session_id=first.id, attempt=2
        )

        view = describe_session(db, again, language=DEFAULT, now=NOW)

    assert view.waiting is not None
    assert view.waiting.code == "recovery"
    assert view.waiting.detail.startswith("It is tried again by itself at ")


def test_a_charge_under_way_shows_its_newest_figures(database: Database, household: Household):
    with database.write() as db:
        session = charging(db, household, sampled_at=LATER - timedelta(seconds=30))

        view = describe_session(db, session, language=DEFAULT, now=LATER)

    assert view.live is not None
    assert view.progress is not None
    assert view.waiting is not None
    assert (view.live.power_w, view.live.energy_wh, view.live.soc_percent, view.live.stale) == (7400, 2000, 61, False)
    assert (view.progress.fraction, view.progress.remaining_wh) == (0.25, 6000)
    assert (view.waiting.code, view.waiting.detail) == ("car", "Power is offered; the car takes none at the moment.")
    assert view.is_settled


def charging(db: Db, household: Household, *, sampled_at: datetime) -> Session:
    db.execute(update(Charger).values(LINE))
    db.execute(
        insert(Connector).values(
            charger_id=household.charger.id,
            connector_id=1,
            status=ConnectorStatus.SUSPENDED_EV,
            reported_at=NOW,
        )
    )
    session = make_session(
        db,
        household.charger,
        household.ada,
        status=Status.CHARGING,
        started_at=NOW,
        energy_wh=2000,
        limit=limit_json(EnergyLimit(8000)),
    )
    transaction = {
        "charger_id": household.charger.id,
        "connector_id": 1,
        "session_id": session.id,
        "id_tag": session.tag,
        "is_refused": False,
        "is_orphan": False,
        "is_lost": False,
        "charger_started_at": NOW,
        "started_at": NOW,
        "received_at": NOW,
        "heard_at": NOW,
        "meter_start_wh": 0,
        "meter_last_wh": 2000,
        "energy_wh": 2000,
        "has_samples": True,
        "power_w": 7400,
        "soc_percent": 61,
        "sampled_at": sampled_at,
        "stop_tries": 0,
        "stop_version": 0,
    }
    db.execute(insert(TransactionRow).values(transaction))
    return session


def test_the_revision_changes_with_anything_that_is_shown(database: Database, household: Household):
    with database.write() as db:
        session = completed(db, household, household.ada)
        before = describe_session(db, session, language=DEFAULT, now=LATER)
        again = describe_session(db, session, language=DEFAULT, now=LATER + timedelta(hours=1))
        renamed = {"energy_wh": 5}
        db.execute(update(ChargingSession).values(renamed))
        after = describe_session(
            db, get_visible_session(db, session.id, caller=household.ada)[0], language=DEFAULT, now=LATER
        )

    assert before.revision == again.revision
    assert before.revision != after.revision


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield statements
    event.remove(database.engine, "before_cursor_execute", count)


def test_a_page_takes_the_same_number_of_reads_however_long_it_is(database: Database, household: Household):
    with database.write() as db:
        charging(db, household, sampled_at=NOW)
    with database.read() as db, counted(database) as for_one:
        shown_to(db, household.ada)
    with database.write() as db:
        for _ in range(30):
            completed(db, household, household.cleo)
    with database.read() as db, counted(database) as for_many:
        views = shown_to(db, household.ada)

    assert len(views) == 31
    assert len(for_many) == len(for_one), json.dumps(for_many, indent=1)
