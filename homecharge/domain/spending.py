"""When a limit by cost may be reached: how much energy that takes at the dearest price until the next one begins."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from homecharge.domain.costs import energy_for
from homecharge.domain.facts import Spending
from homecharge.domain.rates import Rate


def spending_of(
    most: Decimal, cost: Decimal, energy_wh: int, rates: Sequence[Rate], *, now: datetime, until: datetime
) -> Spending:
    """What to watch for until it costs `most`, given the cost so far and the rates from the newest sample to `until`.

    The sample that reaches the limit is never missed: what flowed since the newest one may have cost any of the rates.
    """
    edges = {edge for rate in rates for edge in (rate.interval.start, rate.interval.end)}
    look_at = min((edge for edge in edges if now < edge < until), default=None)
    in_force = [rate for rate in rates if look_at is None or rate.interval.start < look_at]
    needed_wh = energy_for(most - cost, in_force)
    return Spending(cost, None if needed_wh is None else energy_wh + needed_wh, look_at)
