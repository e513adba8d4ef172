"""Bodies and answers of tariffs."""

from typing import Any

from marshmallow import post_load
from marshmallow.validate import OneOf

from homecharge.domain import rates as domain
from homecharge.domain.errors import Invalid
from homecharge.domain.tariff_specs import KINDS
from homecharge.domain.tariff_specs import Tariff as TariffValue
from homecharge.domain.tariffs import Dynamic, Flat, Pricing, TariffPeriod, TimeOfUse
from homecharge.domain.times import WEEKDAYS, Interval, WallWindow
from homecharge.web import fields, household
from homecharge.web.kinds import Kinds
from homecharge.web.schemas import Schema, named, only

FIELDS = {"flat": {"rate"}, "time_of_use": {"periods", "other_rate"}, "dynamic": {"rates"}}
"""What belongs to which kind."""
_PRICED = frozenset().union(*FIELDS.values())
_CSV = {"type": "string", "example": "valid_from,valid_to,rate\n2026-11-21T00:30:00Z,2026-11-21T01:00:00Z,0.0750\n"}
_PRICE = {
    "type": "object",
    "required": ["value_inc_vat", "valid_from", "valid_to"],
    "properties": {
        "value_inc_vat": {"type": "number", "description": "In hundredths of the currency per kWh.", "example": 7.5},
        "valid_from": {"type": "string", "format": "date-time", "example": "2026-11-21T00:30:00Z"},
        "valid_to": {"type": "string", "format": "date-time", "example": "2026-11-21T01:00:00Z"},
    },
}
RATE_FILES = {
    "application/json": {
        "type": "object",
        "required": ["results"],
        "properties": {"results": {"type": "array", "items": _PRICE}},
        "example": {
            "results": [
                {"value_inc_vat": 7.5, "valid_from": "2026-11-21T00:30:00Z", "valid_to": "2026-11-21T01:00:00Z"}
            ]
        },
    },
    "text/csv": _CSV,
}
"""Prices as others publish them, by media type."""
_KIND = {"enum": list(KINDS)}
_CURRENCY = {"description": "ISO 4217, in capitals: the location's.", "example": "GBP"}


class Period(Schema):
    """A price within a window on the location's wall clock."""

    weekdays = fields.List(
        fields.String(metadata={"enum": WEEKDAYS}),
        load_default=lambda: list(WEEKDAYS),
        metadata={
            "description": "The days on which it starts; every day where left out.",
            "minItems": 1,
            "uniqueItems": True,
        },
    )
    start = fields.WallTime(required=True)
    end = fields.WallTime(
        required=True, metadata={"description": "Not after `start`: on the next day; the same: a whole day."}
    )
    rate = fields.Rate(required=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> TariffPeriod:
        return TariffPeriod(tuple(data["weekdays"]), WallWindow(data["start"], data["end"]), data["rate"])


class IntervalRate(Schema):
    """A price for an interval, which may be of any length."""

    valid_from = fields.Instant(required=True)
    valid_to = fields.Instant(required=True)
    rate = fields.Rate(required=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> domain.Rate:
        return domain.Rate(Interval(data["valid_from"], data["valid_to"]), data["rate"])


class TariffChanges(Schema):
    """What may be edited; what is left out stays, and prices that are null. Prices as the kind has them."""

    EXAMPLES = named(
        time_of_use={
            "name": "Night saver",
            "currency": "GBP",
            "periods": [{"weekdays": list(WEEKDAYS), "start": "00:30", "end": "04:30", "rate": "0.0750"}],
            "other_rate": "0.2450",
        },
        flat={"rate": "0.2450"},
        dynamic={"feed_url": "https://prices.example/unit-rates/"},
    )

    name = fields.Label()
    currency = fields.String(metadata=_CURRENCY)
    rate = fields.Rate(allow_none=True, metadata={"description": "Of a flat tariff."})
    periods = fields.List(
        fields.Nested(Period), allow_none=True, metadata={"description": "Of one by the time of use."}
    )
    other_rate = fields.Rate(allow_none=True, metadata={"description": "Outside every period."})
    feed_url = fields.WebAddress(
        allow_none=True,
        metadata={
            "description": "Of a dynamic one: asked for prices twice an hour, in the JSON of UK suppliers; null: none.",
            "example": "https://prices.example/unit-rates/",
        },
    )


class TariffBody(TariffChanges):
    """A new tariff."""

    EXAMPLES = named(
        time_of_use={
            "name": "Night saver",
            "kind": "time_of_use",
            "periods": [{"weekdays": list(WEEKDAYS), "start": "00:30", "end": "04:30", "rate": "0.0750"}],
            "other_rate": "0.2450",
        },
        flat={"name": "One price", "kind": "flat", "rate": "0.2450"},
        dynamic={
            "name": "By the half hour",
            "kind": "dynamic",
            "rates": [{"valid_from": "2026-11-21T00:00:00Z", "valid_to": "2026-11-21T00:30:00Z", "rate": "-0.0125"}],
            "feed_url": "https://prices.example/unit-rates/",
        },
    )

    told_apart_by = Kinds(
        "kind",
        "kind of tariff",
        required={kind: set() if kind == "dynamic" else names for kind, names in FIELDS.items()},
        optional={"dynamic": {"rates", "feed_url"}},
    )

    name = fields.Label(required=True)
    currency = fields.String(required=True, metadata=_CURRENCY)
    kind = fields.String(required=True, validate=OneOf(KINDS), metadata=_KIND)
    rates = fields.List(
        fields.Nested(IntervalRate),
        allow_none=True,
        metadata={"description": "Of a dynamic one; more may follow."},
    )

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        plain = {"name": data["name"], "currency": data["currency"], "feed_url": data.get("feed_url")}
        return plain | {"pricing": pricing_of(data["kind"], _given(data))}


def pricing_of(kind: str, data: dict[str, Any]) -> Pricing:
    """The prices in a body of a kind."""
    if kind == "flat":
        return Flat(data["rate"])
    if kind == "time_of_use":
        return TimeOfUse(tuple(data["periods"]), data["other_rate"])
    return Dynamic(tuple(data.get("rates", ())))


def _given(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}


def changes_of(tariff: TariffValue, data: dict[str, Any]) -> dict[str, Any]:
    """What a body changes of a tariff. Raises Invalid for prices of another kind."""
    prices = _given({name: data[name] for name in data.keys() & _PRICED})
    if wrong := prices.keys() - FIELDS[tariff.kind]:
        raise Invalid(errors={name: ["Not with this kind of tariff."] for name in wrong})
    plain = {name: data[name] for name in data.keys() - _PRICED}
    if not prices:
        return plain
    match tariff.pricing:
        case TimeOfUse(periods=periods, other_rate=other_rate):
            prices = {"periods": periods, "other_rate": other_rate} | prices
    return plain | {"pricing": pricing_of(tariff.kind, prices)}


class RatesBody(Schema):
    """Prices for intervals."""

    EXAMPLES = only(
        rates=[{"valid_from": "2026-11-21T00:00:00Z", "valid_to": "2026-11-21T00:30:00Z", "rate": "-0.0125"}]
    )

    rates = fields.List(fields.Nested(IntervalRate), required=True)


class PeriodShown(Schema):
    """A price within a window on the location's wall clock."""

    EXAMPLES = only(weekdays=list(WEEKDAYS))

    weekdays = fields.List(fields.String(metadata={"enum": WEEKDAYS}), required=True)
    start = fields.String(required=True, metadata={"example": "00:30"})
    end = fields.String(required=True, metadata={"example": "04:30"})
    rate = fields.String(required=True, metadata={"example": "0.0750"})


class IntervalRateShown(Schema):
    """A price for an interval."""

    EXAMPLES = only(valid_from="2026-11-20T13:00:00Z", valid_to="2026-11-20T13:30:00Z")

    valid_from = fields.Instant(required=True)
    valid_to = fields.Instant(required=True)
    rate = fields.String(required=True, metadata={"example": "-0.0125"})


class Feed(Schema):
    """Where prices come from by themselves."""

    EXAMPLES = only(
        url="https://prices.example/unit-rates/", last_success_at="2026-11-20T11:00:04Z", failures=0, error=None
    )

    url = fields.String(required=True)
    last_success_at = fields.Instant(required=True, allow_none=True)
    failures = fields.Whole(required=True, metadata={"description": "In a row; what is known stays meanwhile."})
    error = fields.String(required=True, allow_none=True, metadata={"description": "Why the last one failed."})


_NIGHT: dict[str, Any] = {"id": household.TARIFF, "name": "Night saver"}


class Tariff(Schema):
    """A tariff with its present prices: those that its kind has."""

    EXAMPLES = named(
        time_of_use={
            **_NIGHT,
            "kind": "time_of_use",
            "periods": [{"weekdays": list(WEEKDAYS), "start": "00:30", "end": "04:30", "rate": "0.0750"}],
            "other_rate": "0.2450",
            "feed": None,
        },
        flat={
            **_NIGHT,
            "id": household.FLAT_TARIFF,
            "name": "One price",
            "kind": "flat",
            "rate": "0.2450",
            "feed": None,
        },
        dynamic={
            **_NIGHT,
            "id": household.DYNAMIC_TARIFF,
            "name": "By the half hour",
            "kind": "dynamic",
            "rates": [{"valid_from": "2026-11-20T13:00:00Z", "valid_to": "2026-11-20T13:30:00Z", "rate": "-0.0125"}],
        },
    )

    told_apart_by = Kinds("kind", "kind of tariff", required=FIELDS)

    id = fields.Id(required=True)
    name = fields.String(required=True)
    currency = fields.String(required=True, metadata=_CURRENCY)
    kind = fields.String(required=True, metadata=_KIND)
    rate = fields.String(attribute="spec.rate", metadata={"description": "Per kWh, tax included.", "example": "0.2450"})
    periods = fields.List(fields.Nested(PeriodShown), attribute="spec.periods")
    other_rate = fields.String(attribute="spec.other_rate", metadata={"description": "Outside every period."})
    rates = fields.List(
        fields.Nested(IntervalRateShown),
        attribute="spec.rates",
        metadata={"description": "The newest 1,000, oldest first."},
    )
    feed = fields.Nested(Feed, required=True, allow_none=True)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)


class RatesImported(Schema):
    """What came of an import, in rates."""

    EXAMPLES = only(added=48, replaced=0, unchanged=12, kept=0)

    added = fields.Whole(required=True, metadata={"description": "New ones."})
    replaced = fields.Whole(required=True, metadata={"description": "Old ones that gave way to them."})
    unchanged = fields.Whole(required=True, metadata={"description": "Known before."})
    kept = fields.Whole(
        required=True, metadata={"description": "Given too late: an old one had begun, and stays what it was."}
    )
