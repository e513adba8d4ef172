"""Tariffs: which rate holds when, on clock-change nights too, and what a location's history of them comes to."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.rates import Rate
from homecharge.domain.tariffs import Applied, Flat, clipped, overlaid, rates_over, timeline
from homecharge.domain.times import Interval, WallWindow, weekday
from tests.domain.prices import LONDON, NIGHT, dynamic, interval, period, rate, time_of_use, utc

ZONES = {
    "London": LONDON,
    "New York": ZoneInfo("America/New_York"),
    "Lord Howe": ZoneInfo("Australia/Lord_Howe"),
    "Kolkata": ZoneInfo("Asia/Kolkata"),
}

INSTANTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: utc("2026-01-01") + timedelta(minutes=minutes))


def drawn(rates: tuple[Rate, ...]) -> list[tuple[str, str, str]]:
    """Rates as `(from, to, price)`, in UTC."""
    return [(f"{each.interval.start:%d %H:%M}", f"{each.interval.end:%d %H:%M}", str(each.per_kwh)) for each in rates]


def test_a_flat_tariff_has_one_rate_at_all_times():
    rates = rates_over(Flat(Decimal("0.25")), interval("2026-11-21T22:00", "2026-11-22T06:00"), LONDON)

    assert drawn(rates) == [("21 22:00", "22 06:00", "0.25")]


def test_an_empty_window_has_no_rates():
    window = interval("2026-11-21T22:00", "2026-11-21T22:00")

    assert [rates_over(pricing, window, LONDON) for pricing in (Flat(Decimal(1)), NIGHT, dynamic())] == [(), (), ()]


def test_the_other_rate_holds_wherever_no_period_does():
    rates = rates_over(NIGHT, interval("2026-11-21T22:00", "2026-11-22T06:00"), LONDON)

    assert drawn(rates) == [
        ("21 22:00", "22 00:30", "0.30"),
        ("22 00:30", "22 04:30", "0.10"),
        ("22 04:30", "22 06:00", "0.30"),
    ]


def test_a_window_that_begins_inside_a_period_begins_with_its_rate():
    rates = rates_over(NIGHT, interval("2026-11-22T01:00", "2026-11-22T04:30"), LONDON)

    assert drawn(rates) == [("22 01:00", "22 04:30", "0.10")]


def test_a_period_past_midnight_belongs_to_the_day_on_which_it_starts():
    weekend = time_of_use(period("22:00", "02:00", "0.05", ("sat",)))

    rates = rates_over(weekend, interval("2026-11-21T00:00", "2026-11-23T04:00"), LONDON)  # a Saturday

    assert drawn(rates) == [
        ("21 00:00", "21 22:00", "0.30"),
        ("21 22:00", "22 02:00", "0.05"),
        ("22 02:00", "23 04:00", "0.30"),
    ]


def test_a_period_that_ends_when_it_starts_is_a_whole_day():
    sunday = time_of_use(period("00:00", "00:00", "0.05", ("sun",)))

    rates = rates_over(sunday, interval("2026-11-21T22:00", "2026-11-23T02:00"), LONDON)

    assert drawn(rates) == [
        ("21 22:00", "22 00:00", "0.30"),
        ("22 00:00", "23 00:00", "0.05"),
        ("23 00:00", "23 02:00", "0.30"),
    ]


@pytest.mark.parametrize(
    ("zone", "night", "expected"),
    [
        # London: three hours in spring, five in autumn
        ("London", "2026-03-29", [("29 00:30", "29 03:30")]),
        ("London", "2026-10-25", [("24 23:30", "25 04:30")]),
        ("New York", "2026-03-08", [("08 05:30", "08 08:30")]),
        ("New York", "2026-11-01", [("01 04:30", "01 09:30")]),
        # Lord Howe moves by half an hour
        ("Lord Howe", "2026-10-04", [("03 14:00", "03 17:30")]),
        ("Lord Howe", "2026-04-05", [("04 13:30", "04 18:00")]),
        ("Kolkata", "2026-03-29", [("28 19:00", "28 23:00")]),
        ("Kolkata", "2026-10-25", [("24 19:00", "24 23:00")]),
    ],
)
def test_a_night_rate_lasts_as_long_as_the_wall_clock_shows_it(zone: str, night: str, expected: list[tuple[str, str]]):
    midnight = datetime.combine(date.fromisoformat(night), time.min, ZONES[zone]).astimezone(UTC)

    rates = rates_over(NIGHT, Interval(midnight, midnight + timedelta(hours=12)), ZONES[zone])

    assert [(start, end) for start, end, price in drawn(rates) if price == "0.10"] == expected


@pytest.mark.parametrize(
    ("wall", "night", "expected"),
    [
        # what the clocks skip has no instant
        (("01:15", "01:45"), "2026-03-29", []),
        (("00:30", "01:30"), "2026-03-29", [("29 00:30", "29 01:00")]),
        (("01:30", "02:30"), "2026-03-29", [("29 01:00", "29 01:30")]),
        # what the clocks show twice counts twice
        (("01:15", "01:45"), "2026-10-25", [("25 00:15", "25 00:45"), ("25 01:15", "25 01:45")]),
        (("00:30", "01:30"), "2026-10-25", [("24 23:30", "25 00:30"), ("25 01:00", "25 01:30")]),
        (("01:30", "02:30"), "2026-10-25", [("25 00:30", "25 01:00"), ("25 01:30", "25 02:30")]),
        (("00:00", "00:00"), "2026-10-25", [("24 23:00", "26 00:00")]),
    ],
)
def test_a_period_holds_at_every_instant_whose_wall_time_lies_inside(
    wall: tuple[str, str], night: str, expected: list[tuple[str, str]]
):
    window = WallWindow(*map(time.fromisoformat, wall))

    found = window.every_instant_on(date.fromisoformat(night), LONDON)

    assert [(f"{each.start:%d %H:%M}", f"{each.end:%d %H:%M}") for each in found] == expected


@given(
    at=INSTANTS,
    start=st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    end=st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    zone=st.sampled_from(list(ZONES.values())),
    weekdays=st.sets(st.sampled_from(["mon", "wed", "sat", "sun"]), min_size=1).map(tuple),
)
def test_the_rate_at_an_instant_is_told_by_its_wall_time(
    at: datetime, start: time, end: time, zone: ZoneInfo, weekdays: tuple[str, ...]
):
    pricing = time_of_use(period(f"{start:%H:%M}", f"{end:%H:%M}", "0.10", weekdays))
    local = at.astimezone(zone)
    wall, day_before = local.time(), local.date() - timedelta(days=1)
    begun_today = weekday(local.date()) in weekdays and start <= wall and (wall < end or end <= start)
    begun_yesterday = weekday(day_before) in weekdays and end <= start and wall < end

    rates = rates_over(pricing, Interval(at - timedelta(days=2), at + timedelta(days=2)), zone)

    (holding,) = [each for each in rates if at in each.interval]
    assert holding.per_kwh == Decimal("0.10" if begun_today or begun_yesterday else "0.30")


@given(
    start=INSTANTS,
    hours=st.integers(1, 100),
    zone=st.sampled_from(list(ZONES.values())),
)
def test_a_tariff_by_the_clock_leaves_no_instant_without_a_rate_and_none_with_two(
    start: datetime, hours: int, zone: ZoneInfo
):
    window = Interval(start, start + timedelta(hours=hours))

    rates = rates_over(NIGHT, window, zone)

    edges = [window.start, *(each.interval.end for each in rates)]
    assert [each.interval.start for each in rates] == edges[:-1]
    assert edges[-1] == window.end


def test_a_dynamic_tariff_knows_no_price_between_its_rates():
    pricing = dynamic(
        ("2026-11-21T00:00", "2026-11-21T00:30", "0.20"),
        ("2026-11-21T00:30", "2026-11-21T01:30", "-0.05"),
        ("2026-11-21T02:00", "2026-11-21T02:15", "0.10"),
    )

    rates = rates_over(pricing, interval("2026-11-21T00:15", "2026-11-21T03:00"), LONDON)

    assert drawn(rates) == [
        ("21 00:15", "21 00:30", "0.20"),
        ("21 00:30", "21 01:30", "-0.05"),
        ("21 02:00", "21 02:15", "0.10"),
    ]


def test_a_history_is_one_row_of_rates_each_entry_holding_until_the_next():
    history = [
        Applied(utc("2026-11-21T01:00"), Flat(Decimal("0.25"))),
        Applied(utc("2026-11-21T02:00"), None),
        Applied(utc("2026-11-21T03:00"), NIGHT),
        Applied(utc("2026-11-21T06:00"), Flat(Decimal("0.20"))),
    ]

    rates = timeline(history, interval("2026-11-21T00:00", "2026-11-21T05:00"), LONDON)

    assert drawn(rates) == [
        ("21 01:00", "21 02:00", "0.25"),
        ("21 03:00", "21 04:30", "0.10"),
        ("21 04:30", "21 05:00", "0.30"),
    ]


def test_without_a_history_there_is_no_price():
    assert timeline([], interval("2026-11-21T00:00", "2026-11-21T05:00"), LONDON) == ()


def test_of_two_rows_of_rates_the_upper_one_holds_where_both_do():
    below = (
        rate("2026-11-21T00:00", "2026-11-21T01:00", "1"),
        rate("2026-11-21T01:00", "2026-11-21T04:00", "2"),
        rate("2026-11-21T05:00", "2026-11-21T06:00", "3"),
    )
    above = (
        rate("2026-11-21T00:30", "2026-11-21T01:30", "8"),
        rate("2026-11-21T02:00", "2026-11-21T02:30", "9"),
        rate("2026-11-21T05:00", "2026-11-21T06:00", "7"),
    )

    rates = overlaid(below, above)

    assert drawn(rates) == [
        ("21 00:00", "21 00:30", "1"),
        ("21 00:30", "21 01:30", "8"),
        ("21 01:30", "21 02:00", "2"),
        ("21 02:00", "21 02:30", "9"),
        ("21 02:30", "21 04:00", "2"),
        ("21 05:00", "21 06:00", "7"),
    ]


def test_cutting_keeps_what_a_rate_says_of_itself():
    estimated = Rate(interval("2026-11-21T00:00", "2026-11-21T01:00"), Decimal(1), is_estimated=True)

    (cut,) = clipped([estimated], interval("2026-11-21T00:30", "2026-11-21T02:00"))

    assert cut == Rate(interval("2026-11-21T00:30", "2026-11-21T01:00"), Decimal(1), is_estimated=True)
