"""Restricted hours: the legal default, and which choices can be stored."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.restricted_hours import (
    MAX_WINDOWS,
    Choice,
    RestrictedHours,
    RestrictedWindow,
    default_windows,
    must_choose,
    problems,
    restricted_within,
    windows_in_force,
)
from homecharge.domain.times import WEEKDAYS, Interval, WallWindow

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


LONDON, NEW_YORK, LORD_HOWE, KOLKATA = (
    ZoneInfo(key) for key in ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "span", "zone", "restricted"),
    [
        pytest.param(
            ("08:00", "11:00"), ("11-20T00:00", "11-21T00:00"), LONDON, [("11-20T08:00", "11-20T11:00")], id="a day"
        ),
        pytest.param(
            ("22:00", "06:00"),
            ("11-20T23:00", "11-21T23:00"),
            LONDON,
            [("11-20T22:00", "11-21T06:00"), ("11-21T22:00", "11-22T06:00")],
            id="past midnight",
        ),
        pytest.param(
            ("00:30", "04:30"),
            ("03-29T00:00", "03-29T12:00"),
            LONDON,
            [("03-29T00:30", "03-29T03:30")],
            id="London, an hour is missing",
        ),
        pytest.param(
            ("00:30", "04:30"),
            ("10-24T22:00", "10-25T12:00"),
            LONDON,
            [("10-24T23:30", "10-25T04:30")],
            id="London, an hour comes twice",
        ),
        pytest.param(
            ("00:30", "01:30"),
            ("10-24T22:00", "10-25T12:00"),
            LONDON,
            [("10-24T23:30", "10-25T00:30"), ("10-25T01:00", "10-25T01:30")],
            id="London, both halves of the hour that comes twice",
        ),
        pytest.param(
            ("02:00", "03:00"), ("03-08T00:00", "03-08T12:00"), NEW_YORK, [], id="New York, the hour does not exist"
        ),
        pytest.param(
            ("01:00", "02:00"),
            ("11-01T00:00", "11-01T12:00"),
            NEW_YORK,
            [("11-01T05:00", "11-01T07:00")],
            id="New York, the hour comes twice",
        ),
        pytest.param(
            ("01:30", "03:00"),
            ("10-03T12:00", "10-04T00:00"),
            LORD_HOWE,
            [("10-03T15:00", "10-03T16:00")],
            id="Lord Howe, half an hour is missing",
        ),
        pytest.param(
            ("01:30", "03:00"),
            ("04-04T12:00", "04-05T00:00"),
            LORD_HOWE,
            [("04-04T14:30", "04-04T16:30")],
            id="Lord Howe, half an hour comes twice",
        ),
        pytest.param(
            ("01:30", "03:00"),
            ("03-28T12:00", "03-29T12:00"),
            KOLKATA,
            [("03-28T20:00", "03-28T21:30")],
            id="Kolkata has no clock changes",
        ),
    ],
)
def test_every_instant_whose_wall_time_lies_inside_is_restricted(
    wall: tuple[str, str], span: tuple[str, str], zone: ZoneInfo, restricted: list[tuple[str, str]]
):
    daily = window(*WEEKDAYS, start=time.fromisoformat(wall[0]), end=time.fromisoformat(wall[1]))

    found = restricted_within([daily], Interval(utc(span[0]), utc(span[1])), zone)

    assert found == tuple(Interval(utc(start), utc(end)) for start, end in restricted)


def test_windows_that_touch_or_overlap_are_one():
    windows = [window("fri"), window("fri", start=time(11), end=time(12)), window("fri", start=time(9), end=time(10))]

    found = restricted_within(windows, Interval(utc("11-20T00:00"), utc("11-21T00:00")), LONDON)

    assert found == (Interval(utc("11-20T08:00"), utc("11-20T12:00")),)


def test_a_window_binds_on_its_own_days_only():
    assert restricted_within(PEAK, Interval(utc("11-21T00:00"), utc("11-22T00:00")), LONDON) == ()
