"""The words of planning: what is asked of the planner, and the plan that it answers with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from homecharge.domain.limits import Limit
from homecharge.domain.rates import Rate
from homecharge.domain.targets import BudgetTarget, EnergyTarget
from homecharge.domain.times import Interval

_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class ChargingPower:
    """What a charger can do: nothing, or any power from `minimum_w` to `maximum_w`.

    Energy costs its price at any power, so the lower convex hull of these operating points is the one segment from
    0 to `maximum_w`: full power for a part of the time is every mean power there is, and the minimum never binds.
    """

    minimum_w: int
    maximum_w: int

    def energy_in(self, seconds: int) -> int:
        """What full power gives in so much time."""
        return seconds * self.maximum_w // _HOUR_S


@dataclass(frozen=True, slots=True)
class Blocked:
    """An interval in which the plan may not charge, and the code of the reason, such as `restricted_hours`."""

    interval: Interval
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a plan is to be made for.

    `window` begins no earlier than now. `rates` are in ascending order and do not overlap; between them may be gaps,
    which are time without a known price. `target` and `limit`: whichever ends first. `contiguous`: one run at full
    power. `min_run`: no shorter stretch of charging, where that does not cost energy. `is_soonest`: as early as
    allowed and whatever it costs, which is what charging now would do. `asked_at` is only told with the plan.
    """

    window: Interval
    currency: str
    power: ChargingPower
    target: EnergyTarget | BudgetTarget
    limit: Limit | None = None
    rates: Sequence[Rate] = ()
    blocked: Sequence[Blocked] = ()
    contiguous: bool = False
    min_run: timedelta = timedelta(0)
    is_soonest: bool = False
    asked_at: datetime | None = None

    @property
    def is_one_run(self) -> bool:
        """Whether nothing but a single run will do."""
        return self.contiguous and not self.is_soonest


@dataclass(frozen=True, slots=True)
class Slot:
    """Charge at `power_w` in `interval`, which has one price. `rate` per kWh and `cost` are exact; None: unknown.

    The interval is in whole seconds and long enough for the energy, in whole watt-hours.
    """

    interval: Interval
    power_w: int
    energy_wh: int
    rate: Decimal | None
    cost: Decimal | None
    is_estimated: bool

    def energy_after(self, at: datetime) -> int:
        """Its energy from an instant on, which flows evenly."""
        left = min(self.interval.duration, max(timedelta(0), self.interval.end - at))
        return self.energy_wh * left // self.interval.duration


class ShortfallCode(StrEnum):
    """Why the plan gives less than was asked of it."""

    NOT_ENOUGH_TIME = "not_enough_time"
    RESTRICTED_HOURS = "restricted_hours"
    BUDGET_SPENT = "budget_spent"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What is missing: energy; of a budget, which names no energy, the money that is left over."""

    code: ShortfallCode
    energy_wh: int | None = None
    unspent: Decimal | None = None


class PlanWarning(StrEnum):
    """What a reader of the plan must know of it; the first two are also notes on a session's cost."""

    NO_TARIFF = "no_tariff"
    PARTIAL_TARIFF = "partial_tariff"
    ESTIMATED_PRICES = "estimated_prices"
    SHORT_RUNS = "short_runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When to charge, what it costs, and the proof that nothing is cheaper.

    `cost` is that of the energy whose price is known, exact; None where none is known. `lower_bound`: no plan for the
    same energy costs less; None where the cost is, or where the two cannot be compared. `last_feasible_start`: the
    latest instant from which the same energy still fits into the window; None where the need cannot be met at all.
    `computed_at` is when it was asked for, where that was said.
    """

    window: Interval
    currency: str
    slots: tuple[Slot, ...]
    rates: tuple[Rate, ...]
    blocked: tuple[Blocked, ...]
    energy_wh: int
    unpriced_wh: int
    cost: Decimal | None
    lower_bound: Decimal | None
    finishes_at: datetime | None
    last_feasible_start: datetime | None
    shortfall: Shortfall | None
    warnings: tuple[PlanWarning, ...]
    computed_at: datetime | None = None

    def energy_after(self, at: datetime) -> int:
        """What it still buys from an instant on; of the slot that has begun, its share."""
        return sum(slot.energy_after(at) for slot in self.slots)


def energy_to_charge(*, battery_wh: int, percent: int, wanted_percent: int, efficiency_percent: int) -> int:
    """The energy at the meter that lifts a battery's state of charge; 0 where it is reached already.

    What the battery takes is less than what the meter counts, by the efficiency; rounded up to a whole watt-hour.
    """
    return -(-battery_wh * max(0, wanted_percent - percent) // efficiency_percent)
