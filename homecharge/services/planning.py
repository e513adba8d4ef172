"""Make a session: every try to charge, wherever it comes from, is planned here and nowhere else."""

import dataclasses
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from homecharge.domain.references import REFERENCE_BITS, TAG_BYTES, reference, tag
from homecharge.domain.session_state import Session, Status
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.services.bounds import looked_at
from homecharge.services.random_delays import delayed
from homecharge.services.tries import Try
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.references import taken_references
from homecharge.storage.queries.sessions import add_sessions, add_steps
from homecharge.storage.types import new_id

ALARMS = "alarms"
"""The topic that says "an alarm may be due"."""


def new_session(attempt: Try, *, now: datetime) -> Session:
    """The session of a try, planned and not yet stored: id, reference and tag are drawn here."""
    due_at = attempt.due_at + timedelta(seconds=attempt.random_delay_s if attempt.is_by_clock else 0)
    return Session(
        id=new_id(),
        reference=_draw_reference(),
        tag=tag(secrets.token_bytes(TAG_BYTES)),
        kind=attempt.kind,
        status=Status.PLANNED,
        location_id=attempt.location_id,
        charger_id=attempt.charger_id,
        connector_id=attempt.connector_id,
        driver_id=attempt.driver_id,
        schedule_id=attempt.schedule_id,
        occurrence_id=attempt.occurrence_id,
        recovers_session_id=attempt.recovers.id if attempt.recovers else None,
        attempt=attempt.recovers.attempt + 1 if attempt.recovers else 1,
        at=due_at,
        due_at=due_at,
        window_start=attempt.window.start if attempt.window else None,
        window_end=attempt.window.end if attempt.window else None,
        last_feasible_start=attempt.last_feasible_start,
        planned_start_at=attempt.due_at,
        random_delay_s=attempt.random_delay_s,
        target=attempt.target,
        limit=attempt.limit,
        commanded_at=None,
        command_answer=None,
        command_error=None,
        command_message_id=None,
        started_at=None,
        ended_at=None,
        boosted_at=None,
        energy_wh=0,
        offered_at=None,
        drew_at=None,
        stop_requested_at=None,
        stop_requested_by=None,
        stop_requested_as=None,
        stop_reason=None,
        result=None,
        shortfall=None,
        reason=None,
        rejection=None,
        open_until=None,
        plan=None,
        course=None,
        course_revision=0,
        flags=attempt.flags,
        wake_at=due_at,
        version=1,
        created_at=now,
        updated_at=now,
        card_uid=attempt.card_uid,
    )


def add_new(db: Db, sessions: Sequence[Session]) -> list[Session]:
    """Store sessions just made, drawing anew the reference of one whose first draw is taken.

    With a million sessions that is one in thirty thousand; two units that draw the same at once is one in billions, and
    then the second one's caller tries again.
    """
    taken = taken_references(db, [session.reference for session in sessions])
    stored = list(sessions)
    while taken:
        stored = [
            dataclasses.replace(session, reference=_draw_reference()) if session.reference in taken else session
            for session in stored
        ]
        taken = taken_references(db, [session.reference for session in stored])
    add_sessions(db, stored)
    return stored


def _draw_reference() -> str:
    return reference(secrets.randbits(REFERENCE_BITS))


def plan_session(
    db: Db, attempt: Try, *, actor: Actor, actor_id: str | None = None, cause: str | None = None, now: datetime
) -> Session:
    """Store a planned session with the first step of its timeline, and ring when it is due already.

    Raises IntegrityError when its occurrence has a first try already, or its predecessor a recovery.
    """
    return plan_sessions(db, [attempt], actor=actor, actor_id=actor_id, cause=cause, now=now)[0]


def plan_sessions(
    db: Db,
    attempts: Sequence[Try],
    *,
    actor: Actor,
    actor_id: str | None = None,
    cause: str | None = None,
    now: datetime,
) -> list[Session]:
    """As `plan_session`, for many at once in two statements."""
    planned = [new_session(attempt, now=now) for attempt in delayed(db, attempts)]
    sessions = add_new(db, looked_at(db, planned, now=now))
    steps = [
        Step(
            at=now,
            kind=StepKind.PLANNED,
            actor=actor,
            actor_id=actor_id,
            cause=cause,
            detail={"due_at": session.due_at.isoformat(), "attempt": session.attempt},
        )
        for session in sessions
    ]
    add_steps(db, zip((session.id for session in sessions), steps, strict=True))
    if any(session.wake_at is not None and session.wake_at <= now for session in sessions):
        ring_after_commit(db, ALARMS)
    return sessions
