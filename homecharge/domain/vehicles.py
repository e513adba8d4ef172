"""A home's vehicles: what their batteries hold and take, and what was last said of their charge."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.access import MemberRole

BATTERY_WH = (1_000, 300_000)
MAX_POWER_W = (1_000, 350_000)
EFFICIENCY_PERCENT = (50, 100)
COMMON_EFFICIENCY_PERCENT = 90
"""What a battery takes of the energy that the meter counts: one to two tenths are lost in the car's charger."""
PERCENT = (0, 100)


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
