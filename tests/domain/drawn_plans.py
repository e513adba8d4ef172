"""Drawn plans: one character per half hour, at a power of 2 kW, so that a half hour is a kilowatt-hour.

"3-1-x-?-n"   the price of a kWh: three, one, restricted hours, unknown, minus one
"0-1-<->-0"   the plan: nothing, all of the half hour, its early part, its late part, nothing
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from homecharge.domain.plans import Blocked, ChargingPower, Plan, Request
from homecharge.domain.rates import Rate
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.times import Interval

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
POWER = ChargingPower(1380, 2000)
DIGITS = {"n": Decimal(-1)} | {str(digit): Decimal(digit) for digit in range(10)}


def half_hour(number: int) -> Interval:
    return Interval(MIDNIGHT + number * HALF_HOUR, MIDNIGHT + (number + 1) * HALF_HOUR)


def request(prices: str, kwh: float = 1, **changes: Any) -> Request:
    """What is asked where prices are as drawn: so much energy, unless `changes` say otherwise."""
    drawn = prices.split("-")
    asked: dict[str, Any] = {
        "window": Interval(MIDNIGHT, half_hour(len(drawn) - 1).end),
        "currency": "GBP",
        "power": POWER,
        "target": EnergyTarget(round(1000 * kwh)),
        "rates": [Rate(half_hour(place), DIGITS[sign]) for place, sign in enumerate(drawn) if sign in DIGITS],
        "blocked": [Blocked(half_hour(place), "restricted_hours") for place, sign in enumerate(drawn) if sign == "x"],
    }
    return Request(**asked | changes)


def drawing(plan: Plan) -> str:
    """The plan as it is drawn."""
    count = (plan.window.end - plan.window.start) // HALF_HOUR
    return "-".join(_sign(plan.slots and [slot.interval for slot in plan.slots], half_hour(at)) for at in range(count))


def _sign(charging: Sequence[Interval], half: Interval) -> str:
    inside = [interval for interval in charging if interval.overlaps(half)]
    assert len(inside) <= 1
    if not inside:
        return "0"
    starts, ends = inside[0].start <= half.start, inside[0].end >= half.end
    return {(True, True): "1", (True, False): "<", (False, True): ">"}[starts, ends]
