"""Restricted hours: the legal default, and which choices can be stored."""

from datetime import time

import pytest

from homecharge.domain.restricted_hours import (
    MAX_WINDOWS,
    Choice,
    RestrictedHours,
    RestrictedWindow,
    default_windows,
    must_choose,
    problems,
    windows_in_force,
)
from homecharge.domain.times import WallWindow

WORKING_DAYS = ("mon", "tue", "wed", "thu", "fri")
PEAK = (
    RestrictedWindow(WORKING_DAYS, WallWindow(time(8), time(11))),
    RestrictedWindow(WORKING_DAYS, WallWindow(time(16), time(22))),
)
NIGHT = RestrictedWindow(("sat",), WallWindow(time(22), time(6)))


def window(*weekdays: str, start: time = time(8), end: time = time(11)) -> RestrictedWindow:
    return RestrictedWindow(weekdays, WallWindow(start, end))


def test_the_default_in_great_britain_is_the_peak_of_the_regulations():
    windows = default_windows("GB")

    assert windows == PEAK
    assert must_choose("GB")


def test_elsewhere_the_default_is_off_and_no_choice_is_asked_for():
    windows = default_windows("FR")

    assert windows == ()
    assert not must_choose("FR")


@pytest.mark.parametrize(
    ("hours", "country", "expected"),
    [
        (RestrictedHours(Choice.DEFAULT), "GB", PEAK),
        (RestrictedHours(Choice.DEFAULT), "FR", ()),
        (RestrictedHours(Choice.NONE), "GB", ()),
        (RestrictedHours(Choice.CUSTOM, (NIGHT,)), "GB", (NIGHT,)),
        (RestrictedHours(Choice.CUSTOM, (NIGHT,)), "FR", (NIGHT,)),
    ],
)
def test_a_choice_stands_for_windows_that_depend_on_the_country(
    hours: RestrictedHours, country: str, expected: tuple[RestrictedWindow, ...]
):
    assert windows_in_force(hours, country=country) == expected


@pytest.mark.parametrize(
    "hours",
    [
        RestrictedHours(Choice.DEFAULT),
        RestrictedHours(Choice.NONE),
        RestrictedHours(Choice.CUSTOM, (NIGHT, window("mon"), window("mon", "sun"))),
        RestrictedHours(Choice.CUSTOM, (window("mon"),) * MAX_WINDOWS),
    ],
)
def test_a_sound_choice_has_no_problems(hours: RestrictedHours):
    assert problems(hours) == {}


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (RestrictedHours(Choice.DEFAULT, (NIGHT,)), "windows"),
        (RestrictedHours(Choice.NONE, (NIGHT,)), "windows"),
        (RestrictedHours(Choice.CUSTOM), "windows"),
        (RestrictedHours(Choice.CUSTOM, (NIGHT,) * (MAX_WINDOWS + 1)), "windows"),
        (RestrictedHours(Choice.CUSTOM, (NIGHT, window())), "windows.1.weekdays"),
        (RestrictedHours(Choice.CUSTOM, (window("monday"),)), "windows.0.weekdays"),
        (RestrictedHours(Choice.CUSTOM, (window("mon", "tue", "mon"),)), "windows.0.weekdays"),
        (RestrictedHours(Choice.CUSTOM, (window("mon", start=time(8), end=time(8)),)), "windows.0.end"),
    ],
)
def test_what_cannot_be_right_is_named_by_its_field(hours: RestrictedHours, field: str):
    found = problems(hours)

    assert list(found) == [field]
    assert all(message.endswith(".") for message in found[field])


def test_every_wrong_window_is_reported_at_once():
    hours = RestrictedHours(Choice.CUSTOM, (window(), NIGHT, window("mon", end=time(8))))

    found = problems(hours)

    assert set(found) == {"windows.0.weekdays", "windows.2.end"}
