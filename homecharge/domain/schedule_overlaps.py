"""Two schedules that want the same connector at the same time: which one has it, from when, until when, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homecharge.domain.occurrences import Occurrence
from homecharge.domain.session_state import Session
from homecharge.domain.times import Interval


class Why(StrEnum):
    """Why one of two has the connector: it starts first, was planned first, or takes it as soon as its car is there."""

    STARTS_FIRST = "starts_first"
    PLANNED_FIRST = "planned_first"
    AT_PLUG_IN = "at_plug_in"


@dataclass(frozen=True, slots=True)
class Claim:
    """An occurrence and the time in which it may have the connector.

    A Manual's is its window. A Smart one has the connector from its plug-in, which may be any time in its window, until
    its plan is done, also while it is paused.
    """

    occurrence: Occurrence
    interval: Interval


def claim(occurrence: Occurrence, tries: Sequence[Session], *, done_at: datetime, now: datetime) -> Claim | None:
    """What an occurrence may still claim until it is done; None for one that is. What is live has its connector."""
    live = next((session for session in tries if session.is_live), None)
    starts_at = max(now, occurrence.window_start) if live is None else min(now, live.started_at or live.due_at)
    return Claim(occurrence, Interval(starts_at, done_at)) if starts_at < done_at else None


@dataclass(frozen=True, slots=True)
class Overlap:
    """The first two claims that overlap. `is_first`: this schedule's goes first, and keeps the connector."""

    own: Claim
    other: Claim
    is_first: bool

    @property
    def starts_at(self) -> datetime:
        """When the two come together."""
        return max(self.own.interval.start, self.other.interval.start)

    @property
    def until(self) -> datetime:
        """When the one that goes first is done: of a Manual at the latest, of a Smart one as planned now."""
        return (self.own if self.is_first else self.other).interval.end

    @property
    def why(self) -> Why:
        """Why the one that goes first does."""
        first = (self.own if self.is_first else self.other).occurrence
        if first.ready_by is not None:
            return Why.AT_PLUG_IN
        is_together = self.own.interval.start == self.other.interval.start
        return Why.PLANNED_FIRST if is_together else Why.STARTS_FIRST


def first_overlap(own: Sequence[Claim], other: Sequence[Claim], *, planned: Mapping[str, str]) -> Overlap | None:
    """The earliest overlap of two rows of claims, those of skipped occurrences aside, or None.

    Whoever is due first starts first, and of two due together the session with the lower id (design.md §3). `planned`
    has the session ids of the occurrences whose sessions are planned already.
    """
    overlaps = [
        Overlap(a, b, _turn(a, planned) < _turn(b, planned))
        for a in own
        for b in other
        if a.occurrence.skipped_at is None and b.occurrence.skipped_at is None and a.interval.overlaps(b.interval)
    ]
    return min(overlaps, key=lambda overlap: overlap.starts_at, default=None)


def _turn(claim: Claim, planned: Mapping[str, str]) -> tuple[datetime, str]:
    return claim.interval.start, planned.get(claim.occurrence.id, claim.occurrence.id)
