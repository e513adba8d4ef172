"""The planner's rules, drawn: prices above, the plan below."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.planner import compare, plan
from homecharge.domain.plans import (
    Blocked,
    ChargingPower,
    PlanWarning,
    Request,
    Shortfall,
    ShortfallCode,
    energy_to_charge,
)
from homecharge.domain.rates import Rate
from homecharge.domain.targets import BudgetTarget, EnergyTarget, Target
from homecharge.domain.times import Interval
from tests.domain.drawn_plans import HALF_HOUR, MIDNIGHT, drawing, half_hour, request

RESTRICTED, NO_TIME, SPENT = ShortfallCode.RESTRICTED_HOURS, ShortfallCode.NOT_ENOUGH_TIME, ShortfallCode.BUDGET_SPENT
NO_TARIFF, PARTIAL = PlanWarning.NO_TARIFF, PlanWarning.PARTIAL_TARIFF


@pytest.mark.parametrize(
    ("prices", "kwh", "drawn", "cost"),
    [
        ("3-1-2-1-3", 2.0, "0-1-0-1-0", "2"),
        ("3-1-2-1-3", 1.0, "0-1-0-0-0", "1"),  # of two that cost the same the earlier
        ("2-2-2-2-2", 2.5, "1-1-<-0-0", "5"),  # a single rate starts at once
        ("3-1-2-1-3", 2.5, "0-1-<-1-0", "3"),  # a part comes early
        ("3-1-9-2-1", 1.5, "0-1-0-0-<", "1.5"),
        ("1-9-2-1-9", 2.5, "1-0->-1-0", "3"),  # and late where only so it joins what follows
        ("9-n-9-n-9", 1.5, "0-1-0-<-0", "-1.5"),
        ("n-n-9-9-9", 1.5, "1-<-0-0-0", "-1.5"),
        ("3-1-2-1-3", 5.0, "1-1-1-1-1", "10"),
        ("3-x-2-x-1", 1.5, "0-0-<-0-1", "2"),  # not in restricted hours
        ("3-?-2-?-1", 3.0, "1-0-1-0-1", "6"),  # nor where the price is unknown
        ("3-1-2-1-3", 0.0, "0-0-0-0-0", "0"),
    ],
)
def test_with_pauses_the_cheapest_half_hours_are_taken(prices: str, kwh: float, drawn: str, cost: str):
    found = plan(request(prices, kwh))

    assert drawing(found) == drawn
    assert (found.cost, found.lower_bound) == (Decimal(cost), Decimal(cost))
    assert (found.energy_wh, found.shortfall, found.warnings) == (1000 * kwh, None, ())


@pytest.mark.parametrize(
    ("prices", "kwh", "drawn", "cost"),
    [
        ("9-1-2-1-9", 2.0, "0-1-1-0-0", "3"),
        ("9-1-2-1-9", 2.5, "0-1-1-<-0", "3.5"),
        ("9-1-2-0-9", 2.5, "0->-1-1-0", "2.5"),  # it ends where a slot ends
        ("4-4-3-3-1", 1.5, "0-0-0->-1", "2.5"),  # it ends at ready-by
        ("2-2-2-2-2", 1.5, "1-<-0-0-0", "3"),
        ("1-x-2-2-1", 1.5, "0-0-0->-1", "2"),  # it does not run through restricted hours
        ("5-?-1-2-1", 3.0, "0-0-1-1-1", "4"),
        ("5-9-1-x-1", 1.5, "0->-1-0-0", "5.5"),
        ("3-1-2-1-3", 5.0, "1-1-1-1-1", "10"),
        ("3-1-2-1-3", 0.0, "0-0-0-0-0", "0"),
    ],
)
def test_in_one_run_the_best_of_all_starts_is_taken(prices: str, kwh: float, drawn: str, cost: str):
    found = plan(request(prices, kwh, contiguous=True))

    assert drawing(found) == drawn
    assert (found.cost, found.lower_bound) == (Decimal(cost), Decimal(cost))
    assert (found.energy_wh, found.shortfall, found.warnings) == (1000 * kwh, None, ())


@pytest.mark.parametrize("contiguous", [True, False])
def test_ninety_minutes_at_20_15_and_1_an_hour_cost_8_50(*, contiguous: bool):
    hours = [Interval(MIDNIGHT + 2 * at * HALF_HOUR, MIDNIGHT + 2 * (at + 1) * HALF_HOUR) for at in range(3)]
    rates = [Rate(hour, Decimal(price)) for hour, price in zip(hours, (20, 15, 1), strict=True)]
    by_three = Interval(MIDNIGHT, hours[-1].end)

    found = plan(request("0", 1.5, window=by_three, rates=rates, power=ChargingPower(0, 1000), contiguous=contiguous))

    assert (found.cost, found.lower_bound) == (Decimal("8.5"), Decimal("8.5"))
    assert [slot.cost for slot in found.slots] == [Decimal("7.5"), Decimal(1)]
    assert (found.slots[0].interval.start, found.finishes_at) == (MIDNIGHT + 3 * HALF_HOUR, by_three.end)


@pytest.mark.parametrize(
    ("prices", "budget", "contiguous", "drawn", "kwh", "cost"),
    [
        ("3-1-2-1-3", "3", False, "0-1-<-1-0", 2.5, "3"),
        ("3-1-2-1-3", "0", False, "0-0-0-0-0", 0, "0"),
        ("2-n-2-2-2", "1", False, "1-1-0-0-0", 2, "1"),  # a negative price enlarges it
        ("2-0-2-2-2", "0", False, "0-1-0-0-0", 1, "0"),
        ("3-1-2-1-3", "3", True, "0-1-1-0-0", 2, "3"),
        ("9-2-1-1-9", "3", True, "0->-1-1-0", 2.5, "3"),
        ("9-1-1-2-9", "3", True, "0-1-1-<-0", 2.5, "3"),
        ("9-2-4-1-n", "1", True, "0-0->-1-1", 2.25, "1"),  # what follows pays for what is dear
        ("2-x-1-x-2", "3", True, "0-0-1-0-0", 1, "1"),
        ("3-1-2-1-3", "0", True, "0-0-0-0-0", 0, "0"),
    ],
)
def test_a_budget_buys_as_much_as_it_can(
    prices: str, budget: str, *, contiguous: bool, drawn: str, kwh: float, cost: str
):
    found = plan(request(prices, target=BudgetTarget(Decimal(budget)), contiguous=contiguous))

    assert (drawing(found), found.energy_wh) == (drawn, 1000 * kwh)
    assert (found.cost, found.lower_bound) == (Decimal(cost), Decimal(cost))


@pytest.mark.parametrize(
    ("target", "limit", "kwh", "shortfall"),
    [
        (EnergyTarget(2000), EnergyLimit(1500), 1.5, None),
        (EnergyTarget(1000), EnergyLimit(1500), 1, None),
        (EnergyTarget(2000), DurationLimit(900), 0.5, None),
        (EnergyTarget(2000), CostLimit(Decimal(1)), 1, Shortfall(SPENT, 1000)),
        (EnergyTarget(2000), CostLimit(Decimal(9)), 2, None),
        (BudgetTarget(Decimal(3)), EnergyLimit(1500), 1.5, None),
        (BudgetTarget(Decimal(3)), CostLimit(Decimal(1)), 1, None),
        (BudgetTarget(Decimal(3)), DurationLimit(36000), 2.5, None),
    ],
)
def test_of_target_and_limit_the_plan_ends_with_what_ends_first(
    target: Target, limit: Limit, kwh: float, shortfall: Shortfall | None
):
    found = plan(request("3-1-2-1-3", target=target, limit=limit))

    assert (found.energy_wh, found.shortfall) == (1000 * kwh, shortfall)


@pytest.mark.parametrize(
    ("prices", "asked", "shortfall"),
    [
        ("1-1-1", {"kwh": 3}, None),
        ("1-1-1", {"kwh": 4}, Shortfall(NO_TIME, 1000)),
        ("1-x-1", {"kwh": 3}, Shortfall(RESTRICTED, 1000)),
        ("1-x-1", {"kwh": 4}, Shortfall(NO_TIME, 2000)),
        ("1-x-1", {"kwh": 2, "contiguous": True}, Shortfall(RESTRICTED, 1000)),
        (
            "1-x-1",
            {"kwh": 2, "blocked": [Blocked(half_hour(1), "other")], "contiguous": True},
            Shortfall(NO_TIME, 1000),
        ),
        ("x-x-x", {"kwh": 1}, Shortfall(RESTRICTED, 1000)),
        ("x-x-x", {"kwh": 1, "contiguous": True}, Shortfall(RESTRICTED, 1000)),
        ("1-x-1", {"kwh": 3, "limit": CostLimit(Decimal(1))}, Shortfall(SPENT, 2000)),
        ("1-1-1", {"target": BudgetTarget(Decimal(3))}, None),
        ("1-1-1", {"target": BudgetTarget(Decimal(4))}, Shortfall(NO_TIME, unspent=Decimal(1))),
        ("1-1-1", {"target": BudgetTarget(Decimal(4)), "contiguous": True}, Shortfall(NO_TIME, unspent=Decimal(1))),
    ],
)
def test_what_is_missing_is_said_with_its_cause(prices: str, asked: dict[str, Any], shortfall: Shortfall | None):
    found = plan(request(prices, **asked))

    assert found.shortfall == shortfall
    assert (found.last_feasible_start is None) == (shortfall is not None)


def test_a_run_that_would_pay_for_itself_only_beyond_its_limit_ends_when_the_money_is_spent():
    budget, limit = BudgetTarget(Decimal("2.5")), EnergyLimit(2000)

    found = plan(request("n-4-n", target=budget, limit=limit, contiguous=True))

    assert (drawing(found), found.energy_wh, found.cost) == ("1-<-0", 1875, Decimal("2.5"))


def test_restricted_hours_are_the_cause_where_a_budget_could_be_spent_without_them():
    priced = [Rate(half_hour(0), Decimal(1)), Rate(half_hour(1), Decimal(1))]

    found = plan(request("1-x", target=BudgetTarget(Decimal(2)), rates=priced))

    assert found.shortfall == Shortfall(RESTRICTED, unspent=Decimal(1))


@pytest.mark.parametrize(
    ("prices", "kwh", "contiguous", "minutes"),
    [
        ("3-1-2-1-3", 2.0, False, 90),
        ("3-1-2-1-x", 2.0, False, 60),
        ("3-x-2-1-x", 2.5, False, 15),
        ("3-1-2-1-3", 2.0, True, 90),
        ("3-1-1-x-3", 2.0, True, 30),
        ("3-1-1-x-x", 0.0, False, 90),
        ("3-1-1-x-x", 0.0, True, 90),
        ("3-1-1-1-1", 0.0, True, 150),
    ],
)
def test_the_last_feasible_start_is_the_latest_from_which_the_need_can_be_met(
    prices: str, kwh: float, *, contiguous: bool, minutes: int
):
    found = plan(request(prices, kwh, contiguous=contiguous))

    assert found.last_feasible_start == MIDNIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize("contiguous", [True, False])
def test_without_any_price_energy_comes_as_early_as_allowed(*, contiguous: bool):
    found = plan(request("x-?-?-?", 1.5, contiguous=contiguous))

    assert drawing(found) == "0-1-<-0"
    assert (found.cost, found.lower_bound, found.unpriced_wh, found.warnings) == (None, None, 1500, (NO_TARIFF,))
    assert [(slot.rate, slot.cost) for slot in found.slots] == [(None, None)]


@pytest.mark.parametrize(
    ("prices", "kwh", "contiguous", "drawn", "cost", "unpriced_wh"),
    [
        ("3-?-2-?-n", 3.5, False, "1-<-1-0-1", "4", 500),
        ("3-?-2-?-n", 2.5, True, "0-0->-1-1", "0", 1000),
        ("x-?-2-?-9", 2.5, True, "0-0-1-1-<", "6.5", 1000),
        ("x-?-2-?-x", 2.5, True, "0-1-1-<-0", "2", 1500),
    ],
)
def test_a_missing_price_is_used_when_the_rest_does_not_do_and_never_kills_a_plan(
    prices: str, kwh: float, *, contiguous: bool, drawn: str, cost: str, unpriced_wh: int
):
    found = plan(request(prices, kwh, contiguous=contiguous))

    assert drawing(found) == drawn
    assert (found.cost, found.lower_bound) == (Decimal(cost), Decimal(cost))
    assert (found.unpriced_wh, found.warnings) == (unpriced_wh, (PARTIAL,))


def test_money_is_never_spent_at_an_unknown_price():
    found = plan(request("3-?-2-?-1", target=BudgetTarget(Decimal(9))))

    assert drawing(found) == "1-0-1-0-1"
    assert found.shortfall == Shortfall(NO_TIME, unspent=Decimal(3))


def test_a_budget_without_any_price_buys_nothing():
    found = plan(request("?-?", target=BudgetTarget(Decimal(9))))

    assert (found.slots, found.cost, found.warnings) == ((), 0, (NO_TARIFF,))


def test_a_plan_says_where_its_prices_are_estimated():
    rates = [Rate(half_hour(0), Decimal(3)), Rate(half_hour(1), Decimal(1), is_estimated=True)]

    found = plan(request("?-?", 1.5, rates=rates))

    assert [slot.is_estimated for slot in found.slots] == [False, True]
    assert found.warnings == (PlanWarning.ESTIMATED_PRICES,)


@pytest.mark.parametrize(
    ("prices", "kwh", "drawn", "warnings"),
    [
        ("1-9-1-2-1", 2.0, "0-0-1-1-0", ()),  # one run
        ("1-1-5-2-1-1-5-1", 4.0, "1-1-0-0-1-1-0-0", ()),  # the cheapest anyhow
        ("2-2-9-1-9-2-2", 4.0, "1-1-0-0-0-1-1", ()),  # without the half hour that stands alone
        ("1-9-x-9-1", 4.0, "1-1-0-1-1", ()),
        ("1-9-9-x-9-9-1", 4.0, "1-1-0-0-0-1-1", ()),  # each of the two is made longer
        ("1-9-9-x-1-1", 4.0, "1-1-0-0-1-1", ()),
        ("1-x-1-x-1", 3.0, "1-0-1-0-1", (PlanWarning.SHORT_RUNS,)),
        ("1-9-x-9-1", 3.0, "1-1-0-0-1", (PlanWarning.SHORT_RUNS,)),
        ("3-1-3-3-3", 0.5, "0-<-0-0-0", ()),  # not more than there is to charge
    ],
)
def test_runs_are_no_shorter_than_asked_where_that_costs_no_energy(
    prices: str, kwh: float, drawn: str, warnings: tuple[PlanWarning, ...]
):
    found = plan(request(prices, kwh, min_run=timedelta(hours=1)))

    assert (drawing(found), found.energy_wh, found.warnings) == (drawn, 1000 * kwh, warnings)
    assert found.cost is not None
    assert found.lower_bound is not None
    assert found.lower_bound <= found.cost


def test_a_run_that_was_made_longer_can_go_on_within_its_slot():
    slot = Rate(Interval(MIDNIGHT, half_hour(7).end), Decimal(3))
    asked = request("?-?-?-?-?-?-?-?-x-1-1-1-1-x-1-1-1-x", 9.0, min_run=timedelta(hours=2))

    found = plan(replace(asked, rates=[slot, *asked.rates]))

    assert drawing(found) == "1-1-1-1-1-0-0-0-0-1-1-1-1-0-0-0-0-0"
    assert [each.energy_wh for each in found.slots] == [5000, 1000, 1000, 1000, 1000]


def test_the_bound_is_honest_where_longer_runs_cost_more():
    found = plan(request("1-9-1-2-1", 2.0, min_run=timedelta(hours=1)))

    assert (found.cost, found.lower_bound) == (Decimal(3), Decimal(2))


def test_no_bound_is_claimed_where_longer_runs_take_other_energy_of_unknown_price():
    found = plan(request("1-?-1", 2.0, min_run=timedelta(hours=1)))

    assert (drawing(found), found.cost, found.lower_bound) == ("1-1-0", Decimal(1), None)


def test_a_plan_is_compared_with_charging_now_and_with_free_hours():
    asked = request("x-3-2-1-x", 1.5, contiguous=True)
    priced = [*asked.rates, Rate(half_hour(0), Decimal(4)), Rate(half_hour(4), Decimal(0))]
    asked = request("x-3-2-1-x", 1.5, contiguous=True, rates=sorted(priced, key=lambda rate: rate.interval.start))

    compared = compare(asked)

    assert drawing(plan(asked)) == "0-0->-1-0"
    assert drawing(compared.charge_now) == "0-1-<-0-0"
    assert drawing(compared.without_restricted_hours) == "0-0-0->-1"
    assert [compared.charge_now.cost, compared.without_restricted_hours.cost] == [Decimal(4), Decimal("0.5")]


def test_charging_now_stops_when_the_money_is_spent():
    found = compare(request("2-2-n-2", target=BudgetTarget(Decimal(3)))).charge_now

    assert (drawing(found), found.energy_wh) == ("1-<-0-0", 1500)


def test_prices_and_restricted_hours_are_shown_within_the_window():
    window = Interval(MIDNIGHT + HALF_HOUR / 2, MIDNIGHT + 3 * HALF_HOUR / 2)

    found = plan(request("3-x-2", 0.5, window=window))

    assert [rate.interval for rate in found.rates] == [Interval(window.start, half_hour(0).end)]
    assert [each.interval for each in found.blocked] == [Interval(half_hour(1).start, window.end)]
    assert [slot.interval for slot in found.slots] == [Interval(window.start, half_hour(0).end)]


def test_restricted_hours_may_overlap_and_reach_beyond_the_window():
    blocked = [Interval(MIDNIGHT - HALF_HOUR, half_hour(0).end), Interval(MIDNIGHT, half_hour(1).end), half_hour(4)]

    found = plan(request("1-1-2-2-1", 2, blocked=[Blocked(each, "restricted_hours") for each in blocked]))

    assert drawing(found) == "0-0-1-1-0"


def test_prices_of_different_lengths_and_partial_first_and_last_slots_are_exact():
    asked = request(
        "0",
        window=Interval(MIDNIGHT + timedelta(minutes=7, seconds=13), MIDNIGHT + timedelta(hours=2, minutes=50)),
        power=ChargingPower(1380, 7360),
        target=EnergyTarget(12_345),
        rates=[
            Rate(Interval(MIDNIGHT, MIDNIGHT + timedelta(minutes=15)), Decimal("0.1234")),
            Rate(Interval(MIDNIGHT + timedelta(minutes=15), MIDNIGHT + timedelta(minutes=75)), Decimal("0.2")),
            Rate(Interval(MIDNIGHT + timedelta(minutes=75), MIDNIGHT + timedelta(hours=5)), Decimal("0.15")),
        ],
    )

    found = plan(asked)

    assert [slot.energy_wh for slot in found.slots] == [954, 11_391]
    assert found.cost == Decimal("0.1234") * 954 / 1000 + Decimal("0.15") * 11_391 / 1000 == found.lower_bound
    first, last = (slot.interval for slot in found.slots)
    assert (first.start, first.end) == (asked.window.start, asked.rates[0].interval.end)
    assert last.duration == timedelta(seconds=5572)  # 11,391 Wh at 7,360 W take 5,571.7 s


@pytest.mark.parametrize(
    ("percent", "wanted", "efficiency", "energy_wh"),
    [(20, 80, 90, 40_000), (20, 80, 100, 36_000), (0, 1, 97, 619), (80, 80, 90, 0), (90, 80, 90, 0)],
)
def test_a_state_of_charge_takes_more_at_the_meter_than_the_battery_gets(
    percent: int, wanted: int, efficiency: int, energy_wh: int
):
    needed = energy_to_charge(battery_wh=60_000, percent=percent, wanted_percent=wanted, efficiency_percent=efficiency)

    assert needed == energy_wh


def test_an_empty_window_holds_no_plan():
    found = plan(request("1", 1, window=Interval(MIDNIGHT, MIDNIGHT)))

    assert (found.slots, found.finishes_at, found.shortfall) == ((), None, Shortfall(NO_TIME, 1000))


def test_nothing_to_charge_can_be_met_until_the_end_of_a_window_that_is_blocked():
    asked: Request = request("x-x", 0)

    assert plan(asked).last_feasible_start == asked.window.end
