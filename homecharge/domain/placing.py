"""Where on the axis the energy of a plan comes: pieces of spans, in ascending order."""

from collections.abc import Sequence
from typing import NamedTuple

from homecharge.domain.cheapest_run import cheapest_run, longest_run
from homecharge.domain.cheapest_slots import cheapest_first, fill
from homecharge.domain.spans import Span


class Piece(NamedTuple):
    """Full power in `[start, end)`, which lies in the span at `place`."""

    place: int
    start: int
    end: int


Pieces = list[Piece]


def soonest(spans: Sequence[Span], *, energy_wh: int, grains: int | None) -> Pieces:
    """As early as allowed."""
    return placed(spans, fill(spans, range(len(spans)), energy_wh=energy_wh, grains=grains))


def in_slots(spans: Sequence[Span], *, energy_wh: int, grains: int | None) -> Pieces:
    """The cheapest energy, with pauses."""
    return placed(spans, fill(spans, cheapest_first(spans), energy_wh=energy_wh, grains=grains))


def in_one_run(spans: Sequence[Span], *, energy_wh: int, grains: int | None) -> Pieces:
    """The cheapest energy without a pause."""
    length = longest_run(spans, energy_wh=energy_wh, grains=grains)
    cheapest = cheapest_run(spans, length) if length else None
    if cheapest is None:
        return []
    start, end = cheapest[1], cheapest[1] + length
    clipped = (Piece(place, max(span.start, start), min(span.end, end)) for place, span in enumerate(spans))
    return [piece for piece in clipped if piece.start < piece.end]


def energy_of(pieces: Pieces) -> int:
    """In watt-hours."""
    return sum(piece.end - piece.start for piece in pieces)


def cost_of(spans: Sequence[Span], pieces: Pieces) -> int:
    """In grains."""
    return sum((piece.end - piece.start) * spans[piece.place].price for piece in pieces)


def runs(pieces: Pieces) -> list[Pieces]:
    """The pieces, taken together where one begins as another ends."""
    found: list[Pieces] = []
    for piece in pieces:
        if found and found[-1][-1].end == piece.start:
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def placed(spans: Sequence[Span], taken: Sequence[int]) -> Pieces:
    """The energy of a span that is only partly used comes at once, at its early part: what is charged cannot fail.

    It comes at the late part where only so it joins the next span's: it costs the same, and saves the charger a pause.
    """
    pieces = []
    for place, (span, amount) in enumerate(zip(spans, taken, strict=True)):
        if not amount:
            continue
        joins_last = place > 0 and taken[place - 1] > 0 and spans[place - 1].end == span.start
        joins_next = place + 1 < len(spans) and taken[place + 1] > 0 and spans[place + 1].start == span.end
        is_late = joins_next and not joins_last
        pieces.append(Piece(place, *((span.end - amount, span.end) if is_late else (span.start, span.start + amount))))
    return pieces
