"""Prices that are not published yet: those of the same local time of the latest day that has one, for planning only."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
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
    starts = [rate.interval.start for rate in known]
    gaps = without(window, [rate.interval for rate in known])
    estimates = [estimate for gap in gaps for estimate in _joined(_estimates(known, starts, gap, zone, days=1))]
    return tuple(sorted([*known, *estimates], key=_start))


def _estimates(
    known: Sequence[Rate], starts: Sequence[datetime], gap: Interval, zone: ZoneInfo, *, days: int
) -> Iterator[Rate]:
    """Those of so many days before, and of days before that where these have no price; in no order.

    A gap whose wall time does not pass as it did then, because of a clock change, is halved, down to single steps.
    """
    begun = days_earlier(gap.start, days, zone)
    source = Interval(begun, begun + gap.duration)
    if not known or source.end <= known[0].interval.start:
        return
    is_even = days_earlier(gap.end, days, zone) == source.end
    if not is_even and (middle := _middle(gap)) < gap.end:
        for half in (Interval(gap.start, middle), Interval(middle, gap.end)):
            yield from _estimates(known, starts, half, zone, days=days)
        return
    found = list(_shifted(known, starts, source, gap.start - source.start))
    yield from found
    for rest in without(gap, [rate.interval for rate in found]):
        yield from _estimates(known, starts, rest, zone, days=days + 1)


def _shifted(known: Sequence[Rate], starts: Sequence[datetime], source: Interval, later: timedelta) -> Iterator[Rate]:
    """The rates in an interval, cut to it, as estimates for so much later."""
    first = max(0, bisect_right(starts, source.start) - 1)
    for rate in known[first : bisect_left(starts, source.end)]:
        start, end = max(rate.interval.start, source.start), min(rate.interval.end, source.end)
        if start < end:
            yield Rate(Interval(start + later, end + later), rate.per_kwh, is_estimated=True)


def _middle(gap: Interval) -> datetime:
    """The step's edge in the middle of a gap, or its first one; not within the gap where a step holds it all."""
    half = _step_after(gap.start + gap.duration / 2) - _STEP
    return half if half > gap.start else _step_after(gap.start)


def _step_after(at: datetime) -> datetime:
    return at + _STEP - (at - datetime.min.replace(tzinfo=at.tzinfo)) % _STEP


def _start(rate: Rate) -> datetime:
    return rate.interval.start


def _joined(rates: Iterable[Rate]) -> list[Rate]:
    """Neighbours of one price taken together."""
    joined: list[Rate] = []
    for rate in sorted(rates, key=_start):
        last = joined[-1] if joined else None
        if last is not None and last.interval.end == rate.interval.start and last.per_kwh == rate.per_kwh:
            joined[-1] = Rate(Interval(last.interval.start, rate.interval.end), rate.per_kwh, is_estimated=True)
        else:
            joined.append(rate)
    return joined
