"""How full the battery of a Smart charge is: what its charger reports, or else what was put for the vehicle."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.charger_state import is_of_line
from homecharge.domain.session_state import Session
from homecharge.domain.smart_facts import COMMON_BATTERY, Battery
from homecharge.domain.vehicles import StateOfCharge

COUNTS_FOR = timedelta(days=7)
"""A state of charge that was put longer than this before a charge was planned tells nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """The car of a Smart charge, and what was said of its battery: `put` for the vehicle, `reported` by the charger.

    The first three are None where no vehicle is known. `connected_at` and `plugged_in_at` are those of the charger's
    present line and of the present plug-in.
    """

    battery_wh: int | None
    efficiency_percent: int | None
    max_power_w: int | None
    put: StateOfCharge | None
    reported: StateOfCharge | None
    connected_at: datetime | None
    plugged_in_at: datetime | None


def is_reported(session: Session, car: Car) -> bool:
    """Whether the charger has said how full this car is: on its present line, or since this charge began."""
    if car.reported is None:
        return False
    has_begun = session.started_at is not None and car.reported.at >= session.started_at
    return has_begun or is_of_line(car.reported.at, connected_at=car.connected_at)


def newest(session: Session, car: Car) -> StateOfCharge | None:
    """The newest state of charge that counts; None: it is not known."""
    said = [car.reported] if is_reported(session, car) else []
    if car.put is not None and car.put.at > session.created_at - COUNTS_FOR:
        said.append(car.put)
    return max((soc for soc in said if soc is not None), key=lambda soc: soc.at, default=None)


def counted_from(session: Session, car: Car) -> datetime | None:
    """Since when what the meter counts is to be added; None where no state of charge is known.

    What was put before the plug-in is what the car came with.
    """
    soc = newest(session, car)
    return None if soc is None else max(soc.at, car.plugged_in_at or session.created_at)


def battery_of(session: Session, car: Car, *, charged_since_wh: int) -> Battery:
    """The battery with its newest state of charge and what was charged since; of an unknown car, a common one."""
    soc = newest(session, car)
    return Battery(
        capacity_wh=car.battery_wh or COMMON_BATTERY.capacity_wh,
        efficiency_percent=car.efficiency_percent or COMMON_BATTERY.efficiency_percent,
        percent=None if soc is None else soc.percent,
        charged_since_wh=charged_since_wh,
        said_at=None if soc is None else soc.at,
        said_by="driver" if soc is None or soc == car.put else "charger",
    )
