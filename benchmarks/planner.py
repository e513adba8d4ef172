"""The planner's searches against HiGHS with the same problem, and with ten times the slots."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from statistics import median
from time import thread_time

import highspy
import numpy as np

from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.tables import NO_RATIO, Table, count, times
from homecharge.domain.cheapest_run import cheapest_run
from homecharge.domain.cheapest_slots import cheapest_first, fill
from homecharge.domain.planner import plan
from homecharge.domain.plans import ChargingPower, Request
from homecharge.domain.rates import Rate
from homecharge.domain.spans import Ground, ground
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.times import Interval
from homecharge.observability.clock import SystemClock

SLOTS, FAR = 96, 960
CALLS = 10
SLOT = timedelta(minutes=15)
POWER_W = 7360
NOW = SystemClock().now().replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Question:
    """So much energy, which takes a quarter of the time, in slots of random prices."""

    request: Request
    ground: Ground
    energy_wh: int


async def measure(scale: Scale) -> list[Table]:
    """Ours at both horizons and the solver's at the near one, in turn."""
    rounds = scale.pick(100, 20, 1)
    near, far = _question(SLOTS), _question(FAR)
    solver = Solver()
    asked: dict[str, tuple[Callable[[], float], Callable[[], object]]] = {
        "with pauses: search": (lambda: _in_slots(near), lambda: _in_slots(far)),
        "one run: search": (lambda: _in_one_run(near), lambda: _in_one_run(far)),
    }
    baselines = {
        "with pauses: search": ("with pauses: HiGHS", lambda: solver.in_slots(near)),
        "one run: search": ("one run: HiGHS", lambda: solver.in_one_run(near)),
    }
    table = Table(
        f"The cheapest of {SLOTS} slots",
        ("who", "HiGHS = 1", f"µs for {SLOTS} slots", f"µs for {FAR}", "growth"),
        notes=(
            "Aims: a search under 100 µs, 10 times as fast as HiGHS, in a time that grows little faster than the slots",
            f"do. Processor time of the asking thread; medians of rounds of {CALLS} in turn. Both find the same cost.",
            "HiGHS: a linear programme with pauses; for one run a mixed-integer one that picks the start among all",
            "candidates. `plan`: everything, from the rates to the slots, the proof and the last feasible start.",
        ),
    )
    for name, (ours, ours_far) in asked.items():
        progress(f"planner: {name}")
        baseline, theirs = baselines[name]
        assert abs(ours() - theirs()) < 1e-6, "both must find the same"
        found = _in_turn((ours, ours_far, theirs), rounds)
        ratio = times(found[2] / found[0])
        table.rows.append((name, ratio, count(found[0]), count(found[1]), times(found[1] / found[0])))
        table.rows.append((baseline, NO_RATIO, count(found[2]), "", ""))
    progress("planner: the whole plan")
    whole = _in_turn((lambda: plan(near.request), lambda: plan(far.request)), rounds)
    table.rows.append(("with pauses: `plan`", NO_RATIO, count(whole[0]), count(whole[1]), times(whole[1] / whole[0])))
    return [table]


def _question(slots: int) -> Question:
    chance = Random(slots)
    edges = [NOW + number * SLOT for number in range(slots + 1)]
    window = Interval(edges[0], edges[-1])
    rates = [
        Rate(Interval(start, end), Decimal(chance.randint(-500, 4000)).scaleb(-4)) for start, end in pairwise(edges)
    ]
    energy_wh = slots * POWER_W // 16
    request = Request(
        window=window,
        currency="GBP",
        power=ChargingPower(1380, POWER_W),
        target=EnergyTarget(energy_wh),
        rates=rates,
    )
    return Question(request, ground(window, rates, (), power_w=POWER_W), energy_wh)


def _in_slots(question: Question) -> float:
    spans = question.ground.spans
    taken = fill(spans, cheapest_first(spans), energy_wh=question.energy_wh, grains=None)
    return sum(amount * span.price for amount, span in zip(taken, spans, strict=True))


def _in_one_run(question: Question) -> float:
    found = cheapest_run(question.ground.spans, question.energy_wh)
    assert found is not None
    return found[0]


def _in_turn(contenders: tuple[Callable[[], object], ...], rounds: int) -> list[float]:
    """Microseconds of processor time that each takes, since others may want the machine too; medians of rounds."""
    spent: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for ours, contender in zip(spent, contenders, strict=True):
            contender()  # what the others left in the caches is not measured
            began = thread_time()
            for _ in range(CALLS):
                contender()
            ours.append(1e6 * (thread_time() - began) / CALLS)
    return [median(each) for each in spent]


class Solver:
    """HiGHS, set up once and asked again and again; making its matrices is its user's work and is counted."""

    def __init__(self) -> None:
        self._highs = highspy.Highs()
        self._highs.silent()

    def in_slots(self, question: Question) -> float:
        """A variable for the energy in each slot."""
        spans = np.array(question.ground.spans, dtype=float)
        return self._least(spans[:, 2], spans[:, 1] - spans[:, 0], question.energy_wh, is_whole=False)

    def in_one_run(self, question: Question) -> float:
        """A variable for each candidate start, of which one is picked; their costs come from the running cost."""
        spans = np.array(question.ground.spans, dtype=float)
        edges = np.append(spans[0, 0], spans[:, 1])
        running = np.append(0.0, np.cumsum((spans[:, 1] - spans[:, 0]) * spans[:, 2]))
        starts = np.concatenate((edges, edges - question.energy_wh))
        starts = starts[(starts >= edges[0]) & (starts <= edges[-1] - question.energy_wh)]
        costs = np.interp(starts + question.energy_wh, edges, running) - np.interp(starts, edges, running)
        return self._least(costs, np.ones(len(costs)), 1, is_whole=True)

    def _least(self, costs: np.ndarray, upper: np.ndarray, total: float, *, is_whole: bool) -> float:
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = len(costs), 1
        programme.col_cost_, programme.col_lower_, programme.col_upper_ = costs, np.zeros(len(costs)), upper
        programme.row_lower_ = programme.row_upper_ = np.array([float(total)])
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.array([0, len(costs)])
        programme.a_matrix_.index_, programme.a_matrix_.value_ = np.arange(len(costs)), np.ones(len(costs))
        if is_whole:
            programme.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
        self._highs.passModel(programme)
        self._highs.run()
        return self._highs.getObjectiveValue()


if __name__ == "__main__":
    main(measure)
