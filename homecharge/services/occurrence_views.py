"""Occurrences as the contract shows them, with their tries; loaded for many schedules at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from homecharge.domain.access import MemberRole, may_see_session
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound
from homecharge.domain.occurrence_states import OccurrenceState, state_of
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.revisions import digest_of
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Result, Session, Status, StopReason
from homecharge.domain.times import ClockNote, Interval
from homecharge.ports.units import Db
from homecharge.storage.queries.occurrences import (
    find_occurrence,
    list_tries,
)
from homecharge.storage.queries.schedules import find_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the last try that is over ended."""

    session_id: str
    reference: str
    status: Status
    result: Result | None
    stop_reason: StopReason | None
    reason: str | None
    energy_wh: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceView:
    """The contract's occurrence. `sessions` are ids, oldest first; those of other people are not shown to a user."""

    id: str
    schedule_id: str
    local_date: date
    round: int
    starts_at: datetime
    ready_by: datetime | None
    window: Interval
    last_feasible_start: datetime
    clock_note: ClockNote | None
    state: OccurrenceState
    plan: None
    sessions: tuple[str, ...]
    outcome: Outcome | None
    created_at: datetime
    updated_at: datetime

    @property
    def revision(self) -> int:
        """Of all that is shown: an occurrence is skipped, not edited."""
        return digest_of(self)


def get_occurrence_view(db: Db, occurrence_id: str, *, caller: Caller, now: datetime) -> OccurrenceView:
    """By id, for a member of its location; also of a schedule that is deleted, which History goes on naming.

    Raises NotFound.
    """
    occurrence = find_occurrence(db, occurrence_id)
    if occurrence is None:
        raise NotFound
    found = find_seen(db, occurrence.schedule_id, account_id=caller.account_id, with_deleted=True)
    if found is None:
        raise NotFound
    schedule, role = found
    tries = list_tries(db, [occurrence_id]).get(occurrence_id, ())
    return view_of(occurrence, tries, is_seen=sees_tries(schedule, role, caller=caller), now=now)


def sees_tries(schedule: Schedule, role: MemberRole, *, caller: Caller) -> bool:
    """Whether the sessions of a schedule may be seen by the caller."""
    return may_see_session(role, is_own=schedule.driver_id == caller.account_id)


def view_of(occurrence: Occurrence, tries: Sequence[Session], *, is_seen: bool, now: datetime) -> OccurrenceView:
    """An occurrence with its tries, oldest first."""
    over = [session for session in tries if session.is_over]
    return OccurrenceView(
        id=occurrence.id,
        schedule_id=occurrence.schedule_id,
        local_date=occurrence.local_date,
        round=occurrence.round,
        starts_at=occurrence.starts_at,
        ready_by=occurrence.ready_by,
        window=occurrence.window,
        last_feasible_start=occurrence.last_feasible_start,
        clock_note=occurrence.clock_note,
        state=state_of(occurrence, tries, now=now),
        plan=None,
        sessions=tuple(session.id for session in tries) if is_seen else (),
        outcome=_outcome_of(over[-1]) if over and is_seen else None,
        created_at=occurrence.created_at,
        updated_at=occurrence.updated_at,
    )


def _outcome_of(session: Session) -> Outcome:
    return Outcome(
        session_id=session.id,
        reference=session.reference,
        status=session.status,
        result=session.result,
        stop_reason=session.stop_reason,
        reason=session.reason,
        energy_wh=session.energy_wh,
        ended_at=session.ended_at,
    )
