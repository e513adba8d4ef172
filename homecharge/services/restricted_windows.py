"""What restricted hours cost Manual charges: each as it will be, beside what it would be without them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.charging_profiles import SmartCharging
from homecharge.domain.estimated_rates import filled
from homecharge.domain.needs import RESTRICTED_HOURS
from homecharge.domain.plan_view import window_cost
from homecharge.domain.planner import compare, plan
from homecharge.domain.plans import Blocked, ChargingPower, Request
from homecharge.domain.restricted_hours import restricted_within
from homecharge.domain.session_state import Kind
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.tariff_specs import Prices
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.occurrence_plans import Firing
from homecharge.services.smart_facts import PRICE_MEMORY
from homecharge.storage.queries.charger_settings import read_windows_in_force
from homecharge.storage.queries.charging_profiles import read_smart_charging
from homecharge.storage.queries.location_tariffs import read_prices


@dataclass(frozen=True, slots=True)
class WindowCost:
    """What a warning says; `is_held`: it would begin now, were it not for the hours."""

    params: dict[str, Any]
    is_held: bool


def read_window_costs(db: Db, firings: Sequence[Firing], *, now: datetime) -> dict[str, WindowCost]:
    """By schedule id, what restricted hours cost the first Manual firing that they lie in.

    Five reads at most however many there are, one where no hours are restricted.
    """
    ahead = [each for each in firings if each.schedule.kind is Kind.MANUAL and now < each.occurrence.window_end]
    windows = read_windows_in_force(db, {each.schedule.charger_id for each in ahead}) if ahead else {}
    bound = [each for each in ahead if windows[each.schedule.charger_id] and each.occurrence.skipped_at is None]
    if not bound:
        return {}
    starts = min(each.occurrence.window_start for each in bound)
    priced = Interval(starts - PRICE_MEMORY, max(each.occurrence.window_end for each in bound))
    prices = read_prices(db, {each.schedule.location_id for each in bound}, priced)
    chargers = read_smart_charging(db, {each.schedule.charger_id for each in bound})
    found: dict[str, WindowCost] = {}
    for each in bound:
        schedule, charger = each.schedule, chargers[each.schedule.charger_id]
        if schedule.id in found:
            continue
        window = Interval(max(now, each.occurrence.window_start), each.occurrence.window_end)
        restricted = restricted_within(windows[schedule.charger_id], window, schedule.zone)
        if restricted:
            request = _request(each, window, restricted, prices[schedule.location_id], charger)
            free = compare(request).without_restricted_hours
            params = window_cost(plan(request), free, full_w=charger.full_w)
            found[schedule.id] = WindowCost(params, is_held=now in restricted[0])
    return found


def _request(
    firing: Firing, window: Interval, restricted: Sequence[Interval], home: Prices, charger: SmartCharging
) -> Request:
    """A Manual in the planner's words: at full power from the start on, for as long as its window and limit have it."""
    span, power = Interval(window.start - PRICE_MEMORY, window.end), ChargingPower(charger.full_w, charger.full_w)
    return Request(
        window=window,
        currency=home.currency,
        power=power,
        target=EnergyTarget(power.energy_in(int(window.duration.total_seconds()))),
        limit=firing.schedule.spec.limit,
        rates=filled(home.over(span), window, home.zone),
        blocked=tuple(Blocked(each, RESTRICTED_HOURS) for each in restricted),
        is_soonest=True,
    )
