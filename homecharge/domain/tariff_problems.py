"""What is wrong with a tariff, by field, before it is stored."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from homecharge.domain.rates import Rate
from homecharge.domain.restricted_hours import Problems, weekdays_problem
from homecharge.domain.tariffs import Flat, Pricing, TariffPeriod, TimeOfUse
from homecharge.domain.times import WEEKDAYS

MAX_DECIMALS = 10
MAX_RATE = Decimal(1_000_000)
MAX_PERIODS = 100
MAX_RATES = 20_000
"""Rates in one request: a year of half hours, and some."""
_MONDAY = datetime.combine(date(2024, 1, 1), time.min)
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


def problems(pricing: Pricing) -> Problems:
    """Messages by field, as dotted paths (`periods.0.rate`); empty when it can be stored."""
    match pricing:
        case Flat(rate=rate):
            return dict(_of_rate("rate", rate))
        case TimeOfUse():
            return _of_periods(pricing)
        case _:
            return rates_problems(pricing.rates)


def _of_rate(field: str, rate: Decimal) -> Iterator[tuple[str, list[str]]]:
    if message := rate_problem(rate):
        yield field, [message]


def rate_problem(rate: Decimal) -> str | None:
    """What is wrong with a price per kWh, in a sentence."""
    if not rate.is_finite():
        return "A rate is a number."
    if abs(rate) > MAX_RATE:
        return f"A rate is at most {MAX_RATE} per kWh, below or above zero."
    exponent = rate.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MAX_DECIMALS:
        return f"A rate has at most {MAX_DECIMALS} decimals."
    return None


def _of_periods(pricing: TimeOfUse) -> Problems:
    found = dict(_of_rate("other_rate", pricing.other_rate))
    if not pricing.periods:
        return found | {"periods": ["Give at least one period, or make the tariff `flat`."]}
    if len(pricing.periods) > MAX_PERIODS:
        return found | {"periods": [f"At most {MAX_PERIODS} periods can be kept."]}
    for place, period in enumerate(pricing.periods):
        found |= _of_rate(f"periods.{place}.rate", period.rate)
        if message := weekdays_problem(period.weekdays):
            found[f"periods.{place}.weekdays"] = [message]
    if any(field.endswith("weekdays") for field in found):
        return found
    return found | _overlaps(pricing.periods)


def _overlaps(periods: Sequence[TariffPeriod]) -> Problems:
    """Each period that shares wall time with one before it."""
    found: Problems = {}
    for (earlier, other), (place, period) in itertools.combinations(enumerate(periods), 2):
        if _shares_time(period, other):
            found.setdefault(f"periods.{place}", [f"It overlaps period {earlier}."])
    return found


def _shares_time(period: TariffPeriod, other: TariffPeriod) -> bool:
    """The week is a circle: what starts on Sunday may end on Monday."""
    return any(
        start < other_end + turn and other_start + turn < end
        for (start, end), (other_start, other_end) in itertools.product(_of_week(period), _of_week(other))
        for turn in (-_WEEK, timedelta(0), _WEEK)
    )


def _of_week(period: TariffPeriod) -> list[tuple[datetime, datetime]]:
    """A period's windows in a week without clock changes."""
    found = []
    for weekday in period.weekdays:
        day = _MONDAY + _DAY * WEEKDAYS.index(weekday)
        start, end = (datetime.combine(day, wall) for wall in (period.wall.start, period.wall.end))
        found.append((start, end if end > start else end + _DAY))
    return found


def rates_problems(rates: Sequence[Rate]) -> Problems:
    """As `problems`, of rates for intervals."""
    if len(rates) > MAX_RATES:
        return {"rates": [f"At most {MAX_RATES} rates can be given at once."]}
    found: Problems = {}
    for place, rate in enumerate(rates):
        found |= _of_rate(f"rates.{place}.rate", rate.per_kwh)
        if rate.interval.end <= rate.interval.start:
            found[f"rates.{place}.valid_to"] = ["A rate ends later than it begins."]
    in_order = sorted(enumerate(rates), key=lambda placed: placed[1].interval.start)
    for (earlier, first), (place, second) in itertools.pairwise(in_order):
        if second.interval.start < first.interval.end:
            found.setdefault(f"rates.{place}.valid_from", [f"It overlaps rate {earlier}."])
    return found
