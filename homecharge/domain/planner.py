"""The planner: what is needed, the time that may be used and its prices in; the cheapest plan and its proof out."""

from dataclasses import dataclass, replace
from decimal import Decimal

from homecharge.domain import cheapest_run, cheapest_slots
from homecharge.domain.long_runs import has_short_runs, in_long_runs
from homecharge.domain.needs import RESTRICTED_HOURS, Need, need_of, usable
from homecharge.domain.placing import Piece, Pieces, cost_of, energy_of, in_one_run, soonest
from homecharge.domain.plans import Blocked, Plan, PlanWarning, Request, Slot
from homecharge.domain.rates import Rate
from homecharge.domain.shortfalls import latest_start, shortfall
from homecharge.domain.spans import Ground
from homecharge.domain.times import Interval

_HOUR_S = 3600
_KILO = 1000


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same need met in other ways; each differs from the plan in one thing."""

    charge_now: Plan
    without_restricted_hours: Plan


def plan(request: Request) -> Plan:
    """The best plan: as much of the need as can be met, at the fewest unknown prices, at the least cost.

    Where money is capped, only time with a known price is used; where no price is known, energy comes as early as
    allowed. A budget without any price buys nothing: whoever asks answers that before (409 `no_tariff`).
    """
    need = need_of(request)
    ground = usable(request, need)
    pieces = _chosen(request, ground, need)
    energy_wh = energy_of(pieces)
    cost, lower_bound, unpriced_wh = _reckoned(request, ground, pieces)
    missing = shortfall(request, need, ground, energy_wh=energy_wh, cost=cost or Decimal(0))
    slots = tuple(_slot(ground, piece) for piece in pieces)
    return Plan(
        window=request.window,
        currency=request.currency,
        slots=slots,
        rates=tuple(
            Rate(_clipped(rate.interval, request.window), rate.per_kwh, rate.is_estimated)
            for rate in request.rates
            if rate.interval.overlaps(request.window)
        ),
        blocked=tuple(
            Blocked(_clipped(each.interval, request.window), each.code)
            for each in request.blocked
            if each.interval.overlaps(request.window)
        ),
        energy_wh=energy_wh,
        unpriced_wh=unpriced_wh,
        cost=cost,
        lower_bound=lower_bound,
        finishes_at=slots[-1].interval.end if slots else None,
        last_feasible_start=None if missing else latest_start(request, ground, energy_wh),
        shortfall=missing,
        warnings=_warnings(request, ground, pieces),
        computed_at=request.asked_at,
    )


def compare(request: Request) -> Comparison:
    """What charging now would cost within the same restricted hours, and what those hours cost."""
    free = tuple(each for each in request.blocked if each.code != RESTRICTED_HOURS)
    return Comparison(plan(replace(request, is_soonest=True)), plan(replace(request, blocked=free)))


def _chosen(request: Request, ground: Ground, need: Need) -> Pieces:
    energy_wh = ground.capacity_wh if need.energy_wh is None else need.energy_wh
    grains = None if need.amount is None else ground.grains(need.amount)
    if request.is_soonest:
        return soonest(ground.spans, energy_wh=energy_wh, grains=grains)
    if request.contiguous:
        return in_one_run(ground.spans, energy_wh=energy_wh, grains=grains)
    return in_long_runs(ground.spans, energy_wh=energy_wh, grains=grains, shortest_wh=_shortest_wh(request))


def _shortest_wh(request: Request) -> int:
    return int(request.min_run.total_seconds()) * request.power.maximum_w // _HOUR_S


def _reckoned(request: Request, ground: Ground, pieces: Pieces) -> tuple[Decimal | None, Decimal | None, int]:
    """The cost, its lower bound, and the energy that neither of them counts."""
    if not pieces:
        return Decimal(0), Decimal(0), 0
    least_cost = cheapest_run.least_cost if request.is_one_run else cheapest_slots.least_cost
    unpriced_wh, grains = ground.known(cost_of(ground.spans, pieces))
    if unpriced_wh == energy_of(pieces):
        return None, None, unpriced_wh
    least_unpriced_wh, least = ground.known(least_cost(ground.spans, energy_of(pieces)))
    is_comparable = least_unpriced_wh == unpriced_wh
    return ground.money(grains), ground.money(least) if is_comparable else None, unpriced_wh


def _slot(ground: Ground, piece: Piece) -> Slot:
    rate, energy_wh = ground.rates[piece.place], piece.end - piece.start
    return Slot(
        interval=ground.interval(*piece),
        power_w=ground.power_w,
        energy_wh=energy_wh,
        rate=None if rate is None else rate.per_kwh,
        cost=None if rate is None else rate.per_kwh * energy_wh / _KILO,
        is_estimated=rate is not None and rate.is_estimated,
    )


def _warnings(request: Request, ground: Ground, pieces: Pieces) -> tuple[PlanWarning, ...]:
    used = [ground.rates[piece.place] for piece in pieces]
    has_tariff = any(rate.interval.overlaps(request.window) for rate in request.rates)
    may_pause = not request.contiguous and not request.is_soonest
    found = {
        PlanWarning.NO_TARIFF: not has_tariff,
        PlanWarning.PARTIAL_TARIFF: has_tariff and None in used,
        PlanWarning.ESTIMATED_PRICES: any(rate is not None and rate.is_estimated for rate in used),
        PlanWarning.SHORT_RUNS: may_pause and has_short_runs(pieces, _shortest_wh(request)),
    }
    return tuple(warning for warning, is_so in found.items() if is_so)


def _clipped(interval: Interval, window: Interval) -> Interval:
    return Interval(max(interval.start, window.start), min(interval.end, window.end))
