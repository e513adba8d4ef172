"""Skip an occurrence, and think better of it."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.occurrence_states import is_open
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.recoveries import MOST_TRIES
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services.cancelling import Cancellation, cancel_all_planned
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.occurrence_supply import CAUSE, plan_turns, supply, try_of
from homecharge.services.planning import plan_session
from homecharge.services.rescheduling import AlreadyDecided
from homecharge.services.schedules import get_schedule
from homecharge.storage.queries.occurrences import (
    await_cars,
    change_occurrence,
    find_occurrence,
    list_tries,
    mark_decided,
)
from homecharge.storage.queries.planned_sessions import close_recoveries_of, lock_planned_of_occurrence
from homecharge.storage.queries.sessions import TABLE as SESSIONS


class TooLate(Refused):
    """The occurrence's last feasible start has passed."""

    code = "too_late"
    title = "It is too late for this charge"
    advice = "Load the occurrence again."


class Superseded(Refused):
    """The schedule was switched off, or has new times that leave this occurrence out."""

    code = "schedule_changed"
    title = "The schedule has changed since, and does not want this charge any more"
    advice = "Load the schedule again."


class TriesExhausted(Refused):
    """No window gets more than six tries."""

    code = "tries_exhausted"
    title = "This charge has been planned as often as it may be"
    advice = "Offer a Boost, and support's contact."


def skip(db: Db, occurrence_id: str, *, caller: Caller, now: datetime) -> None:
    """Leave an occurrence out; skipping it again changes nothing.

    A planned session is taken back and the successor's is planned; a later occurrence is only marked. Raises NotFound,
    Forbidden, SessionInProgress while it is starting or charging, AlreadyDecided when its outcome is settled.
    """
    schedule, occurrence = lock_occurrence(db, occurrence_id, caller=caller)
    if occurrence.skipped_at is not None:
        return
    planned = lock_planned_of_occurrence(db, occurrence_id)
    tries = list_tries(db, [occurrence_id]).get(occurrence_id, ())
    _require_skippable(tries, now=now)
    by = Cancellation(by=caller.account_id, device=caller.device, action="occurrence_skipped")
    cancel_all_planned(db, [(session, by) for session in planned], now=now)
    close_recoveries_of(db, SESSIONS.c.occurrence_id == occurrence_id, now=now)
    skipped = dataclasses.replace(occurrence, skipped_at=now, skipped_by=caller.account_id, updated_at=now)
    change_occurrence(db, skipped)
    if tries:
        mark_decided(db, [occurrence_id], now=now)
    if tries or occurrence.wake_at is not None:
        plan_turns(db, supply(db, [schedule], now=now) if schedule.is_enabled else [], now=now)


def _require_skippable(tries: Sequence[Session], *, now: datetime) -> None:
    last = tries[-1] if tries else None
    if last is None or last.status is Status.PLANNED or is_open(last, now=now):
        return
    if last.is_live:
        raise SessionInProgress(session_id=last.id)
    raise AlreadyDecided(session_id=last.id)


def unskip(db: Db, occurrence_id: str, *, caller: Caller, now: datetime) -> None:
    """Take a skip back; on one that is not skipped it changes nothing.

    What the skip took back is planned again, as a further try that recovers it; a Smart one waits for its car. Raises
    NotFound, Forbidden, TooLate after its last feasible start, Superseded where the schedule does not want it
    any more, TriesExhausted.
    """
    schedule, occurrence = lock_occurrence(db, occurrence_id, caller=caller)
    if occurrence.skipped_at is None:
        return
    if now > occurrence.last_feasible_start:
        raise TooLate
    if not schedule.is_enabled or occurrence.timing_revision != schedule.timing_revision:
        raise Superseded
    tries = list_tries(db, [occurrence_id]).get(occurrence_id, ())
    if tries and tries[-1].attempt >= MOST_TRIES:
        raise TriesExhausted(session_id=tries[-1].id)
    wanted = dataclasses.replace(occurrence, skipped_at=None, skipped_by=None, decided_at=None, updated_at=now)
    change_occurrence(db, wanted)
    if not tries:
        plan_turns(db, supply(db, [schedule], now=now), not_before=now, now=now)
        return
    if schedule.kind is Kind.SMART:
        await_cars(db, [occurrence_id])
        return
    attempt = try_of(schedule, wanted, due_at=max(wanted.starts_at, now), recovers=tries[-1])
    plan_session(db, attempt, actor=Actor.DRIVER, actor_id=caller.account_id, cause=CAUSE, now=now)


def lock_occurrence(db: Db, occurrence_id: str, *, caller: Caller) -> tuple[Schedule, Occurrence]:
    """The schedule locked, so that nobody decides meanwhile what follows, and the occurrence as it is then.

    Raises NotFound, and Forbidden for a user whose schedule it is not.
    """
    found = find_occurrence(db, occurrence_id)
    if found is None:
        raise NotFound
    schedule = get_schedule(db, found.schedule_id, caller=caller, to_edit=True, for_update=True).schedule
    occurrence = find_occurrence(db, occurrence_id)
    if occurrence is None:
        raise NotFound
    return schedule, occurrence
