"""What a Smart charge is planned with, and what is still missing of its target."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from homecharge.domain.courses import draws_from
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.plans import Blocked, ChargingPower, Request, energy_to_charge
from homecharge.domain.random_delay import delay_of
from homecharge.domain.rates import Rate
from homecharge.domain.session_state import Session, Status
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget
from homecharge.domain.times import Interval


@dataclass(frozen=True, slots=True)
class Battery:
    """A car's battery and its newest state of charge, with the energy that the meter has counted since.

    `percent` None: it is not known, and the battery counts as empty: the car itself stops when it is full. It was so at
    `said_at`, says `said_by`: "charger" or "driver".
    """

    capacity_wh: int
    efficiency_percent: int
    percent: int | None
    charged_since_wh: int
    said_at: datetime | None = None
    said_by: str = "driver"

    @property
    def present_percent(self) -> int | None:
        """How full it is by now, going by what was charged; None where it is not known."""
        if self.percent is None:
            return None
        return min(100, self.percent + self.charged_since_wh * self.efficiency_percent // self.capacity_wh)

    def missing_wh(self, percent: int) -> int:
        """What the meter has to count until the battery is at `percent`; 0 where it is."""
        wanted_wh = energy_to_charge(
            battery_wh=self.capacity_wh,
            percent=self.percent or 0,
            wanted_percent=percent,
            efficiency_percent=self.efficiency_percent,
        )
        return max(0, wanted_wh - self.charged_since_wh)


COMMON_BATTERY = Battery(capacity_wh=60_000, efficiency_percent=90, percent=None, charged_since_wh=0)
"""Where nothing is known of the car."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartFacts:
    """What a Smart charge is planned with. `rates` and `blocked` cover its window, unpublished prices estimated.

    `keeps_courses`: the charger can be held by charging profiles; `restarts`: it can be stopped and started again.
    `spent` is what the occurrence's energy has cost so far, earlier rounds included. `battery` is for targets in
    percent.
    """

    currency: str
    rates: tuple[Rate, ...]
    blocked: tuple[Blocked, ...]
    power: ChargingPower
    keeps_courses: bool
    restarts: bool
    is_contiguous: bool
    spent: Decimal
    battery: Battery | None


def missing(session: Session, smart: SmartFacts) -> EnergyTarget | BudgetTarget:
    """What is still wanted."""
    target = session.target
    if isinstance(target, BudgetTarget):
        return BudgetTarget(max(Decimal(0), target.amount - smart.spent))
    if isinstance(target, SocTarget):
        return EnergyTarget((smart.battery or COMMON_BATTERY).missing_wh(target.percent))
    wanted_wh = target.energy_wh if target is not None else 0
    return EnergyTarget(max(0, wanted_wh - session.energy_wh))


def limit_left(session: Session, smart: SmartFacts, *, cost: Decimal) -> Limit | None:
    """What is left of the limit after what was charged for `cost`; a duration is time at full power."""
    match session.limit:
        case EnergyLimit(energy_wh=most_wh):
            return EnergyLimit(max(0, most_wh - session.energy_wh))
        case DurationLimit(seconds=seconds):
            return EnergyLimit(max(0, smart.power.energy_in(seconds) - session.energy_wh))
        case CostLimit(amount=amount):
            return CostLimit(max(Decimal(0), amount - cost))
        case _:
            return None


def duration_wh(session: Session, smart: SmartFacts) -> int | None:
    """The energy at which a limit by time is used up, None without one: held by its plan it does not charge."""
    return smart.power.energy_in(session.limit.seconds) if isinstance(session.limit, DurationLimit) else None


def is_reached(session: Session, smart: SmartFacts) -> bool:
    """Whether nothing of the target is missing any more."""
    left = missing(session, smart)
    return (left.amount if isinstance(left, BudgetTarget) else left.energy_wh) == 0


def is_done(session: Session, smart: SmartFacts, *, now: datetime) -> bool:
    """Whether a charge is to end: its target is reached, or its budget buys nothing that is still ahead."""
    if is_reached(session, smart):
        return True
    is_bought = isinstance(session.target, BudgetTarget) and session.plan is not None
    return is_bought and session.course is not None and not draws_from(session.course, now)


def request_of(session: Session, smart: SmartFacts, *, cost: Decimal = Decimal(0), now: datetime) -> Request:
    """What the planner is asked at `now`, in plan time: real time less the session's random delay.

    So every edge of the plan that is ahead comes later by the delay, and the last of them before the window's end. A
    single run that has begun goes on, save where a boost began it and its charger can hold it. `cost`: of what was
    charged so far, where the session has a limit by cost.
    """
    delay = delay_of(session)
    window = session.window or Interval(now, now)
    opened = max(now, window.start) - delay
    can_pause = smart.keeps_courses or smart.restarts
    is_running = session.status is Status.CHARGING and (session.course is not None or not can_pause)
    one_run = smart.is_contiguous or not can_pause
    return Request(
        window=Interval(opened, max(opened, window.end - delay)),
        currency=smart.currency,
        power=smart.power,
        target=missing(session, smart),
        limit=limit_left(session, smart, cost=cost),
        rates=smart.rates,
        blocked=smart.blocked,
        contiguous=one_run,
        is_soonest=one_run and is_running,
        asked_at=now,
    )
