"""A plan as it is kept on its session: plain JSON, to the last digit, and back."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from homecharge.domain.plans import Blocked, Plan, PlanWarning, Shortfall, ShortfallCode, Slot
from homecharge.domain.rates import Rate
from homecharge.domain.times import Interval

Json = dict[str, Any]


def plan_json(plan: Plan | None) -> Json | None:
    """Instants as RFC 3339, money and prices as exact decimal strings."""
    if plan is None:
        return None
    shortfall = plan.shortfall
    return {
        "computed_at": _instant_json(plan.computed_at),
        "window": _interval_json(plan.window),
        "currency": plan.currency,
        "slots": [_slot_json(slot) for slot in plan.slots],
        "rates": [
            {**_interval_json(rate.interval), "rate": str(rate.per_kwh), "estimated": rate.is_estimated}
            for rate in plan.rates
        ],
        "blocked": [{**_interval_json(each.interval), "code": each.code} for each in plan.blocked],
        "energy_wh": plan.energy_wh,
        "unpriced_wh": plan.unpriced_wh,
        "cost": _money_json(plan.cost),
        "lower_bound": _money_json(plan.lower_bound),
        "finishes_at": _instant_json(plan.finishes_at),
        "last_feasible_start": _instant_json(plan.last_feasible_start),
        "shortfall": None
        if shortfall is None
        else {"code": shortfall.code, "energy_wh": shortfall.energy_wh, "unspent": _money_json(shortfall.unspent)},
        "warnings": list(plan.warnings),
    }


def plan_from_json(value: Json | None) -> Plan | None:
    """The inverse of `plan_json`."""
    if value is None:
        return None
    shortfall = value["shortfall"]
    return Plan(
        computed_at=_instant(value["computed_at"]),
        window=_interval(value["window"]),
        currency=value["currency"],
        slots=tuple(_slot(each) for each in value["slots"]),
        rates=tuple(_rates(value["rates"])),
        blocked=tuple(Blocked(_interval(each), each["code"]) for each in value["blocked"]),
        energy_wh=value["energy_wh"],
        unpriced_wh=value["unpriced_wh"],
        cost=_money(value["cost"]),
        lower_bound=_money(value["lower_bound"]),
        finishes_at=_instant(value["finishes_at"]),
        last_feasible_start=_instant(value["last_feasible_start"]),
        shortfall=None
        if shortfall is None
        else Shortfall(ShortfallCode(shortfall["code"]), shortfall["energy_wh"], _money(shortfall["unspent"])),
        warnings=tuple(PlanWarning(each) for each in value["warnings"]),
    )


def _slot_json(slot: Slot) -> Json:
    return {
        **_interval_json(slot.interval),
        "power_w": slot.power_w,
        "energy_wh": slot.energy_wh,
        "rate": _money_json(slot.rate),
        "cost": _money_json(slot.cost),
        "estimated": slot.is_estimated,
    }


def _slot(value: Json) -> Slot:
    return Slot(
        _interval(value),
        value["power_w"],
        value["energy_wh"],
        _money(value["rate"]),
        _money(value["cost"]),
        value["estimated"],
    )


def _rates(values: Iterable[Json]) -> Iterable[Rate]:
    return (Rate(_interval(each), Decimal(each["rate"]), each["estimated"]) for each in values)


def _interval_json(interval: Interval) -> Json:
    return {"start": interval.start.isoformat(), "end": interval.end.isoformat()}


def _interval(value: Json) -> Interval:
    return Interval(datetime.fromisoformat(value["start"]), datetime.fromisoformat(value["end"]))


def _instant_json(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _money_json(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _money(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
