"""Wall times and instants, on the clock-change nights of four zones above all."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.times import ClockNote, Interval, WallWindow, instant, local_date, rfc3339, wall_clock, weekday

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = {"London": LONDON, "New York": NEW_YORK, "Lord Howe": LORD_HOWE, "Kolkata": KOLKATA}
FORWARD, FIRST = ClockNote.MOVED_FORWARD, ClockNote.FIRST_OF_TWO


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected", "note"),
    [
        # London springs forward at 01:00 UTC: 01:00 to 02:00 does not exist
        ("London", "2026-03-29", "00:59:59", "2026-03-29T00:59:59", None),
        ("London", "2026-03-29", "01:00", "2026-03-29T01:00", FORWARD),
        ("London", "2026-03-29", "01:30", "2026-03-29T01:00", FORWARD),
        ("London", "2026-03-29", "01:59:59", "2026-03-29T01:00", FORWARD),
        ("London", "2026-03-29", "02:00", "2026-03-29T01:00", None),
        # and back at 01:00 UTC: 01:00 to 02:00 exists twice, the first counts
        ("London", "2026-10-25", "00:59:59", "2026-10-24T23:59:59", None),
        ("London", "2026-10-25", "01:00", "2026-10-25T00:00", FIRST),
        ("London", "2026-10-25", "01:30", "2026-10-25T00:30", FIRST),
        ("London", "2026-10-25", "01:59:59", "2026-10-25T00:59:59", FIRST),
        ("London", "2026-10-25", "02:00", "2026-10-25T02:00", None),
        # New York, at 02:00
        ("New York", "2026-03-08", "02:30", "2026-03-08T07:00", FORWARD),
        ("New York", "2026-03-08", "03:00", "2026-03-08T07:00", None),
        ("New York", "2026-11-01", "01:30", "2026-11-01T05:30", FIRST),
        ("New York", "2026-11-01", "02:00", "2026-11-01T07:00", None),
        # Lord Howe, by half an hour at 02:00
        ("Lord Howe", "2026-10-04", "01:59", "2026-10-03T15:29", None),
        ("Lord Howe", "2026-10-04", "02:00", "2026-10-03T15:30", FORWARD),
        ("Lord Howe", "2026-10-04", "02:29:59", "2026-10-03T15:30", FORWARD),
        ("Lord Howe", "2026-10-04", "02:30", "2026-10-03T15:30", None),
        ("Lord Howe", "2026-04-05", "01:29", "2026-04-04T14:29", None),
        ("Lord Howe", "2026-04-05", "01:45", "2026-04-04T14:45", FIRST),
        ("Lord Howe", "2026-04-05", "02:00", "2026-04-04T15:30", None),
        # Kolkata never changes
        ("Kolkata", "2026-03-29", "01:30", "2026-03-28T20:00", None),
        ("Kolkata", "2026-10-25", "01:30", "2026-10-24T20:00", None),
    ],
)
def test_a_wall_time_is_one_instant_on_a_clock_change_night_too(
    zone: str, day: str, wall: str, expected: str, note: ClockNote | None
):
    moment = instant(date.fromisoformat(day), time.fromisoformat(wall), ZONES[zone])

    assert (moment.at, moment.clock_note) == (utc(expected), note)


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    wall=st.times().map(lambda at: at.replace(microsecond=0, fold=0)),
    zone=st.sampled_from(list(ZONES.values())),
)
def test_an_instant_reads_as_its_wall_time_unless_the_clocks_moved_it(day: date, wall: time, zone: ZoneInfo):
    moment = instant(day, wall, zone)

    local = moment.at.astimezone(zone)
    assert local.date() == day
    if moment.clock_note is FORWARD:
        assert local.time() > wall
        before = (moment.at - timedelta(seconds=1)).astimezone(zone)
        assert (before.date(), before.time() < wall) == (day, True)
    else:
        assert (local.time(), local.fold) == (wall, 0)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("London", "2026-03-28", 4.0),
        ("London", "2026-03-29", 3.0),
        ("London", "2026-10-25", 5.0),
        ("New York", "2026-03-08", 3.0),
        ("New York", "2026-11-01", 5.0),
        ("Lord Howe", "2026-10-04", 3.5),
        ("Lord Howe", "2026-04-05", 4.5),
        ("Kolkata", "2026-03-29", 4.0),
    ],
)
def test_a_window_from_0030_to_0430_lasts_as_long_as_the_night_has_it(zone: str, day: str, hours: float):
    window = WallWindow(time(0, 30), time(4, 30)).on(date.fromisoformat(day), ZONES[zone])

    assert window.duration == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "end", "day", "hours"),
    [
        ("22:00", "06:00", "2026-11-20", 8),
        ("22:00", "06:00", "2026-03-28", 7),
        ("22:00", "06:00", "2026-10-24", 9),
        ("08:00", "08:00", "2026-11-20", 24),
        ("00:00", "00:00", "2026-03-29", 23),
        ("01:30", "02:30", "2026-03-29", 0.5),  # begins where the gap ends
        ("00:30", "01:30", "2026-10-25", 1),
    ],
)
def test_an_end_that_is_not_after_the_start_is_on_the_next_day(start: str, end: str, day: str, hours: float):
    first = date.fromisoformat(day)

    window = WallWindow(time.fromisoformat(start), time.fromisoformat(end)).on(first, LONDON)

    assert local_date(window.start, LONDON) == first
    assert window.duration == timedelta(hours=hours)


EIGHT_TO_NINE = Interval(utc("2026-11-20T08:00"), utc("2026-11-20T09:00"))


@pytest.mark.parametrize(
    ("clock", "is_inside"), [("07:59:59", False), ("08:00", True), ("08:59:59", True), ("09:00", False)]
)
def test_an_interval_holds_its_start_and_not_its_end(clock: str, *, is_inside: bool):
    assert (utc(f"2026-11-20T{clock}") in EIGHT_TO_NINE) is is_inside


@pytest.mark.parametrize(
    ("start", "end", "shares"),
    [("07:00", "08:00", False), ("07:00", "08:01", True), ("08:30", "08:40", True), ("09:00", "10:00", False)],
)
def test_intervals_that_only_touch_do_not_overlap(start: str, end: str, *, shares: bool):
    beside = Interval(utc(f"2026-11-20T{start}"), utc(f"2026-11-20T{end}"))

    assert EIGHT_TO_NINE.overlaps(beside) is shares
    assert beside.overlaps(EIGHT_TO_NINE) is shares


def test_a_wall_clock_shows_the_time_of_its_zone():
    assert wall_clock(utc("2026-06-20T23:30"), LONDON) == "00:30"


def test_the_week_begins_on_monday():
    assert [weekday(date(2026, 11, 16) + timedelta(days=days)) for days in range(7)] == [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    ]  # fmt: skip


def test_an_instant_is_written_in_utc_and_whole_seconds():
    at = datetime(2026, 7, 21, 0, 30, 15, 999_999, tzinfo=LONDON)

    assert rfc3339(at) == "2026-07-20T23:30:15Z"
