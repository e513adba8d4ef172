"""Nothing is cheaper: the planner against HiGHS, a solver of linear programmes, and against every plan there is."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from random import Random
from typing import Any

import highspy
import numpy as np
import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.planner import plan
from homecharge.domain.plans import Blocked, ChargingPower, Plan, Request
from homecharge.domain.rates import Rate
from homecharge.domain.targets import BudgetTarget, EnergyTarget
from homecharge.domain.times import Interval
from tests.domain.drawn_plans import MIDNIGHT

pytestmark = pytest.mark.timeout(600)  # seconds on a machine of its own, minutes on a crowded one

CASES = 10_000
EQUAL = 1e-9
MINUTES = (15, 30, 60)
POWERS = (1380, 3680, 7360, 7400, 11_040, 22_080)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What the oracles know of the time with one price: where it lies on the axis of watt-hours, and the price."""

    start: int
    end: int
    per_kwh: float


def drawn(number: int) -> tuple[Request, list[Stretch]]:
    """A request of the same number is always the same: slots of mixed lengths, partial ends, negative prices, holes."""
    chance = Random(number)
    seconds = [0]
    for _ in range(chance.randint(1, 12)):
        seconds.append(seconds[-1] + 60 * chance.choice(MINUTES))
    window = (chance.randrange(900), max(901, seconds[-1] - chance.randrange(900)))
    prices = [Decimal(chance.choice((chance.randint(-900, 4000), 1000, 2000))).scaleb(-4) for _ in seconds[1:]]
    holes = {place for place in range(len(prices)) if chance.random() < 0.15}
    power_w = chance.choice(POWERS)
    slots = [_interval(*edges) for edges in pairwise(seconds)]
    asked = Request(
        window=_interval(*window),
        currency="GBP",
        power=ChargingPower(0, power_w),
        target=EnergyTarget(1),
        rates=[Rate(slot, price) for slot, price in zip(slots, prices, strict=True)],
        blocked=[Blocked(slots[place], "restricted_hours") for place in holes],
    )
    free = [
        Stretch(*(_position(edge, window, power_w) for edge in edges), float(price))
        for place, (edges, price) in enumerate(zip(pairwise(seconds), prices, strict=True))
        if place not in holes
    ]
    return asked, [stretch for stretch in free if stretch.start < stretch.end]


def _interval(start: int, end: int) -> Interval:
    return Interval(MIDNIGHT + timedelta(seconds=start), MIDNIGHT + timedelta(seconds=end))


def _position(second: int, window: tuple[int, int], power_w: int) -> int:
    return (min(max(second, window[0]), window[1]) - window[0]) * power_w // 3600


def runs(stretches: list[Stretch]) -> list[list[Stretch]]:
    """Those without a break between them."""
    found: list[list[Stretch]] = []
    for stretch in stretches:
        if found and found[-1][-1].end == stretch.start:
            found[-1].append(stretch)
        else:
            found.append([stretch])
    return found


class Oracle:
    """HiGHS, asked again and again."""

    def __init__(self) -> None:
        self._highs = highspy.Highs()
        self._highs.silent()
        self._highs.setOptionValue("presolve", "off")  # such small programmes are solved sooner without

    def least(
        self, costs: list[float], lower: list[float], upper: list[float], row: list[float], total: tuple[float, float]
    ) -> tuple[float, np.ndarray]:
        """The minimum of `costs · x` for `lower <= x <= upper` and `row · x` within `total`, and where it is."""
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = len(costs), 1
        programme.col_cost_ = np.array(costs)
        programme.col_lower_, programme.col_upper_ = np.array(lower), np.array(upper)
        programme.row_lower_, programme.row_upper_ = np.array([total[0]]), np.array([total[1]])
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.array([0, len(row)])
        programme.a_matrix_.index_ = np.arange(len(row))
        programme.a_matrix_.value_ = np.array(row)
        self._highs.passModel(programme)
        self._highs.run()
        assert self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return self._highs.getObjectiveValue(), np.array(self._highs.getSolution().col_value)

    def cheapest(self, stretches: list[Stretch], energy_wh: int) -> float:
        """The least that so much energy costs: a variable for the energy of each stretch."""
        prices = [stretch.per_kwh / 1000 for stretch in stretches]
        rooms = [float(stretch.end - stretch.start) for stretch in stretches]
        return self.least(prices, [0.0] * len(rooms), rooms, [1.0] * len(rooms), (energy_wh, energy_wh))[0]

    def most(self, stretches: list[Stretch], amount: float) -> float:
        """The most energy, not only in whole watt-hours, that so much money buys."""
        prices = [stretch.per_kwh / 1000 for stretch in stretches]
        rooms = [float(stretch.end - stretch.start) for stretch in stretches]
        return -self.least([-1.0] * len(rooms), [0.0] * len(rooms), rooms, prices, (-highspy.kHighsInf, amount))[0]

    def cheapest_run(self, stretches: list[Stretch], energy_wh: int) -> float | None:
        """The least that a run costs, over every start.

        A run begins in one stretch and ends in one. For each such pair the start is a variable between the bounds that
        the pair sets, in which the cost is linear; the pairs cover every run, and nothing is assumed of where in its
        bounds the best start lies. All pairs are solved in one programme, which no row ties together.
        """
        slopes, constants, lower, upper = [], [], [], []
        for run in runs(stretches):
            for place, first in enumerate(run):
                for after, last in enumerate(run[place:], place):
                    bounds = max(first.start, last.start - energy_wh), min(first.end, last.end - energy_wh)
                    if bounds[0] <= bounds[1]:
                        between = sum((s.end - s.start) * s.per_kwh for s in run[place + 1 : after])
                        whole = first.end * first.per_kwh + between + (energy_wh - last.start) * last.per_kwh
                        constants.append(energy_wh * first.per_kwh if place == after else whole)
                        slopes.append(0.0 if place == after else last.per_kwh - first.per_kwh)
                        lower.append(float(bounds[0]))
                        upper.append(float(bounds[1]))
        if not slopes:
            return None
        free = [0.0] * len(slopes), (-highspy.kHighsInf, highspy.kHighsInf)
        starts = self.least(slopes, lower, upper, *free)[1]
        return float(min(np.array(constants) + np.array(slopes) * starts)) / 1000


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    return Oracle()


def test_with_pauses_nothing_is_cheaper_than_the_plan(oracle: Oracle):
    for number in range(CASES):
        asked, stretches = drawn(number)
        room = sum(stretch.end - stretch.start for stretch in stretches)
        energy_wh = Random(-number).randint(0, room)

        found = plan(_for(asked, EnergyTarget(energy_wh)))

        assert found.energy_wh == energy_wh
        _check_sums(found)
        if stretches:
            assert float(found.cost or 0) == pytest.approx(oracle.cheapest(stretches, energy_wh), abs=EQUAL), number


def test_in_one_run_nothing_is_cheaper_than_the_plan(oracle: Oracle):
    for number in range(CASES):
        asked, stretches = drawn(number)
        longest = max((run[-1].end - run[0].start for run in runs(stretches)), default=0)
        energy_wh = Random(-number).randint(0, longest)

        found = plan(_for(asked, EnergyTarget(energy_wh), contiguous=True))

        assert found.energy_wh == energy_wh
        assert all(before.interval.end == after.interval.start for before, after in pairwise(found.slots))
        _check_sums(found)
        if stretches:
            assert float(found.cost or 0) == pytest.approx(oracle.cheapest_run(stretches, energy_wh), abs=EQUAL), number


def test_with_pauses_a_budget_buys_no_less_than_it_could(oracle: Oracle):
    for number in range(CASES // 10):
        asked, stretches = drawn(number)
        amount = Decimal(Random(-number).randint(0, 20_000)).scaleb(-4)

        found = plan(_for(asked, BudgetTarget(amount)))

        assert (found.cost or 0) <= amount
        _check_sums(found)
        if stretches:
            assert 0 <= oracle.most(stretches, float(amount)) - found.energy_wh + EQUAL < 1 + 2 * EQUAL, number
            assert float(found.cost or 0) == pytest.approx(oracle.cheapest(stretches, found.energy_wh), abs=EQUAL)


def test_in_one_run_a_budget_buys_the_longest_and_then_the_cheapest_and_then_the_earliest():
    for number in range(500):
        chance = Random(number)
        asked, stretches = small(chance)
        amount = Decimal(chance.randint(0, 40)).scaleb(-3)
        limit_wh = chance.choice((chance.randint(1, 40), 1000))

        found = plan(_for(asked, BudgetTarget(amount), contiguous=True, limit=EnergyLimit(limit_wh)))

        every = every_run(stretches, limit_wh)
        best = max((length, -cost, -start) for length, cost, start in every if cost <= amount)
        assert (found.energy_wh, -(found.cost or 0)) == best[:2], number
        assert not found.slots or _first_wh(found, asked) == -best[2]


def test_runs_of_a_minimum_length_are_found_wherever_there_are_any_and_cost_no_less_than_the_best():
    found_best = possible = 0
    for number in range(150):
        chance = Random(number)
        asked, stretches = small(chance, longest=3)
        energy_wh = chance.randint(0, sum(stretch.end - stretch.start for stretch in stretches))
        shortest = chance.randint(2, 4)

        found = plan(_for(asked, EnergyTarget(energy_wh), min_run=timedelta(minutes=shortest)))

        best = cheapest_of_all_choices(stretches, energy_wh, min(shortest, energy_wh))
        assert (found.warnings == ()) == (best is not None), number
        assert found.cost is not None
        assert (found.lower_bound or 0) <= found.cost
        if best is not None:
            assert best <= found.cost
            possible += 1
            found_best += best == found.cost
    assert found_best >= 0.95 * possible > 100


def cheapest_of_all_choices(stretches: list[Stretch], energy_wh: int, shortest: int) -> Decimal | None:
    """Of every choice of so many watt-hours in long enough runs."""
    prices = {wh: Decimal(each.per_kwh) / 1000 for each in stretches for wh in range(each.start, each.end)}
    chosen = (set(choice) for choice in combinations(prices, energy_wh))
    costs = [sum((prices[wh] for wh in each), Decimal(0)) for each in chosen if _has_long_runs(each, shortest)]
    return min(costs, default=None)


def _has_long_runs(chosen: set[int], shortest: int) -> bool:
    starts = [wh for wh in chosen if wh - 1 not in chosen]
    return all(set(range(start, start + shortest)) <= chosen for start in starts)


def small(chance: Random, longest: int = 8) -> tuple[Request, list[Stretch]]:
    """So few watt-hours that every run can be tried: a watt-hour takes a minute."""
    edges = [0]
    for _ in range(chance.randint(1, 6)):
        edges.append(edges[-1] + chance.randint(1, longest))
    prices = [Decimal(chance.randint(-3, 6)) for _ in edges[1:]]
    hole = chance.randrange(len(prices) + 3)
    slots = [_interval(60 * start, 60 * end) for start, end in pairwise(edges)]
    asked = Request(
        window=_interval(0, 60 * edges[-1]),
        currency="GBP",
        power=ChargingPower(0, 60),
        target=EnergyTarget(1),
        rates=[Rate(slot, price) for slot, price in zip(slots, prices, strict=True)],
        blocked=[Blocked(slot, "restricted_hours") for place, slot in enumerate(slots) if place == hole],
    )
    each = zip(pairwise(edges), prices, strict=True)
    free = [Stretch(*edge, float(price)) for place, (edge, price) in enumerate(each) if place != hole]
    return asked, free


def every_run(stretches: list[Stretch], limit_wh: int) -> list[tuple[int, Decimal, int]]:
    """Length, cost and start of every run in whole watt-hours, and of none at all."""
    found = [(0, Decimal(0), 0)]
    for run in runs(stretches):
        prices = [Decimal(stretch.per_kwh) / 1000 for stretch in run for _ in range(stretch.start, stretch.end)]
        found += [
            (end - start, sum(prices[start:end], Decimal(0)), run[0].start + start)
            for start in range(len(prices))
            for end in range(start + 1, min(len(prices), start + limit_wh) + 1)
        ]
    return found


def _for(asked: Request, target: EnergyTarget | BudgetTarget, **changes: Any) -> Request:
    return replace(asked, target=target, **changes)


def _first_wh(found: Plan, asked: Request) -> int:
    return (found.slots[0].interval.start - asked.window.start) // timedelta(minutes=1)


def _check_sums(found: Plan) -> None:
    """The slots add up to the plan, lie apart and in the window, and are as long as their energy takes; all exactly."""
    assert sum(slot.energy_wh for slot in found.slots) == found.energy_wh
    assert sum(slot.cost or 0 for slot in found.slots) == found.cost == found.lower_bound
    edges = [edge for slot in found.slots for edge in (slot.interval.start, slot.interval.end)]
    assert [found.window.start, *edges, found.window.end] == sorted([found.window.start, *edges, found.window.end])
    for slot in found.slots:
        assert slot.cost == (slot.rate or 0) * slot.energy_wh / 1000
        takes_s, lasts_s = slot.energy_wh * 3600 / slot.power_w, slot.interval.duration.total_seconds()
        assert takes_s - 3600 / slot.power_w < lasts_s < takes_s + 3600 / slot.power_w + 2
