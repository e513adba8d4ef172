"""Tariffs as they are kept and shown, and what a change of one leaves of the past."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.money import exact
from homecharge.domain.rates import Rate
from homecharge.domain.schedules import wall_time
from homecharge.domain.tariffs import (
    Applied,
    Dynamic,
    Flat,
    Pricing,
    TariffPeriod,
    TimeOfUse,
    overlaid,
    timeline,
)
from homecharge.domain.times import Interval, WallWindow

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when the first version of a tariff has said what it says."""
KINDS = ("flat", "time_of_use", "dynamic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Where a dynamic tariff's prices come from by themselves; `failures` are those in a row, `error` is the last."""

    url: str
    last_success_at: datetime | None = None
    failures: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A tariff as the account that made it sees it; of a dynamic one the newest rates. `revision` counts edits."""

    id: str
    account_id: str
    name: str
    currency: str
    pricing: Pricing
    revision: int
    created_at: datetime
    updated_at: datetime
    feed: Feed | None = None

    @property
    def feed_url(self) -> str | None:
        """Where its prices come from by themselves."""
        return None if self.feed is None else self.feed.url

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return kind_of(self.pricing)

    @property
    def spec(self) -> dict[str, Any]:
        """Its prices in the contract's shape."""
        return spec_json(self.pricing)


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffInBrief:
    """What a location's members see of a tariff in passing."""

    id: str
    name: str
    currency: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffHistoryEntry:
    """What a location pays by from an instant until another; `tariff` None: no tariff. `id` None: nothing ever was."""

    id: str | None
    location_id: str
    tariff: TariffInBrief | None
    valid_from: datetime | None
    valid_to: datetime | None
    revision: int
    created_at: datetime | None
    updated_at: datetime | None

    @property
    def tariff_id(self) -> str | None:
        """The tariff's id."""
        return None if self.tariff is None else self.tariff.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What energy costs at a location, as far as it was read."""

    location_id: str
    zone: ZoneInfo
    currency: str
    history: tuple[Applied, ...]

    def over(self, window: Interval) -> tuple[Rate, ...]:
        """The rates in a window; where no price is known there is none."""
        return timeline(self.history, window, self.zone)

    def has_tariff(self, window: Interval) -> bool:
        """Whether there was a tariff at any instant of a window, whether or not it knew a price."""
        return any(
            entry.pricing is not None
            and entry.valid_from <= window.end
            and (following is None or following.valid_from > window.start)
            for entry, following in itertools.zip_longest(self.history, self.history[1:])
        )


def kind_of(pricing: Pricing) -> str:
    """The contract's name for it."""
    match pricing:
        case Flat():
            return "flat"
        case TimeOfUse():
            return "time_of_use"
        case _:
            return "dynamic"


def spec_json(pricing: Pricing) -> dict[str, Any]:
    """The contract's shape; rates are exact strings."""
    match pricing:
        case Flat(rate=rate):
            return {"rate": exact(rate)}
        case TimeOfUse():
            return {
                "periods": [_period_json(period) for period in pricing.periods],
                "other_rate": exact(pricing.other_rate),
            }
        case _:
            return {"rates": [_rate_json(rate) for rate in pricing.rates]}


def _period_json(period: TariffPeriod) -> dict[str, Any]:
    return {
        "weekdays": list(period.weekdays),
        "start": wall_time(period.wall.start),
        "end": wall_time(period.wall.end),
        "rate": exact(period.rate),
    }


def _rate_json(rate: Rate) -> dict[str, Any]:
    return {"valid_from": rate.interval.start, "valid_to": rate.interval.end, "rate": exact(rate.per_kwh)}


def pricing_of(kind: str, spec: Mapping[str, Any], rates: Sequence[Rate] = ()) -> Pricing:
    """The inverse of `spec_json`; a dynamic tariff's rates are kept beside it."""
    if kind == "dynamic":
        return Dynamic(tuple(rates))
    if kind == "flat":
        return Flat(Decimal(spec["rate"]))
    return TimeOfUse(tuple(_period_of(period) for period in spec["periods"]), Decimal(spec["other_rate"]))


def _period_of(period: Mapping[str, Any]) -> TariffPeriod:
    wall = WallWindow(time.fromisoformat(period["start"]), time.fromisoformat(period["end"]))
    return TariffPeriod(tuple(period["weekdays"]), wall, Decimal(period["rate"]))


def kept_spec(pricing: Pricing) -> dict[str, Any]:
    """What is stored of a version; rates for intervals have rows of their own."""
    return {} if isinstance(pricing, Dynamic) else spec_json(pricing)


def applied(since: datetime, until: datetime | None, versions: Sequence[Applied]) -> list[Applied]:
    """What a tariff says while a location pays by it; its versions are in the order of their `valid_from`."""
    within = [version for version in versions if until is None or version.valid_from < until]
    current = next((place for place, version in reversed([*enumerate(within)]) if version.valid_from <= since), 0)
    return [Applied(max(since, version.valid_from), version.pricing) for version in within[current:]]


def merged_rates(known: Sequence[Rate], given: Sequence[Rate], *, begun_before: datetime | None) -> tuple[Rate, ...]:
    """Rates after new ones came: a new price replaces an old one, save where that had begun by `begun_before`.

    What sessions may have been reckoned with stays what it was; where nothing did, `begun_before` is None.
    """
    fixed = [rate for rate in known if begun_before is not None and rate.interval.start < begun_before]
    return overlaid(overlaid(known, given), fixed)


def span_of(rates: Sequence[Rate]) -> Interval | None:
    """From the first to the last of rates, in any order."""
    if not rates:
        return None
    return Interval(min(rate.interval.start for rate in rates), max(rate.interval.end for rate in rates))
