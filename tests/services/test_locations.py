"""Homes: who sees them, what may be changed, and when they can go."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.errors import Forbidden, Invalid, NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.schedules import Manual, weekly
from homecharge.domain.session_state import LIVE, Kind, Status
from homecharge.domain.times import WEEKDAYS
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.locations import (
    LocationNotEmpty,
    change_location,
    get_location,
    list_locations,
    remove_location,
)
from homecharge.services.removing_chargers import remove_charger
from homecharge.services.schedules import Wish, add_schedule
from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up

LATER = NOW + timedelta(hours=1)


def test_a_new_home_belongs_to_whoever_adds_it(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)

    with database.read() as db:
        found = get_location(db, home.id, caller=ada)

    assert found == home
    assert found.my_role is MemberRole.OWNER
    assert set(found.permissions) == set(Action)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "gb"),
        ("country", "UK"),
        ("country", "GBR"),
        ("country", "XK"),
        ("country", ""),
        ("currency", "gbp"),
        ("currency", "DEM"),
        ("currency", "£"),
        ("time_zone", "europe/london"),
        ("time_zone", "Europe/Londn"),
        ("time_zone", "localtime"),
        ("time_zone", "Factory"),
        ("time_zone", "../etc/passwd"),
    ],
)
def test_a_place_that_no_register_knows_is_refused_by_its_field(database: Database, field: str, value: str):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)

        with pytest.raises(Invalid) as on_adding:
            make_home(db, ada, **{field: value})
        with pytest.raises(Invalid) as on_changing:
            change_location(db, home, **{field: value}, caller=ada, now=LATER)

    assert list(on_adding.value.errors) == [field]
    assert list(on_changing.value.errors) == [field]


def test_a_home_does_not_exist_for_strangers(database: Database):
    with database.write() as db:
        home = make_home(db, sign_up(db))
        eve = sign_up(db, "Eve")

        with pytest.raises(NotFound):
            get_location(db, home.id, caller=eve)


@pytest.mark.parametrize(
    ("role", "action", "needed"),
    [
        (MemberRole.USER, Action.EDIT_LOCATION, "admin"),
        (MemberRole.USER, Action.DELETE_LOCATION, "owner"),
        (MemberRole.ADMIN, Action.DELETE_LOCATION, "owner"),
    ],
)
def test_a_member_is_told_the_role_it_takes(database: Database, role: MemberRole, action: Action, needed: str):
    with database.write() as db:
        home = make_home(db, sign_up(db))
        join(db, home, bob := sign_up(db, "Bob"), role)

        with pytest.raises(Forbidden) as refused:
            get_location(db, home.id, caller=bob, action=action)

    assert refused.value.data == {"needs_role": needed}


def test_the_list_has_every_home_once_oldest_first_across_pages(database: Database):
    with database.write() as db:
        ada, bob = sign_up(db), sign_up(db, "Bob")
        homes = [make_home(db, ada, name=name) for name in ("first", "second", "third")]
        join(db, homes[1], bob, MemberRole.USER)

    with database.read() as db:
        first = list_locations(db, Keyset(limit=2), caller=ada, now=NOW)
        second = list_locations(db, Keyset(limit=2, after=first.next), caller=ada, now=NOW)
        of_bob = list_locations(db, Keyset(), caller=bob, now=NOW)

    assert [home.name for home in [*first.items, *second.items]] == ["first", "second", "third"]
    assert second.next is None
    assert [(home.name, home.my_role) for home in of_bob.items] == [("second", MemberRole.USER)]


def test_an_edit_is_a_new_revision_and_no_edit_is_none(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)

        same = change_location(db, home, name="Home", currency="GBP", caller=ada, now=LATER)
        changed = change_location(db, home, name="Cottage", caller=ada, now=LATER)

    assert same == home
    assert (changed.name, changed.revision, changed.updated_at) == ("Cottage", 2, LATER)


@pytest.mark.parametrize("status", sorted(LIVE))
def test_the_time_zone_stays_while_a_session_is_live(database: Database, status: Status):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        session = make_session(db, make_charger(db, ada, home), ada, status=status)

        with pytest.raises(SessionInProgress) as refused:
            change_location(db, home, time_zone="Europe/Paris", caller=ada, now=LATER)
        renamed = change_location(db, home, name="Cottage", time_zone="Europe/London", caller=ada, now=LATER)

    assert refused.value.data == {"session_id": session.id}
    assert renamed.name == "Cottage"


@pytest.mark.parametrize("status", [Status.PLANNED, Status.COMPLETED, Status.REJECTED])
def test_the_time_zone_changes_while_nothing_is_live(database: Database, status: Status):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        make_session(db, make_charger(db, ada, home), ada, status=status)

        changed = change_location(db, home, time_zone="Europe/Paris", caller=ada, now=LATER)

    assert changed.time_zone == "Europe/Paris"


def test_a_new_time_zone_moves_what_is_planned_to_the_same_wall_time(database: Database):
    nightly = Wish(spec=Manual(on=weekly(list(WEEKDAYS)), start_time=time(0, 30)))
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        add_schedule(db, make_charger(db, ada, home).id, nightly, caller=ada, now=NOW)

        change_location(db, home, time_zone="Europe/Paris", caller=ada, now=LATER)

        planned = db.scalars(select(ChargingSession.due_at).where(ChargingSession.location_id == home.id)).all()
    assert planned == [datetime(2026, 11, 20, 23, 30, tzinfo=UTC)]


def test_a_home_goes_once_its_chargers_have_gone_and_leaves_its_history(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        charger = make_charger(db, ada, home)
        session = make_session(db, charger, ada, kind=Kind.BOOST, status=Status.COMPLETED, wake_at=None)

        with pytest.raises(LocationNotEmpty):
            remove_location(db, home, now=LATER)
        remove_charger(db, charger, caller=ada, now=LATER)
        remove_location(db, home, now=LATER)

        with pytest.raises(NotFound):
            get_location(db, home.id, caller=ada)
        assert list_locations(db, Keyset(), caller=ada, now=NOW).items == []
        assert get_session(db, session.id) == session
