"""What a Smart charge saved: its cost against the same energy drawn at full power from the moment its car came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from homecharge.domain.costs import MeterPoint, cost_lines
from homecharge.domain.rates import Rate
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.times import Interval


@dataclass(frozen=True, slots=True)
class Saving:
    """`at_once` is what charging at once would have cost; both exact."""

    at_once: Decimal
    paid: Decimal

    @property
    def amount(self) -> Decimal:
        """What was saved; negative where waiting made it dearer."""
        return self.at_once - self.paid


def at_once_of(session: Session) -> Interval | None:
    """When the energy of a session would have flowed at full power, had it begun as its car was plugged in.

    None where nothing was to be saved, or it cannot be told: for what is no Smart charge, has no plan that says how
    much power there is, no final cost, or energy without a price.
    """
    powers = [slot.power_w for slot in session.plan.slots] if session.plan else []
    if session.kind is not Kind.SMART or not session.is_over or not session.energy_wh or not powers:
        return None
    if session.cost is None or session.uncosted_wh:
        return None
    lasts = timedelta(seconds=-(-session.energy_wh * 3600 // max(powers)))
    return Interval(session.created_at, session.created_at + lasts)


def saving_of(session: Session, rates: Sequence[Rate]) -> Saving | None:
    """Against what `rates` say of the time that `at_once_of` tells; None where a price is missing there."""
    during = at_once_of(session)
    if during is None or session.cost is None:
        return None
    curve = [MeterPoint(during.start, 0), MeterPoint(during.end, session.energy_wh)]
    costs = [line.cost for line in cost_lines([curve], rates)]
    known = [cost for cost in costs if cost is not None]
    return Saving(sum(known, Decimal(0)), session.cost) if len(known) == len(costs) else None
