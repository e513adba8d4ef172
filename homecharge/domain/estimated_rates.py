"""Prices that are not published yet: those of the same local time of the latest day that has one, for planning only."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from homecharge.domain.rates import Rate
from homecharge.domain.spans import without
from homecharge.domain.times import Interval, days_earlier

_STEP = timedelta(minutes=15)
"""Clocks change on whole quarters of an hour, so that within a step wall time passes as time does."""


def filled(rates: Sequence[Rate], window: Interval, zone: ZoneInfo) -> tuple[Rate, ...]:
    """The rates, and estimates where the window has none; all in ascending order.

    An instant whose wall time has no price on any day before stays without one.
    """
    known = [rate for rate in rates if not rate.is_estimated]
    gaps = without(window, [rate.interval for rate in known])
    estimates = [estimate for gap in gaps for estimate in _joined(_estimates(known, gap, zone))]
    return tuple(sorted([*known, *estimates], key=lambda rate: rate.interval.start))


def _estimates(known: Sequence[Rate], gap: Interval, zone: ZoneInfo) -> Iterator[Rate]:
    at = gap.start
    while at < gap.end:
        until = min(gap.end, _next_quarter(at))
        found = _latest(known, at, zone)
        if found is not None:
            source, rate = found
            until = min(until, at + (rate.interval.end - source))
            yield Rate(Interval(at, until), rate.per_kwh, is_estimated=True)
        at = until


def _latest(known: Sequence[Rate], at: datetime, zone: ZoneInfo) -> tuple[datetime, Rate] | None:
    """The latest earlier day's instant of the same wall time that has a price, and its rate."""
    oldest = known[0].interval.start if known else at
    days_before = (days_earlier(at, days, zone) for days in count(1))
    for source in takewhile(lambda day: day >= oldest, days_before):
        rate = known[bisect_right(known, source, key=lambda rate: rate.interval.start) - 1]
        if source in rate.interval:
            return source, rate
    return None


def _next_quarter(at: datetime) -> datetime:
    return at + _STEP - (at - datetime.min.replace(tzinfo=at.tzinfo)) % _STEP


def _joined(rates: Iterator[Rate]) -> list[Rate]:
    """Neighbours of one price taken together."""
    joined: list[Rate] = []
    for rate in rates:
        last = joined[-1] if joined else None
        if last is not None and last.interval.end == rate.interval.start and last.per_kwh == rate.per_kwh:
            joined[-1] = Rate(Interval(last.interval.start, rate.interval.end), rate.per_kwh, is_estimated=True)
        else:
            joined.append(rate)
    return joined
