"""Tariffs: one price, prices by the clock on the wall, or prices for any intervals; and the rates they come to."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.rates import Rate
from homecharge.domain.times import Interval, WallWindow, local_date, weekday

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Flat:
    """One price at all times."""

    rate: Decimal


@dataclass(frozen=True, slots=True)
class TariffPeriod:
    """A price within a window on the location's wall clock; a weekday names the day on which the window starts.

    An end that is not after the start is on the next day, so that equal ones are a whole day.
    """

    weekdays: tuple[str, ...]
    wall: WallWindow
    rate: Decimal


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """Prices by the location's wall clock; outside every period `other_rate` holds."""

    periods: tuple[TariffPeriod, ...]
    other_rate: Decimal


@dataclass(frozen=True, slots=True)
class Dynamic:
    """Prices for intervals of any length, in their order; between them none is known."""

    rates: tuple[Rate, ...]


Pricing = Flat | TimeOfUse | Dynamic


@dataclass(frozen=True, slots=True)
class Applied:
    """What a location pays by, from an instant until the next entry of its history; None: no tariff."""

    valid_from: datetime
    pricing: Pricing | None


def rates_over(pricing: Pricing, window: Interval, zone: ZoneInfo) -> tuple[Rate, ...]:
    """The rates in a window, cut to it, in their order; where no price is known there is no rate."""
    match pricing:
        case Flat(rate=rate):
            return (Rate(window, rate),) if window.start < window.end else ()
        case TimeOfUse():
            return tuple(_by_the_clock(pricing, window, zone))
        case _:
            return clipped(pricing.rates, window)


def clipped(rates: Sequence[Rate], window: Interval) -> tuple[Rate, ...]:
    """What of the rates lies in a window."""
    return tuple(
        Rate(_within(rate.interval, window), rate.per_kwh, rate.is_estimated)
        for rate in rates
        if rate.interval.overlaps(window)
    )


def _within(interval: Interval, window: Interval) -> Interval:
    return Interval(max(interval.start, window.start), min(interval.end, window.end))


def _by_the_clock(pricing: TimeOfUse, window: Interval, zone: ZoneInfo) -> Iterator[Rate]:
    """The periods' rates, and the other rate wherever none of them holds."""
    reached = window.start
    for rate in clipped(_period_rates(pricing, window, zone), window):
        if reached < rate.interval.start:
            yield Rate(Interval(reached, rate.interval.start), pricing.other_rate)
        yield rate
        reached = rate.interval.end
    if reached < window.end:
        yield Rate(Interval(reached, window.end), pricing.other_rate)


def _period_rates(pricing: TimeOfUse, window: Interval, zone: ZoneInfo) -> list[Rate]:
    """Every firing of every period that may touch the window; the first may have begun the day before."""
    first, last = local_date(window.start, zone) - _DAY, local_date(window.end, zone)
    days = [first + _DAY * count for count in range((last - first).days + 1)]
    found = [
        Rate(interval, period.rate)
        for day, period in itertools.product(days, pricing.periods)
        if weekday(day) in period.weekdays
        for interval in period.wall.every_instant_on(day, zone)
    ]
    return sorted(found, key=lambda rate: rate.interval.start)


def timeline(history: Sequence[Applied], window: Interval, zone: ZoneInfo) -> tuple[Rate, ...]:
    """The rates that a location's history comes to in a window; entries are in the order of their `valid_from`.

    An entry holds until the next one begins; before the first there is no price.
    """
    found: list[Rate] = []
    for entry, following in itertools.zip_longest(history, history[1:]):
        until = window.end if following is None else following.valid_from
        reach = _within(Interval(entry.valid_from, until), window)
        if entry.pricing is not None and reach.start < reach.end:
            found += rates_over(entry.pricing, reach, zone)
    return tuple(found)


def overlaid(below: Sequence[Rate], above: Sequence[Rate]) -> tuple[Rate, ...]:
    """Two rows of rates, each in its order, as one: where both have a price, that of `above` holds."""
    covered = [rate.interval for rate in above]
    starts, ends = [interval.start for interval in covered], [interval.end for interval in covered]
    kept = []
    for rate in below:
        first, after = bisect_right(ends, rate.interval.start), bisect_left(starts, rate.interval.end)
        lefts = _without(rate.interval, covered[first:after])
        kept += [Rate(left, rate.per_kwh, rate.is_estimated) for left in lefts]
    return tuple(sorted([*kept, *above], key=lambda rate: rate.interval.start))


def _without(interval: Interval, covered: Sequence[Interval]) -> Iterator[Interval]:
    start = interval.start
    for taken in covered:
        if start < taken.start:
            yield Interval(start, taken.start)
        start = taken.end
    if start < interval.end:
        yield Interval(start, interval.end)
