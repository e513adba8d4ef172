"""Where a plan gives less than was asked of it: why, and how late the same energy would still fit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from homecharge.domain.needs import RESTRICTED_HOURS, Need, usable
from homecharge.domain.plans import Request, Shortfall, ShortfallCode
from homecharge.domain.spans import Ground, Span, stretches


def shortfall(request: Request, need: Need, ground: Ground, *, energy_wh: int, cost: Decimal) -> Shortfall | None:
    """What is missing from a plan of so much energy at this cost; None where it gives what was asked."""
    if energy_wh == need.energy_wh:
        return None
    is_out_of_time = energy_wh == _most(request, ground)
    if need.is_budget and need.amount is not None:
        unspent = need.amount - cost
        is_met = not is_out_of_time or not unspent
        return None if is_met else Shortfall(_cause(request, need, energy_wh + 1), unspent=unspent)
    wanted = need.energy_wh or 0
    code = _cause(request, need, wanted) if is_out_of_time else ShortfallCode.BUDGET_SPENT
    return Shortfall(code, wanted - energy_wh)


def latest_start(request: Request, ground: Ground, energy_wh: int) -> datetime:
    """The latest whole second from which so much energy, which the ground has, still fits."""
    for stretch in reversed(_runs(request, ground)):
        left = energy_wh
        for span in reversed(stretch):
            if left <= span.end - span.start:
                return ground.at(span.end - left)
            left -= span.end - span.start
    return request.window.end


def _cause(request: Request, need: Need, enough_wh: int) -> ShortfallCode:
    """Time is short; because of the restricted hours where without them there were enough of it."""
    free = tuple(each for each in request.blocked if each.code != RESTRICTED_HOURS)
    possible = _most(request, usable(replace(request, blocked=free), need))
    return ShortfallCode.RESTRICTED_HOURS if possible >= enough_wh else ShortfallCode.NOT_ENOUGH_TIME


def _most(request: Request, ground: Ground) -> int:
    """The most energy for which there is time."""
    return max((sum(span.end - span.start for span in run) for run in _runs(request, ground)), default=0)


def _runs(request: Request, ground: Ground) -> Sequence[Sequence[Span]]:
    return stretches(ground.spans) if request.is_one_run else [ground.spans]
