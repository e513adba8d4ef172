"""Two schedules that want the same connector at the same time: which one has it, and from when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.occurrences import Occurrence


@dataclass(frozen=True, slots=True)
class Overlap:
    """The first two windows that overlap. `is_first`: this schedule's starts first and keeps the connector."""

    own: Occurrence
    other: Occurrence
    is_first: bool

    @property
    def starts_at(self) -> datetime:
        """When the two come together."""
        return max(self.own.window_start, self.other.window_start)


def first_overlap(
    own: Sequence[Occurrence], other: Sequence[Occurrence], *, planned: Mapping[str, str]
) -> Overlap | None:
    """The earliest overlap of two rows of occurrences, skipped ones aside, or None.

    Whoever is due first starts first, and of two due together the session with the lower id (design.md §3). `planned`
    has the session ids of the occurrences whose sessions are planned already.
    """
    pairs = [
        (a, b)
        for a in own
        for b in other
        if a.skipped_at is None and b.skipped_at is None and a.window.overlaps(b.window)
    ]
    if not pairs:
        return None
    a, b = min(pairs, key=lambda pair: max(pair[0].window_start, pair[1].window_start))
    return Overlap(a, b, (a.starts_at, planned.get(a.id, a.id)) < (b.starts_at, planned.get(b.id, b.id)))
