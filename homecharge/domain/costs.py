"""What a session costs: its energy, shared out over the tariff's intervals by its meter readings, times their rates."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from homecharge.domain.rates import Rate
from homecharge.domain.tariffs import clipped, overlaid
from homecharge.domain.times import Interval

_WH_PER_KWH_DIGITS = 3
_TICK = timedelta(microseconds=1)


class CostNote(StrEnum):
    """What to know of a cost; public contract. The order is the precedence: the first that holds is told."""

    NO_TARIFF = "no_tariff"
    PARTIAL_TARIFF = "partial_tariff"
    ESTIMATED_TIMES = "estimated_times"


@dataclass(frozen=True, slots=True)
class MeterPoint:
    """What had been charged by an instant."""

    at: datetime
    energy_wh: int


Curve = Sequence[MeterPoint]
"""Readings in ascending order of time; the energy never falls."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """The energy of a session in an interval of its tariff. `rate` per kWh; None where no price is known."""

    interval: Interval
    energy_wh: int
    rate: Decimal | None

    @property
    def cost(self) -> Decimal | None:
        """Exact; may be negative."""
        return None if self.rate is None else cost_of(self.energy_wh, self.rate)


def cost_of(energy_wh: int, rate: Decimal) -> Decimal:
    """The exact cost of energy at a price per kWh."""
    return (energy_wh * rate).scaleb(-_WH_PER_KWH_DIGITS)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a session has cost so far; `has_tariff`: the location had one for at least a part of it."""

    lines: tuple[CostLine, ...]
    has_tariff: bool
    has_estimated_times: bool = False

    @property
    def amount(self) -> Decimal | None:
        """The exact sum; None where nothing has a price: never a made-up zero."""
        costs = [line.cost for line in self.lines if line.cost is not None]
        return sum(costs, Decimal(0)) if costs else None

    @property
    def uncosted_wh(self) -> int:
        """Energy for which no price is known."""
        return sum(line.energy_wh for line in self.lines if line.rate is None)

    @property
    def note(self) -> CostNote | None:
        """What to know of it."""
        if not self.has_tariff:
            return CostNote.NO_TARIFF
        if self.uncosted_wh:
            return CostNote.PARTIAL_TARIFF
        return CostNote.ESTIMATED_TIMES if self.has_estimated_times and self.lines else None


@dataclass(frozen=True, slots=True)
class Metering:
    """A transaction as far as its energy goes: from its start to its end, or to its newest sample."""

    id: int
    started_at: datetime
    ended_at: datetime
    energy_wh: int


def curves_of(
    energy_wh: int,
    since: datetime | None,
    until: datetime | None,
    meterings: Sequence[Metering],
    readings: Mapping[int, Sequence[MeterPoint]],
) -> list[Curve]:
    """When the energy of a session flowed, by its transactions (oldest first) and their readings.

    What the first one had counted before the session took it over is another's. Energy whose transaction went to
    another session is spread over this one's time.
    """
    others_wh = max(0, sum(metering.energy_wh for metering in meterings) - energy_wh)
    found = []
    for metering in meterings:
        begun_at = max(metering.started_at, since or metering.started_at)
        last = MeterPoint(max(begun_at, metering.ended_at), metering.energy_wh)
        between = [MeterPoint(point.at, max(point.energy_wh, others_wh)) for point in readings.get(metering.id, ())]
        found.append(rising([MeterPoint(begun_at, others_wh), *between, last]))
        others_wh = 0
    missing_wh = energy_wh - sum(curve[-1].energy_wh - curve[0].energy_wh for curve in found)
    start, end = since or until, until or since
    if missing_wh > 0 and start is not None and end is not None:
        found.append([MeterPoint(start, 0), MeterPoint(max(start, end), missing_wh)])
    return found


def span_of(curves: Sequence[Curve]) -> Interval | None:
    """From the first to the last reading."""
    points = [point.at for curve in curves for point in (*curve[:1], *curve[-1:])]
    return Interval(min(points), max(points)) if points else None


def applying(rates: Sequence[Rate], lines: Sequence[CostLine]) -> tuple[Rate, ...]:
    """Rates of today, save where a session was charged by others: those stay."""
    charged = [
        Rate(line.interval, line.rate)
        for line in lines
        if line.rate is not None and {rate.per_kwh for rate in clipped(rates, line.interval)} != {line.rate}
    ]
    return overlaid(rates, charged)


def rising(points: Iterable[MeterPoint]) -> Curve:
    """Readings as a curve: in their order, and none below one before it."""
    in_order = sorted(points, key=lambda point: (point.at, point.energy_wh))
    highest = itertools.accumulate((point.energy_wh for point in in_order), max)
    return [MeterPoint(point.at, energy_wh) for point, energy_wh in zip(in_order, highest, strict=True)]


def cost_lines(curves: Sequence[Curve], rates: Sequence[Rate]) -> tuple[CostLine, ...]:
    """The energy of curves (one for each transaction) by interval of the rates, which are in their order.

    Between two readings energy flows evenly; what a boundary cuts is shared out in whole watt-hours, so that the lines
    add up to the energy. Intervals without energy have no line.
    """
    span = span_of(curves)
    if span is None:
        return ()
    sections = _sections(rates, span)
    shares = [0] * len(sections)
    for curve in curves:
        _share_out(curve, sections, shares)
    return tuple(
        CostLine(interval, energy_wh, rate)
        for (interval, rate), energy_wh in zip(sections, shares, strict=True)
        if energy_wh
    )


def _sections(rates: Sequence[Rate], span: Interval) -> list[tuple[Interval, Decimal | None]]:
    """The span cut at the rates' edges; an instant alone is a section, too."""
    found: list[tuple[Interval, Decimal | None]] = []
    reached = span.start
    for rate in rates:
        start, end = max(rate.interval.start, span.start), min(rate.interval.end, span.end)
        if start > end or (start == end and span.start < span.end):
            continue
        if reached < start:
            found.append((Interval(reached, start), None))
        found.append((Interval(start, end), rate.per_kwh))
        reached = end
    if reached < span.end or not found:
        found.append((Interval(reached, span.end), None))
    return found


def _share_out(curve: Curve, sections: Sequence[tuple[Interval, Decimal | None]], shares: list[int]) -> None:
    place = 0
    for before, after in itertools.pairwise(curve):
        while place < len(sections) - 1 and sections[place][0].end <= before.at:
            place += 1
        counted_wh = before.energy_wh
        while sections[place][0].end < after.at:
            reached_wh = _between(before, after, sections[place][0].end)
            shares[place] += reached_wh - counted_wh
            counted_wh, place = reached_wh, place + 1
        shares[place] += after.energy_wh - counted_wh


def _between(before: MeterPoint, after: MeterPoint, at: datetime) -> int:
    """The register at an instant between two readings, to the nearest watt-hour."""
    rise_wh = after.energy_wh - before.energy_wh
    passed, whole = (at - before.at) // _TICK, (after.at - before.at) // _TICK
    return before.energy_wh + (2 * rise_wh * passed + whole) // (2 * whole)


def energy_for(amount: Decimal, rates: Iterable[Rate]) -> int | None:
    """The least energy (Wh) that may cost this much at any of the rates; None where none of them costs anything."""
    dearest = max((rate.per_kwh for rate in rates), default=Decimal(0))
    if dearest <= 0:
        return None
    return int((max(amount, Decimal(0)).scaleb(_WH_PER_KWH_DIGITS) / dearest).to_integral_value(ROUND_CEILING))
