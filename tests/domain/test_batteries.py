"""Which state of charge counts, and what is charged on top of it."""

from datetime import timedelta
from typing import Any

import pytest

from homecharge.domain.batteries import Car, battery_of, counted_from, newest
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.smart_facts import COMMON_BATTERY, Battery
from homecharge.domain.vehicles import StateOfCharge
from tests.domain.builders import at, session

PLUGGED_IN = at("18:00")


def car(**changes: Any) -> Car:
    """A car of 40 kWh, plugged in at 18:00 on a line that is up since 17:00, of whose battery nothing was said."""
    values = {
        "battery_wh": 40_000,
        "efficiency_percent": 80,
        "max_power_w": None,
        "put": None,
        "reported": None,
        "connected_at": at("17:00"),
        "plugged_in_at": PLUGGED_IN,
    }
    return Car(**values | changes)


def begun(**changes: Any) -> Session:
    """A Smart charge that was planned at the plug-in."""
    return session(Kind.SMART, **{"created_at": PLUGGED_IN} | changes)


def soc(percent: int, clock: str) -> StateOfCharge:
    return StateOfCharge(percent, at(clock))


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        pytest.param({}, None, id="nothing was said"),
        pytest.param({"put": soc(40, "16:00")}, 40, id="put before the plug-in"),
        pytest.param({"reported": soc(50, "18:01")}, 50, id="reported by the charger"),
        pytest.param({"put": soc(40, "18:00"), "reported": soc(50, "18:01")}, 50, id="reported after it was put"),
        pytest.param({"put": soc(40, "18:02"), "reported": soc(50, "18:01")}, 40, id="put after it was reported"),
        pytest.param({"reported": soc(50, "18:01"), "connected_at": at("19:00")}, None, id="on an earlier line"),
        pytest.param({"reported": soc(50, "18:01"), "connected_at": None}, None, id="without a line"),
    ],
)
def test_the_newest_of_what_was_said_counts(changes: dict[str, Any], percent: int | None):
    found = newest(begun(), car(**changes))

    assert (None if found is None else found.percent) == percent


@pytest.mark.parametrize(("age", "counts"), [(timedelta(days=7), False), (timedelta(days=7, seconds=-1), True)])
def test_what_was_put_counts_for_a_week(age: timedelta, *, counts: bool):
    found = newest(begun(), car(put=StateOfCharge(40, PLUGGED_IN - age)))

    assert (found is not None) is counts


@pytest.mark.parametrize(("started", "percent"), [("18:01", 50), ("18:02", None)])
def test_what_was_reported_during_the_charge_outlasts_the_line(started: str, percent: int | None):
    charging = begun(status=Status.CHARGING, started_at=at(started))

    found = newest(charging, car(reported=soc(50, "18:01"), connected_at=at("19:00")))

    assert (None if found is None else found.percent) == percent


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, None, id="unknown"),
        pytest.param({"put": soc(40, "16:00")}, "18:00", id="from the plug-in"),
        pytest.param({"put": soc(40, "19:30")}, "19:30", id="from when it was put"),
        pytest.param(
            {"put": soc(40, "16:00"), "plugged_in_at": None}, "18:00", id="from the try where that is unknown"
        ),
    ],
)
def test_what_is_charged_counts_from_the_plug_in(changes: dict[str, Any], expected: str | None):
    assert counted_from(begun(), car(**changes)) == (at(expected) if expected else None)


def test_a_battery_says_who_says_how_full_it_is():
    put = battery_of(begun(), car(put=soc(40, "16:00")), charged_since_wh=5_000)
    reported = battery_of(begun(), car(reported=soc(50, "18:01")), charged_since_wh=0)

    assert put == Battery(40_000, 80, 40, 5_000, said_at=at("16:00"), said_by="driver")
    assert reported == Battery(40_000, 80, 50, 0, said_at=at("18:01"), said_by="charger")


def test_where_nothing_is_known_of_the_car_it_is_a_common_one():
    assert battery_of(begun(), car(battery_wh=None, efficiency_percent=None), charged_since_wh=0) == COMMON_BATTERY


@pytest.mark.parametrize(
    ("percent", "charged_wh", "expected"), [(None, 5_000, None), (40, 0, 40), (40, 5_000, 50), (40, 50_000, 100)]
)
def test_what_is_charged_fills_a_battery_less_what_is_lost(percent: int | None, charged_wh: int, expected: int | None):
    assert Battery(40_000, 80, percent, charged_wh).present_percent == expected
