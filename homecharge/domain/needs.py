"""What a request comes down to: the most energy, the most money, and the time that may be used for it."""

from dataclasses import dataclass
from decimal import Decimal

from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.plans import Request
from homecharge.domain.spans import Ground, ground
from homecharge.domain.targets import BudgetTarget, EnergyTarget

RESTRICTED_HOURS = "restricted_hours"


@dataclass(frozen=True, slots=True)
class Need:
    """Target and limit together, whichever ends first; at least one of the two is known.

    `is_budget`: the money is there to be spent, and not a limit to what else is wanted.
    """

    energy_wh: int | None
    amount: Decimal | None
    is_budget: bool


def need_of(request: Request) -> Need:
    """The lesser of target and limit. A duration is time at full power."""
    energies: list[int] = []
    amounts: list[Decimal] = []
    for ending in (request.target, request.limit):
        match ending:
            case EnergyTarget(energy_wh=energy_wh) | EnergyLimit(energy_wh=energy_wh):
                energies.append(energy_wh)
            case BudgetTarget(amount=amount) | CostLimit(amount=amount):
                amounts.append(amount)
            case DurationLimit(seconds=seconds):
                energies.append(request.power.energy_in(seconds))
    return Need(min(energies, default=None), min(amounts, default=None), isinstance(request.target, BudgetTarget))


def usable(request: Request, need: Need) -> Ground:
    """The time that is not blocked; where money is capped, only that of a known price."""
    blocked = [each.interval for each in request.blocked]
    whole = ground(request.window, request.rates, blocked, power_w=request.power.maximum_w)
    return whole if need.amount is None else whole.priced()
