from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.limits import DurationLimit, EnergyLimit, Limit
from homecharge.domain.occurrences import Firing, Held, firing_on, firings_after, firings_from
from homecharge.domain.schedules import Manual, Once, Smart, Weekly
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.times import WEEKDAYS, Interval

LONDON, NEW_YORK, SYDNEY, LORD_HOWE, KOLKATA = (
    ZoneInfo(key)
    for key in ("Europe/London", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata")
)
DAILY = Weekly(WEEKDAYS)
NIGHTS = [
    (LONDON, date(2026, 3, 29)),
    (LONDON, date(2026, 10, 25)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    (SYDNEY, date(2026, 4, 5)),
    (SYDNEY, date(2026, 10, 4)),
    (LORD_HOWE, date(2026, 4, 5)),
    (LORD_HOWE, date(2026, 10, 4)),
    (KOLKATA, date(2026, 3, 29)),
    (KOLKATA, date(2026, 10, 25)),
]


def daily(start: str, end: str | None = None, limit: Limit | None = None) -> Manual:
    return Manual(
        on=DAILY,
        start_time=time.fromisoformat(start),
        end_time=None if end is None else time.fromisoformat(end),
        limit=limit,
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def days_of(firings: list[Firing]) -> list[str]:
    return [firing.local_date.isoformat() for firing in firings]


@pytest.mark.parametrize(
    ("manual", "start", "end", "last"),
    [
        pytest.param(daily("00:30", "05:30"), "20T00:30", "20T05:30", "20T05:15", id="to its end time"),
        pytest.param(daily("23:30", "05:30"), "20T23:30", "21T05:30", "21T05:15", id="across midnight"),
        pytest.param(daily("00:30", "00:30"), "20T00:30", "21T00:30", "21T00:15", id="an equal end is the next day's"),
        pytest.param(daily("00:00", "00:10"), "20T00:00", "20T00:10", "20T00:00", id="a window shorter than its lead"),
        pytest.param(daily("00:30", None, DurationLimit(7200)), "20T00:30", "20T02:30", "20T02:15", id="by duration"),
        pytest.param(daily("00:30", None, DurationLimit(60)), "20T00:30", "20T00:31", "20T00:30", id="by a minute"),
        pytest.param(
            daily("00:30", "05:30", DurationLimit(7200)), "20T00:30", "20T05:30", "20T05:15", id="an end time wins"
        ),
        pytest.param(daily("00:30", None, EnergyLimit(9000)), "20T00:30", "20T12:30", "20T12:15", id="twelve hours"),
        pytest.param(daily("18:00"), "20T18:00", "21T06:00", "21T05:45", id="twelve hours across midnight"),
    ],
)
def test_a_window_ends_by_its_end_time_else_its_duration_else_after_twelve_hours(
    manual: Manual, start: str, end: str, last: str
) -> None:
    firing = firing_on(manual, date(2026, 11, 20), LONDON)

    assert firing.window == Interval(utc(f"2026-11-{start}"), utc(f"2026-11-{end}"))
    assert firing.last_feasible_start == utc(f"2026-11-{last}")
    assert firing.clock_note is None


@pytest.mark.parametrize(
    ("zone", "day", "start", "at", "note"),
    [
        (LONDON, "2026-03-29", "00:30", "2026-03-29T00:30", None),
        (LONDON, "2026-03-29", "01:30", "2026-03-29T01:00", "moved_forward"),
        (LONDON, "2026-03-29", "02:00", "2026-03-29T01:00", None),
        (LONDON, "2026-10-25", "01:30", "2026-10-25T00:30", "first_of_two"),
        (LONDON, "2026-10-25", "02:00", "2026-10-25T02:00", None),
        (NEW_YORK, "2026-03-08", "02:30", "2026-03-08T07:00", "moved_forward"),
        (NEW_YORK, "2026-11-01", "01:30", "2026-11-01T05:30", "first_of_two"),
        (SYDNEY, "2026-10-04", "02:30", "2026-10-03T16:00", "moved_forward"),
        (SYDNEY, "2026-04-05", "02:30", "2026-04-04T15:30", "first_of_two"),
        (LORD_HOWE, "2026-10-04", "02:15", "2026-10-03T15:30", "moved_forward"),
        (LORD_HOWE, "2026-10-04", "02:30", "2026-10-03T15:30", None),
        (LORD_HOWE, "2026-04-05", "01:45", "2026-04-04T14:45", "first_of_two"),
        (KOLKATA, "2026-03-29", "01:30", "2026-03-28T20:00", None),
    ],
)
def test_a_start_in_a_clock_change_is_the_first_instant_that_exists(
    zone: ZoneInfo, day: str, start: str, at: str, note: str | None
) -> None:
    firing = firing_on(daily(start, "07:00"), date.fromisoformat(day), zone)

    assert firing.window.start == utc(at)
    assert firing.clock_note == note


def smart(ready_by: str, *weekdays: str) -> Smart:
    on = Weekly(weekdays) if weekdays else DAILY
    return Smart(on=on, ready_by=time.fromisoformat(ready_by), target=EnergyTarget(20_000))


@pytest.mark.parametrize(
    ("spec", "day", "zone", "start", "end"),
    [
        pytest.param(smart("07:30"), "11-20", LONDON, "11-19T07:30", "11-20T07:30", id="from the ready-by before"),
        pytest.param(smart("07:30", "mon"), "11-23", LONDON, "11-22T07:30", "11-23T07:30", id="for 24 h at most"),
        pytest.param(smart("07:30"), "03-29", LONDON, "03-28T07:30", "03-29T06:30", id="an hour is missing"),
        pytest.param(smart("07:30"), "10-25", LONDON, "10-24T07:30", "10-25T07:30", id="an hour comes twice"),
        pytest.param(smart("07:30"), "11-01", NEW_YORK, "10-31T12:30", "11-01T12:30", id="an hour twice in New York"),
        pytest.param(smart("07:30"), "10-04", LORD_HOWE, "10-02T21:00", "10-03T20:30", id="half an hour is missing"),
        pytest.param(smart("07:30"), "11-20", KOLKATA, "11-19T02:00", "11-20T02:00", id="no clock change"),
    ],
)
def test_a_smart_window_runs_from_the_ready_by_before_to_its_own(
    spec: Smart, day: str, zone: ZoneInfo, start: str, end: str
) -> None:
    firing = firing_on(spec, date.fromisoformat(f"2026-{day}"), zone)

    assert firing.window == Interval(utc(f"2026-{start}"), utc(f"2026-{end}"))
    assert firing.ready_by == firing.window.end
    assert firing.last_feasible_start == firing.window.end - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("day", "ready_by", "at", "note"),
    [
        ("2026-03-29", "01:30", "2026-03-29T01:00", "moved_forward"),
        ("2026-10-25", "01:30", "2026-10-25T00:30", "first_of_two"),
    ],
)
def test_a_ready_by_in_a_clock_change_is_the_first_instant_that_exists(
    day: str, ready_by: str, at: str, note: str
) -> None:
    firing = firing_on(smart(ready_by), date.fromisoformat(day), LONDON)

    assert (firing.ready_by, firing.clock_note) == (utc(at), note)


@pytest.mark.parametrize(
    ("zone", "day", "times", "minutes"),
    [
        pytest.param(LONDON, "2026-03-29", ("00:30", "04:30"), 180, id="an hour is missing"),
        pytest.param(LONDON, "2026-10-25", ("00:30", "04:30"), 300, id="an hour comes twice"),
        pytest.param(LONDON, "2026-03-28", ("23:30", "04:30"), 240, id="an hour is missing after midnight"),
        pytest.param(LORD_HOWE, "2026-10-04", ("00:30", "04:30"), 210, id="half an hour is missing"),
        pytest.param(LORD_HOWE, "2026-04-05", ("00:30", "04:30"), 270, id="half an hour comes twice"),
        pytest.param(LONDON, "2026-03-29", ("00:30", "01:30"), 30, id="its end is missing"),
        pytest.param(LONDON, "2026-10-25", ("00:30", "01:30"), 60, id="its end is the first of two"),
        pytest.param(LONDON, "2026-03-29", ("01:15", "01:45"), 30, id="all of it is missing"),
        pytest.param(LONDON, "2026-03-29", ("01:15", "02:15"), 15, id="most of it is missing"),
    ],
)
def test_a_window_is_as_long_as_the_clocks_leave_it_and_never_empty(
    zone: ZoneInfo, day: str, times: tuple[str, str], minutes: int
) -> None:
    firing = firing_on(daily(*times), date.fromisoformat(day), zone)

    assert firing.window.duration == timedelta(minutes=minutes)


@pytest.mark.parametrize(("zone", "night"), NIGHTS)
@given(start=st.times().map(lambda value: value.replace(microsecond=0)))
def test_a_daily_start_fires_once_on_each_day_around_a_clock_change(zone: ZoneInfo, night: date, start: time) -> None:
    days = [night + timedelta(days=offset) for offset in range(-2, 3)]

    firings = list(islice(firings_after(Manual(on=DAILY, start_time=start), days[0] - timedelta(days=1), zone), 5))

    assert [firing.local_date for firing in firings] == days
    assert [firing.window.start.astimezone(zone).date() for firing in firings] == days
    gaps = [later.window.start - earlier.window.start for earlier, later in pairwise(firings)]
    assert all(timedelta(hours=22, minutes=59) < gap < timedelta(hours=25, minutes=1) for gap in gaps)
    assert all(firing.window.duration == timedelta(hours=12) for firing in firings)


def test_a_weekly_schedule_fires_on_its_days_only() -> None:
    manual = Manual(on=Weekly(("mon", "thu")), start_time=time(0, 30))

    firings = list(islice(firings_after(manual, date(2026, 11, 20), LONDON), 3))

    assert days_of(firings) == ["2026-11-23", "2026-11-26", "2026-11-30"]


def test_a_one_off_fires_once() -> None:
    manual = Manual(on=Once(date(2026, 11, 21)), start_time=time(0, 30))

    assert days_of(list(firings_after(manual, date(2026, 11, 20), LONDON))) == ["2026-11-21"]
    assert list(firings_after(manual, date(2026, 11, 21), LONDON)) == []


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-20T12:00", "2026-11-20"),
        ("2026-11-20T23:30", "2026-11-20"),
        ("2026-11-21T05:29", "2026-11-20"),
        ("2026-11-21T05:30", "2026-11-21"),
    ],
)
def test_a_window_that_has_begun_is_still_wanted_until_it_ends(now: str, first: str) -> None:
    firing = next(firings_from(daily("23:30", "05:30"), LONDON, now=utc(now)))

    assert firing.local_date.isoformat() == first


@pytest.mark.parametrize(
    ("is_underway", "start", "first"),
    [
        pytest.param(False, "00:30", "2026-11-21", id="a window that was tried is not tried again"),
        pytest.param(False, "03:00", "2026-11-20", id="a later start is a new try"),
        pytest.param(True, "03:00", "2026-11-21", id="a try that goes on keeps its window"),
        pytest.param(True, "06:00", "2026-11-20", id="a try that goes on leaves later windows alone"),
    ],
)
def test_new_times_wait_for_the_next_window_where_this_one_has_had_its_try(
    *, is_underway: bool, start: str, first: str
) -> None:
    tried = Held(Interval(utc("2026-11-20T00:30"), utc("2026-11-20T05:30")), is_underway)

    firing = next(firings_from(daily(start, "07:00"), LONDON, held=[tried], now=utc("2026-11-20T02:00")))

    assert firing.local_date.isoformat() == first


def test_a_one_off_that_is_over_fires_no_more() -> None:
    manual = Manual(on=Once(date(2026, 11, 20)), start_time=time(0, 30), end_time=time(5, 30))

    assert list(firings_from(manual, LONDON, now=utc("2026-11-20T05:30"))) == []
