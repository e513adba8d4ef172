"""Where an instant and a price lie in a picture, and which of them are written at its axes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.times import Interval, local_date, wall_clock

_QUARTER = timedelta(minutes=15)
_HOURS = (1, 2, 3, 4, 6, 12, 24)
_PRICE_STEPS = (1, 2, 5, 10)
_MOST_PRICES = 5


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Elapsed time from left to right: on a clock-change night an hour is as wide as on any other."""

    window: Interval
    left: float
    width: float

    def x(self, at: datetime) -> float:
        """The place of an instant; one outside the window is at its edge."""
        share = (at - self.window.start) / max(self.window.duration, timedelta(seconds=1))
        return round(self.left + self.width * min(1, max(0, share)), 1)

    def hours(self, zone: ZoneInfo, *, apart: float) -> Iterator[tuple[float, str]]:
        """Places and wall times of full hours on the clock on the wall, at least so far apart."""
        pixels_an_hour = self.width / max(self.window.duration / timedelta(hours=1), 1)
        step = next((hours for hours in _HOURS if hours * pixels_an_hour >= apart), _HOURS[-1])
        last = -apart
        for at in self._quarters():
            wall = wall_clock(at, zone)
            hour, _, minute = wall.partition(":")
            if minute == "00" and int(hour) % step == 0 and self.x(at) - last >= apart:
                last = self.x(at)
                yield last, wall

    def days(self, zone: ZoneInfo) -> Iterator[tuple[float, date]]:
        """The place of each midnight, and the day that begins there."""
        before = local_date(self.window.start, zone)
        for at in self._quarters():
            day = local_date(at, zone)
            if day != before:
                yield self.x(at), day
            before = day

    def _quarters(self) -> Iterator[datetime]:
        past = self.window.start.minute % 15 * 60 + self.window.start.second
        at = self.window.start - timedelta(seconds=past, microseconds=self.window.start.microsecond)
        while at <= self.window.end:
            if at >= self.window.start:
                yield at
            at += _QUARTER


@dataclass(frozen=True, slots=True)
class PriceScale:
    """Prices from the bottom up; zero is always in sight."""

    lowest: Decimal
    highest: Decimal
    top: float
    height: float

    def y(self, price: Decimal) -> float:
        """The place of a price."""
        share = (self.highest - price) / (self.highest - self.lowest)
        return round(self.top + self.height * float(share), 1)

    def steps(self) -> list[Decimal]:
        """Round prices within the scale."""
        step = _round_step(self.highest - self.lowest)
        first, last = math.ceil(self.lowest / step), math.floor(self.highest / step)
        return [step * count for count in range(first, last + 1)]


def price_scale(prices: list[Decimal], *, top: float, height: float) -> PriceScale:
    """A scale on which all of these prices and zero have a place, and the highest is not at the very edge."""
    lowest, highest = min([*prices, Decimal(0)]), max([*prices, Decimal(0)])
    if lowest == highest:
        highest = Decimal(1)
    room = (highest - lowest) / 12
    return PriceScale(lowest - room if lowest else lowest, highest + room if highest else highest, top, height)


def _round_step(spread: Decimal) -> Decimal:
    """The least of 1, 2 or 5 times a power of ten that divides a spread into no more than five."""
    power = Decimal(1).scaleb((spread / _MOST_PRICES).adjusted())
    steps = (power * factor for factor in _PRICE_STEPS)
    return next(step for step in steps if step * _MOST_PRICES >= spread).normalize()
