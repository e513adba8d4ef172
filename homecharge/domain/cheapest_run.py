"""The cheapest energy in one run at full power.

Moved along the axis, a run of a fixed length costs ever more or ever less until one of its edges passes a change of
price. So the cheapest one starts where a span starts, or ends where a span ends, and these are all candidates.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain

from homecharge.domain.spans import Span, rank, stretches

Stretch = Sequence[tuple[int, int, int]]
"""Spans without a break, also such as run backwards, which are plain tuples: a search makes as many as it is given."""


def cheapest_run(spans: Sequence[Span], energy_wh: int) -> tuple[int, int] | None:
    """The cost in grains and the start of the cheapest run of this length; None where no run is as long."""
    found = (rank(cost, start) for stretch in stretches(spans) for cost, start in _along(stretch, energy_wh))
    return min(found, default=None)


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


def _along(stretch: Stretch, energy_wh: int) -> Iterator[tuple[int, int]]:
    """Cost and start of a stretch's first run, and of each at which one of its edges passes one of a span.

    The run is moved along: what it takes on at its head costs the price ahead, what it leaves behind saves the other.
    """
    start, finish = stretch[0][0], stretch[0][0] + energy_wh
    if finish > stretch[-1][1]:
        return
    heads, tails = iter(stretch), iter(stretch)
    begins, until, price = next(heads)
    cost = 0
    while until < finish:
        cost += (until - begins) * price
        begins, until, price = next(heads)
    cost += (finish - begins) * price
    yield cost, start
    _, leaves, behind = next(tails)
    for _, ends, ahead in chain([(finish, until, price)], heads):
        reaches = ends - energy_wh
        while leaves < reaches:
            cost += (leaves - start) * (ahead - behind)
            start = leaves
            yield cost, start
            _, leaves, behind = next(tails)
        cost += (reaches - start) * (ahead - behind)
        start = reaches
        yield cost, start


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
