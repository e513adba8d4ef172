"""What schedules of one connector stand in each other's way, as their charges are planned now."""

from collections.abc import Iterator, Mapping, Sequence

from homecharge.domain.occurrences import AHEAD
from homecharge.domain.schedule_overlaps import Claim, Overlap, first_overlap
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
    schedule: Schedule, neighbours: Sequence[Schedule], firings: Firings, plans: Mapping[str, OccurrencePlan]
) -> Iterator[tuple[Overlap, Schedule]]:
    """The first overlap with each other schedule of the connector."""
    planned = {
        session.occurrence_id or "": session.id
        for row in firings.values()
        for firing in row
        for session in firing.tries
        if session.status is Status.PLANNED
    }
    own = list(_claims(firings.get(schedule.id, ()), plans))
    for other in neighbours:
        if other.id == schedule.id or not _is_same_place(other, schedule):
            continue
        overlap = first_overlap(own, list(_claims(firings.get(other.id, ()), plans)), planned=planned)
        if overlap is not None:
            yield overlap, other


def _claims(row: Sequence[Firing], plans: Mapping[str, OccurrencePlan]) -> Iterator[Claim]:
    for firing in row:
        if firing.schedule.kind is Kind.MANUAL:
            yield Claim(firing.occurrence, firing.occurrence.window_end)
            continue
        known = plans.get(firing.occurrence.id)
        plan = known.plan if known is not None else None
        if plan is not None and plan.finishes_at is not None:
            yield Claim(firing.occurrence, plan.finishes_at)


def _is_same_place(one: Schedule, other: Schedule) -> bool:
    return (one.charger_id, one.connector_id) == (other.charger_id, other.connector_id)
