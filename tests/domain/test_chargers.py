"""A charger as its location sees it: settings that go together, its line, its connectors, and whose charge goes on."""

import dataclasses
from typing import Any

import pytest

from homecharge.domain.access import MemberRole
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.chargers import (
    ChargerDetails,
    Connection,
    ConnectorView,
    LineState,
    default_settings,
    settings_problems,
    view_connector,
    view_session,
)
from homecharge.domain.session_state import Kind, Session
from tests.domain.builders import at, charging, connector, plug_in

MINE = charging()
THEIRS = charging(driver_id="somebody else")
WALL = default_settings("Wall", country="FR")


@pytest.mark.parametrize(("country", "delay_s"), [("GB", 600), ("FR", 0)])
def test_a_start_is_delayed_at_random_where_the_law_says_so(country: str, delay_s: int):
    assert default_settings("Wall", country=country).random_delay_max_s == delay_s


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"min_current_a": 16, "max_current_a": 16}, []),
        ({"min_current_a": 17, "max_current_a": 16}, ["min_current_a"]),
    ],
)
def test_settings_that_do_not_go_together_are_named(changes: dict[str, Any], wrong: list[str]):
    assert list(settings_problems(dataclasses.replace(WALL, **changes))) == wrong


@pytest.mark.parametrize(
    ("first_seen", "connected", "state"),
    [
        (None, None, LineState.NEVER),
        ("18:00", None, LineState.OFFLINE),
        ("18:00", "18:00", LineState.ONLINE),
    ],
)
def test_a_line_is_open_gone_or_was_never_there(first_seen: str | None, connected: str | None, state: LineState):
    line = Connection(
        first_seen_at=at(first_seen) if first_seen else None,
        last_seen_at=None,
        connected_at=at(connected) if connected else None,
        protocol=None,
        last_refusal=None,
    )

    assert line.state is state


@pytest.mark.parametrize(
    ("connected", "reported", "is_stale"),
    [
        ("18:00", "22:00", False),
        ("22:00", "22:00", False),
        ("22:01", "22:00", True),
        (None, "22:00", True),
        ("18:00", None, True),
    ],
)
def test_what_a_connector_said_is_stale_unless_the_present_line_heard_it(
    connected: str | None, reported: str | None, *, is_stale: bool
):
    there = connector(ConnectorStatus.FINISHING, reported_at=at(reported) if reported else None)

    seen = view_connector(there, connected_at=at(connected) if connected else None)

    assert (seen.state, seen.plugged_in, seen.stale) == (ConnectorStatus.FINISHING, True, is_stale)


@pytest.mark.parametrize(
    ("subject", "role", "is_shown"),
    [
        (MINE, MemberRole.USER, True),
        (THEIRS, MemberRole.USER, False),
        (THEIRS, MemberRole.ADMIN, True),
        (charging(plug_in(driver_id="somebody else")), MemberRole.USER, True),  # anyone may stop it
    ],
)
def test_a_charge_that_goes_on_has_an_id_only_for_who_may_see_or_stop_it(
    subject: Session, role: MemberRole, *, is_shown: bool
):
    seen = view_session(subject, role=role, account_id="driver")

    assert (seen.id is not None) is is_shown
    assert seen.mine is (subject.driver_id == "driver")
    assert seen.kind in {Kind.MANUAL, Kind.PLUG_IN}


def test_the_connector_of_a_charger_is_its_first():
    unknown: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(ChargerDetails))
    two = (ConnectorView(id=1), ConnectorView(id=2))

    details = ChargerDetails(**unknown | {"connectors": two})

    assert details.connector is two[0]
