"""Tariffs for tests, written short."""

from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.rates import Rate
from homecharge.domain.tariffs import Dynamic, TariffPeriod, TimeOfUse
from homecharge.domain.times import WEEKDAYS, Interval, WallWindow

LONDON = ZoneInfo("Europe/London")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def interval(start: str, end: str) -> Interval:
    return Interval(utc(start), utc(end))


def rate(start: str, end: str, price: str) -> Rate:
    return Rate(interval(start, end), Decimal(price))


def dynamic(*rates: tuple[str, str, str]) -> Dynamic:
    return Dynamic(tuple(rate(*each) for each in rates))


def period(start: str, end: str, price: str, weekdays: tuple[str, ...] = WEEKDAYS) -> TariffPeriod:
    return TariffPeriod(weekdays, WallWindow(time.fromisoformat(start), time.fromisoformat(end)), Decimal(price))


def time_of_use(*periods: TariffPeriod, other: str = "0.30") -> TimeOfUse:
    return TimeOfUse(periods, Decimal(other))


NIGHT = time_of_use(period("00:30", "04:30", "0.10"))
"""Cheap from 00:30 to 04:30."""
