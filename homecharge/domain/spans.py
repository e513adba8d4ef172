"""The planner's ground: the time that may be used, cut by price and laid out on an axis of whole watt-hours.

A position on the axis is the energy that full power would have drawn since the window's start. On it every search is in
whole numbers: a span is as long as the energy that fits into it, and a run of so much energy is so long. An edge that
falls between two watt-hours counts at the lower one, which moves it by less than a watt-hour: half a second at 7.4 kW.
Prices are whole numbers too: grains, the smallest unit of money that any price of a watt-hour needs.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from homecharge.domain.rates import Rate
from homecharge.domain.times import Interval

_HOUR_S = 3600
_MICROSECOND = timedelta(microseconds=1)
_WATT_HOUR = 3_600_000_000
"""In watts times microseconds."""


class Span(NamedTuple):
    """`[start, end)` on the axis, at one price in grains per watt-hour."""

    start: int
    end: int
    price: int


def rank(cost: int, start: int) -> tuple[int, int]:
    """The order of choices: the cheaper one; of two that cost the same the earlier, because less can go wrong then."""
    return cost, start


@dataclass(frozen=True, slots=True)
class Ground:
    """Spans in ascending order; `times[i]` and `rates[i]` are those of `spans[i]`, None where its price is unknown.

    An unknown price is written as `unknown`, dearer than everything that is known taken together: so the searches use
    such time when, and only when, the rest does not do, and need not know of it.
    """

    spans: tuple[Span, ...]
    times: tuple[Interval, ...]
    rates: tuple[Rate | None, ...]
    origin: datetime
    power_w: int
    decimals: int
    unknown: int

    @property
    def capacity_wh(self) -> int:
        """The energy that fits into all spans."""
        return sum(span.end - span.start for span in self.spans)

    def priced(self) -> "Ground":
        """The spans whose price is known: money is never spent at an unknown one."""
        kept = [place for place, rate in enumerate(self.rates) if rate is not None]
        return Ground(
            tuple(self.spans[place] for place in kept),
            tuple(self.times[place] for place in kept),
            tuple(self.rates[place] for place in kept),
            self.origin,
            self.power_w,
            self.decimals,
            self.unknown,
        )

    def grains(self, amount: Decimal) -> int:
        """Money in grains; what is less than one buys nothing."""
        return int(amount.scaleb(self.decimals) // 1)

    def money(self, grains: int) -> Decimal:
        """Grains as money, exactly."""
        return Decimal(grains).scaleb(-self.decimals)

    def known(self, grains: int) -> tuple[int, int]:
        """A sum of grains taken apart: the watt-hours at an unknown price, and the grains of all others."""
        unpriced_wh = (2 * grains + self.unknown) // (2 * self.unknown)
        return unpriced_wh, grains - unpriced_wh * self.unknown

    def interval(self, place: int, start: int, end: int) -> Interval:
        """The time of `[start, end)` in a span: its own edges where it reaches them, else the whole seconds around."""
        span, time = self.spans[place], self.times[place]
        begins = self.origin + timedelta(seconds=start * _HOUR_S // self.power_w)
        ends = self.origin + timedelta(seconds=-(-end * _HOUR_S // self.power_w))
        return Interval(
            time.start if start == span.start else max(time.start, begins),
            time.end if end == span.end else min(time.end, ends),
        )

    def at(self, position: int) -> datetime:
        """The latest whole second by which a position within the spans has not been passed."""
        place = bisect_right(self.spans, position, key=lambda span: span.start) - 1
        return self.interval(place, position, position).start


def ground(window: Interval, rates: Sequence[Rate], blocked: Sequence[Interval], *, power_w: int) -> Ground:
    """The spans of a window that a charger of this power may use; those too short for a watt-hour are left out."""
    pieces = [piece for free in without(window, blocked) for piece in _priced(free, rates)]
    decimals = max((_decimals(rate.per_kwh) for _, rate in pieces if rate is not None), default=0)
    prices = [None if rate is None else int(rate.per_kwh.scaleb(decimals)) for _, rate in pieces]
    dearest = max((abs(price) for price in prices if price is not None), default=0)
    edges = [_position(edge, window.start, power_w) for time, _ in pieces for edge in (time.start, time.end)]
    unknown = 2 * dearest * max(edges, default=0) + 1
    laid_out = [
        (Span(start, end, unknown if price is None else price), time, rate)
        for (time, rate), price, start, end in zip(pieces, prices, edges[::2], edges[1::2], strict=True)
        if start < end
    ]
    spans, times, known = zip(*laid_out, strict=True) if laid_out else ((), (), ())
    return Ground(spans, times, known, window.start, power_w, decimals + 3, unknown)


def stretches(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans that follow each other without a break: a run lies within one of them."""
    found: list[list[Span]] = []
    reached = None
    for span in spans:
        start, end, _ = span
        if start != reached:
            found.append([])
        found[-1].append(span)
        reached = end
    return found


def without(window: Interval, holes: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of a window; the holes may overlap and come in any order."""
    free_from = window.start
    for hole in sorted(holes, key=lambda each: each.start):
        if free_from < min(hole.start, window.end):
            yield Interval(free_from, min(hole.start, window.end))
        free_from = max(free_from, hole.end)
    if free_from < window.end:
        yield Interval(free_from, window.end)


def _priced(free: Interval, rates: Sequence[Rate]) -> Iterator[tuple[Interval, Rate | None]]:
    """An interval cut where its price changes; None where there is no price."""
    at = free.start
    for rate in rates:
        if not rate.interval.overlaps(free):
            continue
        if at < rate.interval.start:
            yield Interval(at, rate.interval.start), None
            at = rate.interval.start
        until = min(rate.interval.end, free.end)
        yield Interval(at, until), rate
        at = until
    if at < free.end:
        yield Interval(at, free.end), None


def _decimals(price: Decimal) -> int:
    return max(0, -int(price.as_tuple().exponent))


def _position(at: datetime, origin: datetime, power_w: int) -> int:
    return (at - origin) // _MICROSECOND * power_w // _WATT_HOUR
