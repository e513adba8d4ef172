"""A home's vehicles: what their batteries hold and take, and what was last said of their charge."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.access import MemberRole

BATTERY_WH = (1_000, 300_000)
MAX_POWER_W = (1_000, 350_000)
EFFICIENCY_PERCENT = (50, 100)
COMMON_EFFICIENCY_PERCENT = 90
"""What a battery takes of the energy that the meter counts: one to two tenths are lost in the car's charger."""
PERCENT = (0, 100)
CLOCKS_DIFFER = timedelta(minutes=1)
"""A state of charge may come from a clock that is ahead of ours by this much."""


@dataclass(frozen=True, slots=True)
class StateOfCharge:
    """How full a battery was, in percent, at an instant."""

    percent: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A car that charges at a location, and the role of the member who looks at it.

    `max_power_w` None: whatever the charger gives. `soc` is the newest that was put, None while none was. `revision`
    counts changes of what may be edited.
    """

    id: str
    location_id: str
    name: str
    battery_wh: int
    max_power_w: int | None
    efficiency_percent: int
    soc: StateOfCharge | None
    my_role: MemberRole
    revision: int
    created_at: datetime
    updated_at: datetime


def soc_problems(soc: StateOfCharge, *, now: datetime) -> dict[str, list[str]]:
    """What is wrong with a state of charge, by field; empty where nothing is."""
    return {"at": ["This is in the future."]} if soc.at > now + CLOCKS_DIFFER else {}


def supersedes(soc: StateOfCharge, known: StateOfCharge | None) -> bool:
    """Whether it is news: another one than is known, and no older."""
    return known is None or (soc != known and soc.at >= known.at)
