"""Occurrences as the contract shows them, with their tries; loaded for many schedules at once."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from homecharge.domain.access import MemberRole, may_see_session
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound
from homecharge.domain.occurrence_states import OccurrenceState, state_of
from homecharge.domain.overrides import Override
from homecharge.domain.plan_view import PlanView, view_plan
from homecharge.domain.revisions import digest_of
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Result, Session, Status, StopReason
from homecharge.domain.texts import Language
from homecharge.domain.texts.values import Reader, money_text
from homecharge.domain.times import ClockNote, Interval
from homecharge.ports.units import Db
from homecharge.services.occurrence_plans import Firing, OccurrencePlan, read_plans
from homecharge.storage.queries.occurrences import find_occurrence, list_tries
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
    """The contract's occurrence. `sessions` are ids, oldest first; those of other people are not shown to a user.

    `plan_basis` is what the plan rests on (`OccurrencePlan`).
    """

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
    override: Override | None
    plan: PlanView | None
    plan_basis: object
    sessions: tuple[str, ...]
    outcome: Outcome | None
    created_at: datetime
    updated_at: datetime

    @property
    def revision(self) -> int:
        """Of all that is shown; of a plan, what it rests on: one that would be made now is another one each second."""
        return digest_of(replace(self, plan=None))


def get_occurrence_view(
    db: Db, occurrence_id: str, *, caller: Caller, language: Language, now: datetime
) -> OccurrenceView:
    """By id, for a member of its location; also of a schedule that is deleted, which History goes on naming.

    Raises NotFound.
    """
    return _seen(db, occurrence_id, caller=caller, language=language, now=now)[0]


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """A plan, and for whom it is drawn."""

    view: PlanView
    reader: Reader

    @property
    def total(self) -> str | None:
        """What it costs, as people read it."""
        return None if self.view.total is None else money_text(self.view.total, self.reader.language)


def get_drawn_plan(db: Db, occurrence_id: str, *, caller: Caller, language: Language, now: datetime) -> DrawnPlan:
    """The plan that `get_occurrence_view` shows. Raises NotFound, also where there is none."""
    view, reader = _seen(db, occurrence_id, caller=caller, language=language, now=now)
    if view.plan is None:
        raise NotFound("This charge has no plan.")
    return DrawnPlan(view.plan, reader)


def _seen(
    db: Db, occurrence_id: str, *, caller: Caller, language: Language, now: datetime
) -> tuple[OccurrenceView, Reader]:
    occurrence = find_occurrence(db, occurrence_id)
    if occurrence is None:
        raise NotFound
    found = find_seen(db, occurrence.schedule_id, account_id=caller.account_id, with_deleted=True)
    if found is None:
        raise NotFound
    schedule, role = found
    firing = Firing(schedule, occurrence, list_tries(db, [occurrence_id]).get(occurrence_id, ()))
    planned = read_plans(db, [firing], now=now)[occurrence_id]
    reader = Reader(language=language, zone=schedule.zone, now=now)
    return view_of(firing, planned, reader, is_seen=sees_tries(schedule, role, caller=caller)), reader


def sees_tries(schedule: Schedule, role: MemberRole, *, caller: Caller) -> bool:
    """Whether the sessions of a schedule may be seen by the caller."""
    return may_see_session(role, is_own=schedule.driver_id == caller.account_id)


def view_of(firing: Firing, planned: OccurrencePlan, reader: Reader, *, is_seen: bool) -> OccurrenceView:
    """An occurrence as it is shown; its tries, and the plans that they follow, to those who may see them."""
    occurrence, tries = firing.occurrence, firing.tries
    over = [session for session in tries if session.is_over]
    is_plan_seen = is_seen or not tries
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
        state=state_of(occurrence, tries, now=reader.now),
        override=occurrence.override,
        plan=view_plan(planned.plan, reader) if planned.plan is not None and is_plan_seen else None,
        plan_basis=planned.basis,
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
