"""The cheapest energy where charging may pause: fill the cheapest spans first, the last one only in part."""

from collections.abc import Iterable, Sequence

from homecharge.domain.spans import Span, rank


def cheapest_first(spans: Sequence[Span]) -> list[int]:
    """The places of the spans, by price."""
    return sorted(range(len(spans)), key=lambda place: rank(spans[place].price, spans[place].start))


def fill(spans: Sequence[Span], order: Iterable[int], *, energy_wh: int, grains: int | None) -> list[int]:
    """The energy taken from each span, in this order, until there is enough or the money is spent.

    Cheapest first this is the most energy that the money buys, and that energy at the least cost: all that is taken
    costs no more per watt-hour than anything that is left. Negative prices come first and enlarge the budget.
    """
    taken = [0] * len(spans)
    for place in order:
        start, end, price = spans[place]
        amount = min(energy_wh, end - start)
        if grains is not None:
            amount = min(amount, grains // price) if price > 0 else amount
            grains -= amount * price
        energy_wh -= amount
        taken[place] = amount
        if amount < end - start:
            break
    return taken


def least_cost(spans: Sequence[Span], energy_wh: int) -> int:
    """A bound in grains: so much energy costs no less, by whatever plan. Raises ValueError if there are no spans.

    The dual of the linear programme: at any price `p`, buying all energy at `p` and saving `p - price` on every
    watt-hour that is cheaper is a bound (weak duality). The best of these is at the price of a span. It looks at no
    plan, so that a plan which costs no more is proven to be the cheapest.
    """
    cheaper_wh = cheaper_cost = 0
    bounds = []
    for place in cheapest_first(spans):
        start, end, price = spans[place]
        cheaper_wh += end - start
        cheaper_cost += (end - start) * price
        bounds.append(price * (energy_wh - cheaper_wh) + cheaper_cost)
    return max(bounds)
