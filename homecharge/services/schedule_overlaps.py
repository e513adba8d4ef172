"""What schedules of one connector stand in each other's way, as their charges are planned now."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from homecharge.domain.occurrences import AHEAD
from homecharge.domain.schedule_overlaps import Claim, Overlap, claim, first_overlap
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Kind, Status
from homecharge.services.occurrence_plans import Firing, OccurrencePlan

Firings = Mapping[str, Sequence[Firing]]
"""By schedule, its occurrences in their order."""


def rivals(schedules: Sequence[Schedule], firings: Firings) -> Iterator[Firing]:
    """Smart charges of other schedules whose plans say whether they come in the way of any of these."""
    seen = {schedule.id for schedule in schedules}
    for schedule_id, row in firings.items():
        for rival in row[:AHEAD]:
            if schedule_id not in seen and rival.schedule.kind is Kind.SMART and _may_meet(rival, schedules, firings):
                yield rival


def _may_meet(rival: Firing, schedules: Sequence[Schedule], firings: Firings) -> bool:
    return any(
        firing.occurrence.window.overlaps(rival.occurrence.window)
        for schedule in schedules
        if _is_same_place(schedule, rival.schedule)
        for firing in firings.get(schedule.id, ())
    )


def overlaps_of(
    schedule: Schedule,
    neighbours: Sequence[Schedule],
    firings: Firings,
    plans: Mapping[str, OccurrencePlan],
    *,
    now: datetime,
) -> Iterator[tuple[Overlap, Schedule]]:
    """The first overlap with each other schedule of the connector."""
    planned = {
        session.occurrence_id or "": session.id
        for row in firings.values()
        for firing in row
        for session in firing.tries
        if session.status is Status.PLANNED
    }
    own = list(_claims(firings.get(schedule.id, ()), plans, now=now))
    for other in neighbours:
        if other.id == schedule.id or not _is_same_place(other, schedule):
            continue
        overlap = first_overlap(own, list(_claims(firings.get(other.id, ()), plans, now=now)), planned=planned)
        if overlap is not None:
            yield overlap, other


def _claims(row: Sequence[Firing], plans: Mapping[str, OccurrencePlan], *, now: datetime) -> Iterator[Claim]:
    for firing in row:
        done_at = _done_at(firing, plans)
        claimed = claim(firing.occurrence, firing.tries, done_at=done_at, now=now) if done_at is not None else None
        if claimed is not None:
            yield claimed


def _done_at(firing: Firing, plans: Mapping[str, OccurrencePlan]) -> datetime | None:
    """A Manual at its window's end, a Smart one with its plan; None where it has none, or nothing to do."""
    if firing.schedule.kind is Kind.MANUAL:
        return firing.occurrence.window_end
    known = plans.get(firing.occurrence.id)
    return known.plan.finishes_at if known is not None and known.plan is not None else None


def _is_same_place(one: Schedule, other: Schedule) -> bool:
    return (one.charger_id, one.connector_id) == (other.charger_id, other.connector_id)
