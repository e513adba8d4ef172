"""When a change of status is somebody plugging in (chargers.md, *Starting*)."""

import dataclasses
from datetime import timedelta
from itertools import product

import pytest

from homecharge.domain.charger_state import PLUGGED, ConnectorStatus
from homecharge.domain.plug_in import Surroundings, is_plug_in, tells_of_cable
from tests.domain.builders import at, connector

S = ConnectorStatus
NOW = at("22:00")


UNPLUGGED = Surroundings(was_plugged_in=False, authorized_at=None, remote_start_at=None)


@pytest.mark.parametrize("status", [S.PREPARING, S.CHARGING, S.SUSPENDED_EV, S.SUSPENDED_EVSE])
def test_leaving_available_is_a_plug_in(status: ConnectorStatus):
    assert is_plug_in(S.AVAILABLE, status, UNPLUGGED, now=NOW)


@pytest.mark.parametrize("status", [S.FINISHING, S.AVAILABLE, S.FAULTED, S.UNAVAILABLE, S.RESERVED, S.UNKNOWN])
def test_a_status_that_no_plug_brings_about_is_none(status: ConnectorStatus):
    assert not is_plug_in(S.AVAILABLE, status, UNPLUGGED, now=NOW)


@pytest.mark.parametrize(("previous", "status"), list(product(sorted(PLUGGED), repeat=2)))
def test_a_car_that_is_plugged_in_is_not_plugged_in_again(previous: ConnectorStatus, status: ConnectorStatus):
    assert not is_plug_in(previous, status, dataclasses.replace(UNPLUGGED, was_plugged_in=True), now=NOW)


@pytest.mark.parametrize("previous", [S.UNKNOWN, S.UNAVAILABLE, S.FAULTED, S.RESERVED])
@pytest.mark.parametrize(("was_plugged_in", "expected"), [(False, True), (True, False), (None, False)])
def test_through_a_status_that_tells_nothing_the_cable_is_where_it_was(
    previous: ConnectorStatus, *, was_plugged_in: bool | None, expected: bool
):
    assert (
        is_plug_in(previous, S.PREPARING, dataclasses.replace(UNPLUGGED, was_plugged_in=was_plugged_in), now=NOW)
        is expected
    )


@pytest.mark.parametrize(("seconds", "expected"), [(0, False), (119, False), (120, False), (121, True)])
@pytest.mark.parametrize("cause", ["authorized_at", "remote_start_at"])
def test_preparing_shortly_after_a_card_or_a_command_is_theirs(cause: str, seconds: int, *, expected: bool):
    around = dataclasses.replace(UNPLUGGED, **{cause: NOW - timedelta(seconds=seconds)})

    found = is_plug_in(S.AVAILABLE, S.PREPARING, around, now=NOW)

    assert found is expected


@pytest.mark.parametrize(
    ("status", "is_plugged_in"),
    [(status, True) for status in sorted(PLUGGED)] + [(S.AVAILABLE, False), (S.FAULTED, None), (S.UNKNOWN, None)],
)
def test_a_status_tells_whether_a_cable_is_in(status: ConnectorStatus, *, is_plugged_in: bool | None):
    assert connector(status).is_plugged_in is is_plugged_in


@pytest.mark.parametrize(
    ("status", "is_plugged_in"), [(S.PREPARING, None), (S.CHARGING, True), (S.SUSPENDED_EV, True), (S.FINISHING, True)]
)
def test_where_nothing_told_of_a_cable_preparing_leaves_it_open_and_somebody_is_there(
    status: ConnectorStatus, *, is_plugged_in: bool | None
):
    told = connector(status, plugged_in_at=None)

    assert (told.is_occupied, told.is_plugged_in) == (True, is_plugged_in)


CARD = dataclasses.replace(UNPLUGGED, authorized_at=NOW)
UNKNOWN = dataclasses.replace(UNPLUGGED, was_plugged_in=None)


@pytest.mark.parametrize(
    ("previous", "status", "around", "expected"),
    [
        (S.AVAILABLE, S.PREPARING, UNPLUGGED, True),
        (S.AVAILABLE, S.PREPARING, CARD, False),
        (S.AVAILABLE, S.PREPARING, dataclasses.replace(UNPLUGGED, remote_start_at=NOW), False),
        (S.UNKNOWN, S.PREPARING, UNKNOWN, True),
        (S.PREPARING, S.PREPARING, UNKNOWN, False),  # said again, long after the card
        (S.PREPARING, S.PREPARING, dataclasses.replace(CARD, was_plugged_in=True), True),
        (S.PREPARING, S.CHARGING, dataclasses.replace(CARD, was_plugged_in=None), True),
        (S.AVAILABLE, S.SUSPENDED_EV, CARD, True),
        (S.PREPARING, S.FAULTED, UNPLUGGED, False),
    ],
)
def test_preparing_after_a_card_says_nothing_of_a_cable(
    previous: ConnectorStatus, status: ConnectorStatus, around: Surroundings, *, expected: bool
):
    assert tells_of_cable(previous, status, around, now=NOW) is expected
