"""One night unlike the others: another ready-by, another target, for a single occurrence of a Smart schedule."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from homecharge.domain.recoveries import MIN_WH
from homecharge.domain.schedules import wall_time
from homecharge.domain.targets import EnergyTarget, Target, target_from_json, target_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What differs from the schedule; None: nothing does. `ready_by` is on the wall clock, on the same day."""

    ready_by: time | None = None
    target: Target | None = None


def override_json(override: Override | None) -> dict[str, Any] | None:
    """In the contract's shape; None where nothing differs."""
    if override is None:
        return None
    ready_by = None if override.ready_by is None else wall_time(override.ready_by)
    return {"ready_by": ready_by, "target": target_json(override.target)}


def override_from_json(value: dict[str, Any] | None) -> Override | None:
    """The inverse of `override_json`."""
    if value is None:
        return None
    ready_by = value["ready_by"]
    return Override(
        ready_by=None if ready_by is None else time.fromisoformat(ready_by), target=target_from_json(value["target"])
    )


def still_wanted(target: Target | None, *, charged_wh: int) -> Target | None:
    """What a further try is for after its predecessors charged so much; money and percents are counted anew anyway."""
    if isinstance(target, EnergyTarget) and charged_wh:
        return EnergyTarget(max(MIN_WH, target.energy_wh - charged_wh))
    return target
