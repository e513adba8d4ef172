"""What ends a charge early because the driver asked for no more than that."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class DurationLimit:
    """Charge for so long, counted from the transaction's start."""

    seconds: int


@dataclass(frozen=True, slots=True)
class EnergyLimit:
    """Charge this much, at the meter."""

    energy_wh: int


@dataclass(frozen=True, slots=True)
class CostLimit:
    """Charge for this much money, in the location's currency."""

    amount: Decimal


Limit = DurationLimit | EnergyLimit | CostLimit


def limit_json(limit: Limit | None) -> dict[str, Any] | None:
    """The contract's shape: `{"kind": …, "seconds" | "energy_wh" | "amount": …}`; money as an exact string."""
    match limit:
        case DurationLimit(seconds=seconds):
            return {"kind": "duration", "seconds": seconds}
        case EnergyLimit(energy_wh=energy_wh):
            return {"kind": "energy", "energy_wh": energy_wh}
        case CostLimit(amount=amount):
            return {"kind": "cost", "amount": str(amount)}
        case _:
            return None


def limit_from_json(value: dict[str, Any] | None) -> Limit | None:
    """The inverse of `limit_json`; raises KeyError on a shape that was never written by it."""
    if value is None:
        return None
    match value["kind"]:
        case "duration":
            return DurationLimit(value["seconds"])
        case "energy":
            return EnergyLimit(value["energy_wh"])
        case _:
            return CostLimit(Decimal(value["amount"]))
