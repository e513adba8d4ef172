"""Chargers as their owners know them: added, looked at, set up."""

import hashlib
import re
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.chargers import ActiveSession, Charger, LineState, Solar
from homecharge.domain.errors import Forbidden, Invalid, NotFound
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset
from homecharge.domain.restricted_hours import Choice, RestrictedHours
from homecharge.domain.session_state import Kind, Status
from homecharge.ports.charger_events import Refusal
from homecharge.services.adding_chargers import IdentityTaken, add_charger
from homecharge.services.charger_lines import new_access, renew_password
from homecharge.services.chargers import change_charger, describe_charger, get_charger, list_chargers
from homecharge.services.lines import admit, remember_refusal
from homecharge.storage.database import Database
from homecharge.storage.models import Charger as ChargerRow
from homecharge.storage.models import Connector
from tests.homes import NOW, OCPP_URL, join, make_charger, make_home, make_session, sign_up

LATER = NOW + timedelta(hours=1)
ON_LINE = {"connection_id": "the line", "gateway_id": "the gateway", "connected_at": NOW, "first_seen_at": NOW}


def set_columns(database: Database, charger: Charger, **columns: Any) -> None:
    with database.write() as db:
        db.execute(update(ChargerRow).where(ChargerRow.id == charger.id).values(columns))


def report(database: Database, charger: Charger, connector_id: int, status: ConnectorStatus, at: datetime) -> None:
    with database.write() as db:
        values = {"charger_id": charger.id, "connector_id": connector_id, "status": status, "reported_at": at}
        db.execute(insert(Connector).values(values))


def test_a_new_charger_is_set_up_by_the_law_of_its_country(database: Database, ada: Caller):
    with database.write() as db:
        in_britain = make_charger(db, ada, make_home(db, ada), "GB1")
        in_france = make_charger(db, ada, make_home(db, ada, country="FR"), "FR1")

    assert in_britain.random_delay_max_s == 600
    assert in_france.random_delay_max_s == 0
    assert (in_britain.charge_now, in_britain.start_mode, in_britain.solar) == (False, StartMode.CONTROLLED, Solar.OFF)
    assert (in_britain.phases, in_britain.voltage_v) == (1, 230)
    assert (in_britain.min_current_a, in_britain.max_current_a) == (6, 32)


def test_what_is_read_back_is_what_was_added(database: Database, ada: Caller, home: Location):
    with database.write() as db:
        added = make_charger(db, ada, home, delay_max_s=600)

    with database.read() as db:
        details = describe_charger(db, get_charger(db, added.id, caller=ada), caller=ada)

    assert all(getattr(details, name) == getattr(added, name) for name in details.__dataclass_fields__)
    assert (details.connection.state, details.active_session) == (LineState.NEVER, None)
    assert (details.connector.id, details.connector.state, details.connector.stale) == (1, "unknown", True)


def test_no_password_looks_like_an_option_of_a_command():
    passwords = "".join(new_access("CP1", ocpp_url=OCPP_URL).password for _ in range(200))

    assert passwords.isalnum()


def test_the_password_is_twenty_characters_that_open_a_line_and_is_kept_as_a_digest(
    database: Database, ada: Caller, home: Location
):
    with database.write() as db:
        first, second = (make_charger(db, ada, home, identity) for identity in ("CP1", "CP2"))

    with database.read() as db:
        right = admit(db, identity="CP1", password=first.ocpp.password, protocol="ocpp1.6")
        wrong = admit(db, identity="CP1", password=second.ocpp.password, protocol="ocpp1.6")
        stored = db.scalar(select(ChargerRow.password_sha256).where(ChargerRow.id == first.id))

    assert re.fullmatch(r"[A-Za-z0-9]{20}", first.ocpp.password)
    assert (right.charger_id, right.refusal) == (first.id, None)
    assert wrong.refusal is Refusal.WRONG_PASSWORD
    assert stored == hashlib.sha256(first.ocpp.password.encode()).hexdigest()
    assert first.ocpp.url == f"{OCPP_URL}/CP1"


def test_great_britain_wants_the_choice_of_restricted_hours_made(database: Database, ada: Caller, home: Location):
    with database.write() as db, pytest.raises(Invalid) as refused:
        add_charger(
            db,
            home,
            identity="CP1",
            name="Drive",
            restricted_hours=None,
            ocpp_url=OCPP_URL,
            caller=ada,
            now=NOW,
        )

    assert list(refused.value.errors) == ["restricted_hours"]


def test_a_choice_that_cannot_be_right_is_named_below_its_field(database: Database, ada: Caller, home: Location):
    with database.write() as db, pytest.raises(Invalid) as refused:
        make_charger(db, ada, home, hours=RestrictedHours(Choice.CUSTOM))

    assert list(refused.value.errors) == ["restricted_hours.windows"]


def test_a_taken_identity_says_whose_only_to_those_who_may_know(
    database: Database, ada: Caller, home: Location, charger: Charger
):
    with database.write() as db:
        eve = sign_up(db, "Eve")
        elsewhere = make_home(db, eve)

        with pytest.raises(IdentityTaken) as to_ada:
            make_charger(db, ada, home)
        with pytest.raises(IdentityTaken) as to_eve:
            make_charger(db, eve, elsewhere)
        spelled_otherwise = make_charger(db, eve, elsewhere, "cp1")

    assert to_ada.value.data == {"charger_id": charger.id}
    assert to_eve.value.data == {"charger_id": None}
    assert spelled_otherwise.identity == "cp1"


def test_of_many_who_add_one_identity_at_once_one_has_it(database: Database, ada: Caller, home: Location):
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def add() -> None:
        start.wait()
        try:
            with database.write() as db:
                make_charger(db, ada, home, "CP9")
            outcomes.append("added")
        except IdentityTaken as taken:
            outcomes.append(taken.code)

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["added"] + ["identity_taken"] * 5


def test_a_charger_does_not_exist_for_strangers(database: Database, charger: Charger):
    with database.write() as db:
        eve = sign_up(db, "Eve")

        with pytest.raises(NotFound):
            get_charger(db, charger.id, caller=eve)
        assert list_chargers(db, Keyset(), caller=eve).items == []


@pytest.mark.parametrize(
    ("role", "action", "needed"),
    [
        (MemberRole.USER, Action.EDIT_CHARGERS, "admin"),
        (MemberRole.USER, Action.EDIT_RESTRICTED_HOURS, "admin"),
        (MemberRole.USER, Action.REMOVE_CHARGERS, "owner"),
        (MemberRole.ADMIN, Action.REMOVE_CHARGERS, "owner"),
    ],
)
def test_a_member_is_told_the_role_it_takes(
    database: Database, home: Location, charger: Charger, role: MemberRole, action: Action, needed: str
):
    with database.write() as db:
        join(db, home, bob := sign_up(db, "Bob"), role)

        with pytest.raises(Forbidden) as refused:
            get_charger(db, charger.id, caller=bob, action=action)

    assert refused.value.data == {"needs_role": needed}


def test_the_list_has_every_charger_once_across_homes_and_pages(database: Database, ada: Caller, home: Location):
    with database.write() as db:
        second_home = make_home(db, ada)
        for identity, place in (("A", home), ("B", second_home), ("C", home)):
            make_charger(db, ada, place, identity)

    with database.read() as db:
        first = list_chargers(db, Keyset(limit=2), caller=ada)
        second = list_chargers(db, Keyset(limit=2, after=first.next), caller=ada)
        at_home = list_chargers(db, Keyset(), caller=ada, location_id=home.id)

    assert [charger.identity for charger in [*first.items, *second.items]] == ["A", "B", "C"]
    assert second.next is None
    assert [charger.identity for charger in at_home.items] == ["A", "C"]


def test_settings_change_as_a_new_revision_and_no_difference_is_none(database: Database, ada: Caller, charger: Charger):
    with database.write() as db:
        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        same = change_charger(db, locked, {"name": "Drive", "phases": 1}, now=LATER)
        changed = change_charger(
            db, locked, {"charge_now": True, "start_mode": StartMode.FREE_VEND, "solar": Solar.ONLY}, now=LATER
        )

    with database.read() as db:
        stored = get_charger(db, charger.id, caller=ada)

    assert same == locked
    assert stored == changed
    assert (stored.revision, stored.updated_at, stored.charge_now) == (2, LATER, True)
    assert (stored.start_mode, stored.solar) == (StartMode.FREE_VEND, Solar.ONLY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_current_a": 33}, "min_current_a"),
        ({"min_current_a": 20, "max_current_a": 16}, "min_current_a"),
        ({"vehicle_id": "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"}, "vehicle_id"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    database: Database, ada: Caller, charger: Charger, changes: dict[str, Any], field: str
):
    with database.write() as db:
        locked = get_charger(db, charger.id, caller=ada, for_update=True)

        with pytest.raises(Invalid) as refused:
            change_charger(db, locked, changes, now=LATER)

    assert list(refused.value.errors) == [field]


def test_both_currents_may_move_together(database: Database, ada: Caller, charger: Charger):
    with database.write() as db:
        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        changed = change_charger(db, locked, {"min_current_a": 40, "max_current_a": 80}, now=LATER)

    assert (changed.min_current_a, changed.max_current_a) == (40, 80)


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"offline_since": None}, LineState.NEVER),
        (ON_LINE, LineState.ONLINE),
        ({"first_seen_at": NOW, "offline_since": LATER}, LineState.OFFLINE),
    ],
)
def test_the_line_is_never_online_or_offline(
    database: Database, ada: Caller, charger: Charger, columns: dict[str, Any], state: LineState
):
    set_columns(database, charger, **columns)

    with database.read() as db:
        connection = get_charger(db, charger.id, caller=ada).connection

    assert connection.state is state


def test_the_owner_sees_why_the_charger_was_refused(database: Database, ada: Caller, charger: Charger):
    with database.write() as db:
        remember_refusal(db, charger.id, Refusal.WRONG_PASSWORD, now=LATER)

    with database.read() as db:
        refusal = get_charger(db, charger.id, caller=ada).connection.last_refusal

    assert refusal is not None
    assert (refusal.at, refusal.reason) == (LATER, "wrong_password")


@pytest.mark.parametrize(
    ("columns", "reported_at", "is_stale"),
    [
        (ON_LINE, NOW, False),
        (ON_LINE, NOW - timedelta(seconds=1), True),
        ({"first_seen_at": NOW}, NOW, True),
    ],
)
def test_what_was_said_before_the_present_connection_is_stale(
    database: Database, ada: Caller, charger: Charger, *, columns: dict[str, Any], reported_at: datetime, is_stale: bool
):
    set_columns(database, charger, **columns)
    report(database, charger, 1, ConnectorStatus.CHARGING, reported_at)

    with database.read() as db:
        connector = describe_charger(db, get_charger(db, charger.id, caller=ada), caller=ada).connector

    assert (connector.state, connector.plugged_in, connector.stale) == ("charging", True, is_stale)


def test_connectors_come_in_order_and_the_charger_as_a_whole_apart(database: Database, ada: Caller, charger: Charger):
    for number, status in ((2, ConnectorStatus.AVAILABLE), (0, ConnectorStatus.FAULTED), (1, ConnectorStatus.UNKNOWN)):
        report(database, charger, number, status, NOW)

    with database.read() as db:
        details = describe_charger(db, get_charger(db, charger.id, caller=ada), caller=ada)

    assert [(connector.id, connector.plugged_in) for connector in details.connectors] == [(1, None), (2, False)]
    assert details.station is not None
    assert details.station.state is ConnectorStatus.FAULTED


@pytest.mark.parametrize(
    ("kind", "seen_by_bob"), [(Kind.BOOST, False), (Kind.MANUAL, False), (Kind.CARD, False), (Kind.PLUG_IN, True)]
)
def test_a_live_session_is_shown_with_its_id_to_those_who_may_see_or_stop_it(
    database: Database, ada: Caller, home: Location, charger: Charger, *, kind: Kind, seen_by_bob: bool
):
    with database.write() as db:
        bob, cleo = sign_up(db, "Bob"), sign_up(db, "Cleo")
        join(db, home, bob, MemberRole.USER)
        join(db, home, cleo, MemberRole.ADMIN)
        session = make_session(db, charger, ada, kind=kind, status=Status.CHARGING)

    with database.read() as db:
        to_ada, to_bob, to_cleo = (
            describe_charger(db, get_charger(db, charger.id, caller=caller), caller=caller).active_session
            for caller in (ada, bob, cleo)
        )

    shown = {"status": Status.CHARGING, "kind": kind}
    assert to_ada == ActiveSession(id=session.id, mine=True, **shown)
    assert to_bob == ActiveSession(id=session.id if seen_by_bob else None, mine=False, **shown)
    assert to_cleo == ActiveSession(id=session.id, mine=False, **shown)


@pytest.mark.parametrize("status", [Status.PLANNED, Status.COMPLETED, Status.REJECTED])
def test_a_session_that_is_not_live_is_not_active(database: Database, ada: Caller, charger: Charger, status: Status):
    with database.write() as db:
        make_session(db, charger, ada, status=status)

    with database.read() as db:
        details = describe_charger(db, get_charger(db, charger.id, caller=ada), caller=ada)

    assert details.active_session is None


def test_the_tag_that_starts_the_charger_is_whole_only_for_those_who_may_set_it(
    database: Database, ada: Caller, home: Location, charger: Charger
):
    with database.write() as db:
        join(db, home, bob := sign_up(db, "Bob"), MemberRole.USER)
        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        change_charger(db, locked, {"remote_start_tag": "04A1B2C3D4E5F6"}, now=LATER)

    with database.read() as db:
        to_ada, to_bob = (
            describe_charger(db, get_charger(db, charger.id, caller=caller), caller=caller).remote_start_tag
            for caller in (ada, bob)
        )

    assert (to_ada, to_bob) == ("04A1B2C3D4E5F6", "04A1…F6")


def test_a_new_password_replaces_the_old_one_and_cuts_the_line(database: Database, ada: Caller, home: Location):
    with database.write() as db:
        charger = make_charger(db, ada, home)
    set_columns(database, charger, **ON_LINE)

    with database.write() as db:
        locked = get_charger(db, charger.id, caller=ada, for_update=True)
        renewed = renew_password(db, locked, ocpp_url=OCPP_URL, now=LATER)

    with database.read() as db:
        with_old = admit(db, identity="CP1", password=charger.ocpp.password, protocol="ocpp1.6")
        with_new = admit(db, identity="CP1", password=renewed.ocpp.password, protocol="ocpp1.6")
        state = get_charger(db, charger.id, caller=ada).connection.state
    assert (with_old.refusal, with_new.refusal) == (Refusal.WRONG_PASSWORD, None)
    assert state is LineState.OFFLINE
