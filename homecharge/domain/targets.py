"""What a Smart charge is for: so much energy, as much as a budget buys, or a state of charge."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class EnergyTarget:
    """So much energy, at the meter."""

    energy_wh: int


@dataclass(frozen=True, slots=True)
class BudgetTarget:
    """As much energy as this much money buys, in the location's currency."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class SocTarget:
    """A state of charge of the vehicle, in percent."""

    percent: int


Target = EnergyTarget | BudgetTarget | SocTarget


def target_json(target: Target | None) -> dict[str, Any] | None:
    """The contract's shape: `{"kind": …, "energy_wh" | "amount" | "percent": …}`; money as an exact string."""
    match target:
        case EnergyTarget(energy_wh=energy_wh):
            return {"kind": "energy", "energy_wh": energy_wh}
        case BudgetTarget(amount=amount):
            return {"kind": "budget", "amount": str(amount)}
        case SocTarget(percent=percent):
            return {"kind": "soc", "percent": percent}
        case _:
            return None


def target_from_json(value: dict[str, Any] | None) -> Target | None:
    """The inverse of `target_json`; raises KeyError on a shape that was never written by it."""
    if value is None:
        return None
    match value["kind"]:
        case "energy":
            return EnergyTarget(value["energy_wh"])
        case "budget":
            return BudgetTarget(Decimal(value["amount"]))
        case _:
            return SocTarget(value["percent"])
