"""Energy in runs of a minimum length: feasible and cheap, though not always the cheapest that there is."""

from collections.abc import Sequence

from homecharge.domain.cheapest_run import cheapest_run
from homecharge.domain.cheapest_slots import cheapest_first, fill
from homecharge.domain.placing import Piece, Pieces, cost_of, energy_of, in_one_run, in_slots, placed, runs
from homecharge.domain.spans import Span, rank, stretches

_Part = tuple[int, int]
"""From where to where on the axis."""


def in_long_runs(spans: Sequence[Span], *, energy_wh: int, grains: int | None, shortest_wh: int) -> Pieces:
    """The cheapest energy, in runs no shorter than `shortest_wh` where that takes nothing from it.

    Three ways are tried: a single run, and the cheapest slots, in which each run that is too short is either made
    longer where that is cheapest, or left out.
    """
    cheapest = in_slots(spans, energy_wh=energy_wh, grains=grains)
    if not has_short_runs(cheapest, shortest_wh):
        return cheapest
    ways = (
        _mended(spans, energy_wh, grains, shortest_wh, is_growing=True),
        _mended(spans, energy_wh, grains, shortest_wh, is_growing=False),
        in_one_run(spans, energy_wh=energy_wh, grains=grains),
    )
    wanted = energy_of(cheapest)
    found = [way for way in ways if energy_of(way) == wanted and not has_short_runs(way, shortest_wh)]
    return min(found, key=lambda way: rank(cost_of(spans, way), way[0].start), default=cheapest)


def has_short_runs(pieces: Pieces, shortest_wh: int) -> bool:
    """Whether a run is shorter than this, although more than that is charged."""
    least = min(shortest_wh, energy_of(pieces))
    return least > 0 and any(energy_of(run) < least for run in runs(pieces))


def _mended(spans: Sequence[Span], energy_wh: int, grains: int | None, shortest_wh: int, *, is_growing: bool) -> Pieces:
    """The cheapest slots without short runs. Each round makes one longer for good, or leaves it out for good."""
    kept: list[_Part] = []
    dropped: list[_Part] = []
    while sum(end - start for start, end in kept) <= energy_wh:
        places, cut = _cut(spans, kept + dropped)
        allowed = [place for place in cheapest_first(cut) if not _is_within(cut[place], dropped)]
        order = sorted(allowed, key=lambda place: not _is_within(cut[place], kept))
        pieces = _joined(places, placed(cut, fill(cut, order, energy_wh=energy_wh, grains=grains)))
        if not has_short_runs(pieces, shortest_wh):
            return pieces
        run = min(runs(pieces), key=energy_of)
        longer = _longer(spans, run, shortest_wh) if is_growing else None
        if longer is None:
            dropped.append((spans[run[0].place].start, spans[run[-1].place].end))
        else:
            kept.append(longer)
    return []


def _longer(spans: Sequence[Span], run: Pieces, shortest_wh: int) -> _Part | None:
    """The cheapest run of this length around a shorter one; None where there is no room."""
    start, end = run[0].start, run[-1].end
    stretch = next(stretch for stretch in stretches(spans) if stretch[0].start <= start and end <= stretch[-1].end)
    first, last = end - shortest_wh, start + shortest_wh
    around = [Span(max(s.start, first), min(s.end, last), s.price) for s in stretch if s.start < last and s.end > first]
    found = cheapest_run(around, shortest_wh)
    return None if found is None else (found[1], found[1] + shortest_wh)


def _cut(spans: Sequence[Span], parts: Sequence[_Part]) -> tuple[list[int], list[Span]]:
    """The spans, cut at every edge of these parts; and in which of the spans each piece was."""
    edges = sorted({edge for part in parts for edge in part})
    places: list[int] = []
    cut: list[Span] = []
    for place, span in enumerate(spans):
        inside = [edge for edge in edges if span.start < edge < span.end]
        for start, end in zip([span.start, *inside], [*inside, span.end], strict=True):
            places.append(place)
            cut.append(Span(start, end, span.price))
    return places, cut


def _joined(places: Sequence[int], pieces: Pieces) -> Pieces:
    """Pieces of cut spans as pieces of the whole ones."""
    joined: Pieces = []
    for piece in pieces:
        whole = Piece(places[piece.place], piece.start, piece.end)
        if joined and (joined[-1].place, joined[-1].end) == (whole.place, whole.start):
            whole = Piece(whole.place, joined.pop().start, whole.end)
        joined.append(whole)
    return joined


def _is_within(span: Span, parts: Sequence[_Part]) -> bool:
    return any(start <= span.start and span.end <= end for start, end in parts)
