"""Prices that are not published yet, on ordinary days and on the clock-change nights of four zones."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.estimated_rates import filled
from homecharge.domain.rates import Rate
from homecharge.domain.times import Interval, days_earlier

ZONES = {
    "London": ZoneInfo("Europe/London"),
    "New York": ZoneInfo("America/New_York"),
    "Lord Howe": ZoneInfo("Australia/Lord_Howe"),
    "Kolkata": ZoneInfo("Asia/Kolkata"),
}
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def by_the_clock(start: datetime, end: datetime, zone: ZoneInfo) -> list[Rate]:
    """Half hours whose price is their wall time: 00:30 costs 30, 13:00 costs 1300."""
    halves = [start + count * HALF_HOUR for count in range((end - start) // HALF_HOUR)]
    return [Rate(Interval(at, at + HALF_HOUR), Decimal(f"{at.astimezone(zone):%H%M}")) for at in halves]


def test_tomorrow_is_estimated_from_the_same_time_today():
    today = [Rate(between("2026-11-20T00:00", "2026-11-20T07:10"), Decimal(1))]
    today.append(Rate(between("2026-11-20T07:10", "2026-11-21T00:00"), Decimal(2)))

    found = filled(today, between("2026-11-20T20:00", "2026-11-21T09:00"), ZONES["London"])

    assert found == (
        *today,
        Rate(between("2026-11-21T00:00", "2026-11-21T07:10"), Decimal(1), is_estimated=True),
        Rate(between("2026-11-21T07:10", "2026-11-21T09:00"), Decimal(2), is_estimated=True),
    )


def test_the_latest_day_that_knows_the_time_is_taken():
    older = Rate(between("2026-11-18T00:00", "2026-11-19T00:00"), Decimal(1))
    newer = Rate(between("2026-11-19T06:00", "2026-11-19T12:00"), Decimal(2))

    found = filled([older, newer], between("2026-11-21T05:00", "2026-11-21T07:00"), ZONES["London"])

    assert found[2:] == (
        Rate(between("2026-11-21T05:00", "2026-11-21T06:00"), Decimal(1), is_estimated=True),
        Rate(between("2026-11-21T06:00", "2026-11-21T07:00"), Decimal(2), is_estimated=True),
    )


def test_a_hole_between_two_prices_is_filled_and_estimates_of_before_are_made_anew():
    known = [
        Rate(between("2026-11-19T00:00", "2026-11-20T00:00"), Decimal(1)),
        Rate(between("2026-11-20T00:00", "2026-11-20T06:00"), Decimal(2)),
        Rate(between("2026-11-20T07:00", "2026-11-20T08:00"), Decimal(3)),
    ]
    stale = Rate(between("2026-11-20T06:00", "2026-11-20T07:00"), Decimal(9), is_estimated=True)

    found = filled([*known, stale], between("2026-11-20T00:00", "2026-11-20T08:00"), ZONES["London"])

    estimate = Rate(between("2026-11-20T06:00", "2026-11-20T07:00"), Decimal(1), is_estimated=True)
    assert found == (*known[:2], estimate, known[2])


def test_what_no_day_knows_stays_without_a_price():
    known = [Rate(between("2026-11-20T00:00", "2026-11-20T06:00"), Decimal(1))]

    found = filled(known, between("2026-11-21T05:00", "2026-11-21T08:00"), ZONES["London"])

    assert found[1:] == (Rate(between("2026-11-21T05:00", "2026-11-21T06:00"), Decimal(1), is_estimated=True),)
    assert filled([], between("2026-11-21T05:00", "2026-11-21T08:00"), ZONES["London"]) == ()


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("London", "2026-03-29T00:00"),
        ("London", "2026-10-24T23:00"),
        ("New York", "2026-03-08T05:00"),
        ("New York", "2026-11-01T04:00"),
        ("Lord Howe", "2026-10-03T13:30"),
        ("Lord Howe", "2026-04-04T13:00"),
        ("Kolkata", "2026-03-28T18:30"),
        ("Kolkata", "2026-10-24T18:30"),
    ],
)
def test_a_night_on_which_the_clocks_change_has_the_prices_of_the_clock_on_the_wall(zone: str, midnight: str):
    start, place = utc(midnight), ZONES[zone]
    night = Interval(start, start + timedelta(hours=6))

    found = filled(by_the_clock(start - DAY, start, place), night, place)

    halves = _halves(found, start)
    assert [rate.per_kwh for _, rate in halves] == [rate.per_kwh for rate in by_the_clock(start, night.end, place)]
    assert all(rate.is_estimated for _, rate in halves)


@pytest.mark.parametrize(
    ("zone", "midnight", "missing", "next_hour"),
    [("London", "2026-03-29T00:00", ("0100", "0130"), 200), ("New York", "2026-03-08T05:00", ("0200", "0230"), 300)],
)
def test_after_the_night_on_which_clocks_go_forward_the_hour_that_was_left_out_has_the_price_of_the_next(
    zone: str, midnight: str, missing: tuple[str, ...], next_hour: int
):
    start, place = utc(midnight), ZONES[zone]
    tomorrow = start + timedelta(hours=23)

    found = filled(by_the_clock(start, tomorrow, place), Interval(tomorrow, tomorrow + timedelta(hours=6)), place)

    estimated = {f"{at.astimezone(place):%H%M}": rate.per_kwh for at, rate in _halves(found, tomorrow)}
    moved = {wall: price for wall, price in estimated.items() if Decimal(wall) != price}
    assert moved == dict.fromkeys(missing, Decimal(next_hour))


@pytest.mark.parametrize(("zone", "midnight"), [("London", "2026-10-24T23:00"), ("New York", "2026-11-01T04:00")])
def test_after_the_night_on_which_clocks_go_back_the_first_of_two_hours_counts(zone: str, midnight: str):
    start, place = utc(midnight), ZONES[zone]
    tomorrow = start + timedelta(hours=25)
    known = by_the_clock(start, tomorrow, place)
    seen: set[Decimal] = set()
    for number, rate in enumerate(known):
        if rate.per_kwh in seen:
            known[number] = Rate(rate.interval, Decimal(-1))
        seen.add(rate.per_kwh)

    found = filled(known, Interval(tomorrow, tomorrow + timedelta(hours=6)), place)

    assert all(f"{at.astimezone(place):%H%M}" == f"{rate.per_kwh:04}" for at, rate in _halves(found, tomorrow))


def _halves(found: tuple[Rate, ...], start: datetime) -> list[tuple[datetime, Rate]]:
    halves = [start + count * HALF_HOUR for count in range(12)]
    return [(at, rate) for at in halves for rate in found if at in rate.interval]


def history(chance: Random, start: datetime, end: datetime) -> list[Rate]:
    """Prices of any lengths, with holes between them."""
    found, at = [], start
    while at < end:
        until = at + timedelta(minutes=chance.choice((7, 15, 30, 45, 60)))
        if chance.random() < 0.85:
            found.append(Rate(Interval(at, until), Decimal(chance.randint(1, 400))))
        at = until
    return found


def by_the_minute(known: dict[datetime, Decimal], at: datetime, zone: ZoneInfo) -> Decimal | None:
    """What is known, else what the latest day before knows of the same wall time."""
    return known.get(at) or next((known[day] for day in days_before(at, zone) if day in known), None)


def days_before(at: datetime, zone: ZoneInfo) -> list[datetime]:
    return [days_earlier(at, days, zone) for days in range(1, 12)]


def is_skipped(at: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks skipped this wall time on a day before: then it is a quarter of an hour from after the gap."""
    wall = at.astimezone(zone).time()
    return any(day.astimezone(zone).time() != wall for day in days_before(at, zone))


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05"])
@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_has_the_price_of_the_latest_day_that_knows_it(zone: str, change: str):
    chance, place, night = Random(f"{zone} {change}"), ZONES[zone], utc(f"{change}T00:00")
    for _ in range(5):
        start = night + timedelta(minutes=chance.randint(-1440, 4320))
        window = Interval(start, start + timedelta(minutes=chance.randint(1, 1800)))
        first = night - timedelta(days=4, minutes=chance.randint(0, 600))
        rates = history(chance, first, night + chance.randint(0, 2) * DAY)
        known = {minute: rate.per_kwh for rate in rates for minute in minutes_of(rate.interval)}

        found = filled(rates, window, place)

        priced = {minute: rate.per_kwh for rate in found for minute in minutes_of(rate.interval)}
        asked = [minute for minute in minutes_of(window) if not is_skipped(minute, place)]
        wanted = {minute: by_the_minute(known, minute, place) for minute in asked}
        assert {minute: priced.get(minute) for minute in wanted} == wanted
        assert [rate.interval.start for rate in found] == sorted(rate.interval.start for rate in found)


def minutes_of(interval: Interval) -> list[datetime]:
    return [interval.start + timedelta(minutes=count) for count in range(int(interval.duration.total_seconds()) // 60)]
