"""New times for a schedule: undecided occurrences are replaced, and planned sessions move with them."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from homecharge.domain.errors import Refused
from homecharge.domain.occurrence_states import is_underway
from homecharge.domain.occurrences import Held, Occurrence, fires_on, firing_on, firings_from
from homecharge.domain.random_delay import delay_of
from homecharge.domain.schedules import Once, Schedule, in_the_past
from homecharge.domain.session_state import Session, Status
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.services.bounds import looked_at
from homecharge.services.cancelling import Cancellation, cancel_all_planned
from homecharge.services.occurrence_supply import Turn, plan_turns, supply
from homecharge.services.planning import ALARMS
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.occurrences import (
    IS_UNDECIDED,
    OCCURRENCES,
    change_occurrence,
    delete_occurrences,
    list_occurrences,
    list_tries,
    mark_decided,
)
from homecharge.storage.queries.planned_sessions import lock_planned, retime_sessions
from homecharge.storage.queries.schedules import change_schedule
from homecharge.storage.queries.sessions import add_steps

REACH = timedelta(days=3)
"""A window that ended earlier cannot overlap one that is not over."""


class AlreadyDecided(Refused):
    """A one-off that has had its try; `session_id` says which."""

    code = "already_decided"
    title = "This charge has had its try; make a new schedule for another one"
    advice = "Show the session of `session_id`, and offer a new schedule."


@dataclasses.dataclass(frozen=True, slots=True)
class Changer:
    """Who gives a schedule new times, and by what: `schedule_changed` or `time_zone_changed`."""

    account_id: str
    device: str | None
    action: str


def reschedule(db: Db, schedule: Schedule, changer: Changer, *, now: datetime) -> None:
    """Write a locked, enabled schedule whose `timing_revision` was raised, and bring its occurrences to the new times.

    An occurrence whose try goes on keeps its old times; the change applies to later ones. Skipped days stay skipped.
    Raises InThePast where nothing is left of a one-off and AlreadyDecided where it has had its try, and writes nothing.
    """
    planned = lock_planned(db, schedule_ids=[schedule.id])
    recent, tries = _recent(db, schedule, now=now)
    held = _held(recent, tries, now=now)
    if not _has_firing(schedule, held, now=now):
        if not _has_firing(schedule, (), now=now):
            raise in_the_past(schedule.spec)
        raise AlreadyDecided(session_id=held[-1][1].id)
    change_schedule(db, schedule)
    _retire(db, schedule, recent, tries, now=now)
    undecided = {occurrence.id for occurrence in recent if occurrence.decided_at is None}
    movable = [session for session in planned if session.occurrence_id in undecided]
    turns = supply(db, [schedule], held={schedule.id: [each for each, _ in held]}, now=now)
    _hand_over(db, schedule, turns, movable, changer, now=now)


def can_reschedule(db: Db, schedule: Schedule, *, now: datetime) -> bool:
    """Whether `reschedule` would find anything left to fire."""
    return _has_firing(schedule, _held(*_recent(db, schedule, now=now), now=now), now=now)


def _recent(db: Db, schedule: Schedule, *, now: datetime) -> tuple[list[Occurrence], Mapping[str, Sequence[Session]]]:
    """The occurrences that a change may touch or must respect, and their sessions."""
    of_this, is_recent = OCCURRENCES.c.schedule_id == schedule.id, OCCURRENCES.c.window_end > now - REACH
    recent = list_occurrences(db, of_this, IS_UNDECIDED | is_recent)
    return recent, list_tries(db, [occurrence.id for occurrence in recent])


def _held(
    recent: Sequence[Occurrence], tries: Mapping[str, Sequence[Session]], *, now: datetime
) -> list[tuple[Held, Session]]:
    """The windows that have had their try, each with its last session."""
    found = []
    for occurrence in recent:
        sessions = tries.get(occurrence.id, ())
        if occurrence.decided_at is None or occurrence.skipped_at is not None or not sessions:
            continue
        if not _is_switched_off(sessions[-1]):
            goes_on = any(is_underway(session, now=now) for session in sessions)
            found.append((Held(occurrence.window, is_underway=goes_on), sessions[-1]))
    return found


def _is_switched_off(session: Session) -> bool:
    """Switching a schedule off and on again takes nothing away."""
    return (session.rejection or {}).get("variant") == "schedule_disabled"


def _has_firing(schedule: Schedule, held: Sequence[tuple[Held, Session]], *, now: datetime) -> bool:
    windows = [window for window, _ in held]
    return next(firings_from(schedule.spec, schedule.zone, held=windows, now=now), None) is not None


def _retire(
    db: Db,
    schedule: Schedule,
    recent: Sequence[Occurrence],
    tries: Mapping[str, Sequence[Session]],
    *,
    now: datetime,
) -> None:
    """Take the undecided occurrences of the old timing away; a weekly schedule's skipped days stay, at new times."""
    unwanted = []
    for occurrence in recent:
        if occurrence.skipped_at is not None and _still_fires(schedule, occurrence):
            firing = firing_on(schedule.spec, occurrence.local_date, schedule.zone)
            change_occurrence(db, occurrence.retimed(firing, schedule.timing_revision, now=now))
        elif occurrence.decided_at is None:
            unwanted.append(occurrence.id)
    is_over = {
        occurrence_id
        for occurrence_id in unwanted
        if any(session.status is not Status.PLANNED for session in tries.get(occurrence_id, ()))
    }
    mark_decided(db, is_over, now=now)
    delete_occurrences(db, set(unwanted) - is_over)


def _still_fires(schedule: Schedule, occurrence: Occurrence) -> bool:
    is_present = occurrence.timing_revision == schedule.timing_revision - 1
    return is_present and not isinstance(schedule.spec.on, Once) and fires_on(schedule.spec, occurrence.local_date)


def refit(db: Db, schedule: Schedule, *, now: datetime) -> None:
    """Give planned first tries the schedule's new limit and connector; a further try keeps what is left of its own."""
    planned = lock_planned(db, schedule_ids=[schedule.id])
    undecided = {o.id: o for o in list_occurrences(db, OCCURRENCES.c.schedule_id == schedule.id, IS_UNDECIDED)}
    refitted = [
        dataclasses.replace(
            session,
            target=undecided[session.occurrence_id].target_of(schedule.spec),
            limit=schedule.spec.limit,
            connector_id=schedule.connector_id,
        )
        for session in planned
        if session.occurrence_id in undecided
    ]
    retime_sessions(db, refitted, now=now)


def _hand_over(
    db: Db,
    schedule: Schedule,
    turns: Sequence[Turn],
    movable: Sequence[Session],
    changer: Changer,
    *,
    now: datetime,
) -> None:
    """Planned sessions go to the next occurrences, one is made where there is none, and one too many is taken back."""
    of_this = OCCURRENCES.c.schedule_id == schedule.id
    free = list_occurrences(db, of_this, IS_UNDECIDED, OCCURRENCES.c.skipped_at.is_(None)) if movable else []
    for session, occurrence in zip(movable, free, strict=False):
        _move(db, session, Turn(schedule, occurrence), changer, now=now)
    if not movable:
        plan_turns(db, turns, not_before=now, actor=Actor.DRIVER, actor_id=changer.account_id, now=now)
    by = Cancellation(by=changer.account_id, device=changer.device, action=changer.action)
    cancel_all_planned(db, [(session, by) for session in movable[len(free) :]], now=now)


def _move(db: Db, session: Session, turn: Turn, changer: Changer, *, now: datetime) -> None:
    """Give a locked planned session to another occurrence: the same row of History, at another time."""
    occurrence, schedule = turn.occurrence, turn.schedule
    begins_at = max(occurrence.starts_at, now)
    due_at = begins_at if begins_at == now else begins_at + delay_of(session)
    moved = dataclasses.replace(
        session,
        connector_id=schedule.connector_id,
        occurrence_id=occurrence.id,
        at=due_at,
        due_at=due_at,
        planned_start_at=begins_at,
        window_start=occurrence.window_start,
        window_end=occurrence.window_end,
        last_feasible_start=occurrence.last_feasible_start,
        target=occurrence.target_of(schedule.spec),
        limit=schedule.spec.limit,
        wake_at=due_at,
    )
    (moved,) = looked_at(db, [moved], now=now)
    retime_sessions(db, [moved], now=now)
    step = Step(
        at=now,
        kind=StepKind.MOVED,
        actor=Actor.DRIVER,
        actor_id=changer.account_id,
        cause=changer.action,
        detail={"from_at": session.due_at.isoformat(), "due_at": due_at.isoformat()},
    )
    add_steps(db, [(session.id, step)])
    ring_after_commit(db, f"session:{session.id}")
    if moved.wake_at is not None and moved.wake_at <= now:
        ring_after_commit(db, ALARMS)
