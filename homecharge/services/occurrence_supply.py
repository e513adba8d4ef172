"""Keep schedules supplied: eight undecided occurrences each, and a planned session for the first of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from homecharge.domain.occurrences import AHEAD, Firing, Held, Occurrence, firings_after, firings_from
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services.cancelling import Cancellation, cancel_all_planned
from homecharge.services.planning import plan_sessions
from homecharge.services.tries import Try
from homecharge.storage.queries.occurrences import (
    OCCURRENCES,
    Ahead,
    Place,
    add_occurrences,
    await_cars,
    list_occurrences,
    list_tried,
    mark_decided,
    read_ahead,
)
from homecharge.storage.types import new_id

CAUSE = "schedule"


@dataclass(frozen=True, slots=True)
class Turn:
    """The next occurrence of a schedule, which has no session yet."""

    schedule: Schedule
    occurrence: Occurrence


@dataclass(slots=True)
class _Row:
    """A schedule's row of occurrences while it is filled: those waiting, new ones, and skipped ones at the head."""

    schedule: Schedule
    waiting: list[Place]
    added: list[Occurrence] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)


def supply(
    db: Db, schedules: Sequence[Schedule], *, held: Mapping[str, Sequence[Held]] | None = None, now: datetime
) -> list[Turn]:
    """Add the firings that are missing, and pass over skipped ones whose turn has come; the turns left to plan.

    The schedules are locked and enabled. `held` are windows, by schedule, that a new timing must not try again. A
    constant number of statements, however many schedules there are.
    """
    if not schedules:
        return []
    ahead = read_ahead(db, [schedule.id for schedule in schedules])
    rows = [_fill(schedule, ahead[schedule.id], (held or {}).get(schedule.id, ()), now=now) for schedule in schedules]
    add_occurrences(db, [occurrence for row in rows for occurrence in row.added])
    tried = list_tried(db, [row.waiting[0].id for row in rows if row.waiting])
    turns = {row.waiting[0].id for row in rows if row.waiting} - tried
    passed = {occurrence_id for row in rows for occurrence_id in row.passed}
    found = {occurrence.id: occurrence for occurrence in list_occurrences(db, OCCURRENCES.c.id.in_(turns | passed))}
    _pass_over(db, [(row.schedule, found[id_]) for row in rows for id_ in row.passed], now=now)
    return [Turn(row.schedule, found[row.waiting[0].id]) for row in rows if row.waiting and row.waiting[0].id in turns]


def _fill(schedule: Schedule, ahead: Ahead, held: Sequence[Held], *, now: datetime) -> _Row:
    """Skipped occurrences beyond the last day with a row take their place when the row reaches them."""
    cursor, manual, zone = ahead.cursor, schedule.spec, schedule.zone
    beyond = {place.local_date: place for place in ahead.places if cursor is None or place.local_date > cursor}
    row = _Row(schedule, [place for place in ahead.places if place.local_date not in beyond])
    firings = firings_after(manual, cursor, zone) if cursor else firings_from(manual, zone, held=held, now=now)
    while True:
        _grow(row, firings, beyond, now=now)
        if not row.waiting or not row.waiting[0].is_skipped:
            return row
        row.passed.append(row.waiting.pop(0).id)


def _grow(row: _Row, firings: Iterator[Firing], beyond: Mapping[date, Place], *, now: datetime) -> None:
    while len(row.waiting) < AHEAD and (firing := next(firings, None)) is not None:
        known = beyond.get(firing.local_date)
        if known is None:
            added = occurrence_of(row.schedule, firing, now=now)
            row.added.append(added)
            row.waiting.append(Place(added.id, added.local_date, is_skipped=False, is_decided=False))
        elif not known.is_decided:
            row.waiting.append(known)


def occurrence_of(schedule: Schedule, firing: Firing, *, now: datetime) -> Occurrence:
    """The row of a firing, with an id of its own."""
    return Occurrence(
        id=new_id(),
        schedule_id=schedule.id,
        timing_revision=schedule.timing_revision,
        local_date=firing.local_date,
        round=1,
        starts_at=firing.window.start,
        ready_by=firing.ready_by,
        window_start=firing.window.start,
        window_end=firing.window.end,
        last_feasible_start=firing.last_feasible_start,
        clock_note=firing.clock_note,
        skipped_at=None,
        skipped_by=None,
        decided_at=None,
        wake_at=None,
        created_at=now,
        updated_at=now,
    )


def _pass_over(db: Db, skipped: Sequence[tuple[Schedule, Occurrence]], *, now: datetime) -> None:
    """A skipped occurrence leaves its row in History when its turn has come."""
    if not skipped:
        return
    mark_decided(db, [occurrence.id for _, occurrence in skipped], now=now)
    attempts = [try_of(schedule, occurrence, due_at=occurrence.starts_at) for schedule, occurrence in skipped]
    sessions = plan_sessions(db, attempts, actor=Actor.SCHEDULER, cause=CAUSE, now=now)
    pairs = [
        (session, Cancellation(by=occurrence.skipped_by, device=None, action="occurrence_skipped"))
        for session, (_, occurrence) in zip(sessions, skipped, strict=True)
    ]
    cancel_all_planned(db, pairs, now=now)


def try_of(schedule: Schedule, occurrence: Occurrence, *, due_at: datetime, recovers: Session | None = None) -> Try:
    """The try that an occurrence stands for; a Manual one that begins on time is begun by the clock."""
    return Try(
        kind=schedule.kind,
        location_id=schedule.location_id,
        charger_id=schedule.charger_id,
        connector_id=schedule.connector_id,
        driver_id=schedule.driver_id,
        due_at=due_at,
        window=occurrence.window,
        last_feasible_start=occurrence.last_feasible_start,
        target=occurrence.target_of(schedule.spec),
        limit=schedule.spec.limit,
        schedule_id=schedule.id,
        occurrence_id=occurrence.id,
        recovers=recovers,
        is_by_clock=schedule.kind is Kind.MANUAL and due_at == occurrence.starts_at,
    )


def plan_turns(
    db: Db,
    turns: Sequence[Turn],
    *,
    not_before: datetime | None = None,
    actor: Actor = Actor.SCHEDULER,
    actor_id: str | None = None,
    now: datetime,
) -> None:
    """Plan the session of each turn; a Smart one has none before the car is there, and gets an alarm instead.

    `not_before` is for what was asked for in the middle of a window; a firing that we missed is due when it should
    have been.
    """
    await_cars(db, [turn.occurrence.id for turn in turns if turn.schedule.kind is Kind.SMART])
    attempts = [
        try_of(
            turn.schedule,
            turn.occurrence,
            due_at=max(turn.occurrence.starts_at, not_before or turn.occurrence.starts_at),
        )
        for turn in turns
        if turn.schedule.kind is Kind.MANUAL
    ]
    if attempts:
        plan_sessions(db, attempts, actor=actor, actor_id=actor_id, cause=CAUSE, now=now)
