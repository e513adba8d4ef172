"""The cheapest energy in one run at full power.

Moved along the axis, a run of a fixed length costs ever more or ever less until one of its edges passes a change of
price. So the cheapest one starts where a span starts, or ends where a span ends, and these are all candidates.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from homecharge.domain.spans import Span, rank, stretches

Stretch = Sequence[tuple[int, int, int]]
"""Spans without a break, also such as run backwards, which are plain tuples: a search makes as many as it is given."""


def cheapest_run(spans: Sequence[Span], energy_wh: int) -> tuple[int, int] | None:
    """The cost in grains and the start of the cheapest run of this length; None where no run is as long."""
    candidates: list[tuple[int, int]] = []
    for stretch in stretches(spans):
        candidates += [rank(cost, start) for cost, start in _from_starts(stretch, energy_wh)]
        mirrored = _from_starts(_mirrored(stretch), energy_wh)
        candidates += [rank(cost, -start - energy_wh) for cost, start in mirrored]
    return min(candidates, default=None)


def longest_run(spans: Sequence[Span], *, energy_wh: int, grains: int | None) -> int:
    """The length of the longest run, up to `energy_wh`, that costs no more than `grains`."""
    longest = min(energy_wh, max((s[-1].end - s[0].start for s in stretches(spans)), default=0))
    if grains is None:
        return longest
    cheapest = cheapest_run(spans, longest)
    if cheapest is None or cheapest[0] <= grains:
        return longest
    return max(
        max(_affordable(stretch, energy_wh, grains), _affordable(_mirrored(stretch), energy_wh, grains))
        for stretch in stretches(spans)
    )


def least_cost(spans: Sequence[Span], energy_wh: int) -> int:
    """A bound in grains: no run of this length costs less. Raises ValueError if no run is as long.

    From the running cost at both edges of every candidate, where the search adds up the spans between them.
    """
    return min(cost for stretch in stretches(spans) for cost in _costs(stretch, energy_wh))


def _from_starts(stretch: Stretch, energy_wh: int) -> Iterator[tuple[int, int]]:
    """Cost and start of each run that starts where the stretch does or the price falls.

    Where the price rises or stays, the run costs no more if it starts earlier, or less if it starts later.
    """
    _, last, _ = stretch[-1]
    before = through = at = 0  # what all costs before the run's first span, and before the span in which it ends
    begins, until, rate = stretch[0]
    dearer = None
    for start, end, price in stretch:
        finish = start + energy_wh
        if finish > last:
            return
        if dearer is None or price < dearer:
            while until < finish:
                through += (until - begins) * rate
                at += 1
                begins, until, rate = stretch[at]
            yield through + (finish - begins) * rate - before, start
        before += (end - start) * price
        dearer = price


def _affordable(stretch: Stretch, energy_wh: int, grains: int) -> int:
    """The longest run for the money that starts where a span does, if none of `energy_wh` can be paid.

    If neither edge of a run is a span's, it can be moved until one is, without costing more and at the same length.
    """
    costs = _running_cost(stretch)
    edges = [stretch[0][0], *(end for _, end, _ in stretch)]
    least_from = list(accumulate(reversed(costs), min))[::-1]
    longest = 0
    for first, before in zip(edges, costs, strict=True):
        spendable = before + grains
        last = bisect_right(least_from, spendable) - 1
        while edges[last] >= first + energy_wh or costs[last] > spendable:
            last -= 1
        partly = (spendable - costs[last]) // stretch[last][2] if last < len(stretch) else 0
        longest = max(longest, edges[last] + partly - first)
    return longest


def _costs(stretch: Sequence[Span], energy_wh: int) -> Iterator[int]:
    starts, costs = [span.start for span in stretch], _running_cost(stretch)

    def cost_before(position: int) -> int:
        place = bisect_right(starts, position) - 1
        return costs[place] + (position - starts[place]) * stretch[place].price

    for edge in (*starts, *(span.end - energy_wh for span in stretch)):
        if starts[0] <= edge <= stretch[-1].end - energy_wh:
            yield cost_before(edge + energy_wh) - cost_before(edge)


def _running_cost(stretch: Stretch) -> list[int]:
    """What all energy before each edge of the stretch costs."""
    return [0, *accumulate((end - start) * price for start, end, price in stretch)]


def _mirrored(stretch: Stretch) -> Stretch:
    return [(-end, -start, price) for start, end, price in reversed(stretch)]
