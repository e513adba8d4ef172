"""The only decision: what a session does next, from the facts and the clock alone (design.md §3)."""

import dataclasses
from datetime import datetime
from typing import Any

from homecharge.domain import resumptions
from homecharge.domain.boosting import look_at_wh, released
from homecharge.domain.charger_state import Transaction
from homecharge.domain.charging_rules import (
    drew_at,
    drew_in,
    holder,
    is_held_back,
    is_shut_out,
    left_open,
    lost_at,
    no_energy,
    nothing_drawn,
    stop_due,
)
from homecharge.domain.connector_rules import connector_reasons
from homecharge.domain.endings import ending, has_drawn, metered_at
from homecharge.domain.facts import Decision, Facts, StartCommand, Stop
from homecharge.domain.following import followed, is_held_by_plan
from homecharge.domain.next_looks import LOOK_AGAIN, next_look
from homecharge.domain.occupancy import adoptable
from homecharge.domain.pauses import held_or_resumed
from homecharge.domain.recoveries import is_exhausted, open_until, unless_hopeless
from homecharge.domain.rejections import Rejection, in_precedence, stored
from homecharge.domain.session_state import Session, Status, moved
from homecharge.domain.start_outcomes import confirm_deadline, start_failed
from homecharge.domain.start_rules import check_start, wait_until, waiting_steps
from homecharge.domain.surplus_rules import surplus_until
from homecharge.domain.timeline import Actor, Step, StepKind


def advance(facts: Facts, *, now: datetime) -> Decision:
    """Every move that the facts allow at `now`, with the command to send and the next alarm.

    Pure. A session that is over is returned as it is.
    """
    facts, given_back = released(facts, now=now)
    facts, replanned = followed(facts, now=now)
    decision = _step(facts, now=now)
    while decision.session.status is not facts.session.status and decision.command is None:
        if decision.session.is_over:
            break
        facts = dataclasses.replace(facts, session=decision.session, own=_own(facts, decision))
        following = _step(facts, now=now)
        decision = dataclasses.replace(
            following,
            steps=(*decision.steps, *following.steps),
            adopts=decision.adopts,
            ends_session_id=decision.ends_session_id,
        )
    return dataclasses.replace(decision, steps=(*given_back, *replanned, *decision.steps))


def _own(facts: Facts, decision: Decision) -> tuple[Transaction, ...]:
    if decision.adopts is None or facts.foreign is None or facts.foreign.id != decision.adopts:
        return facts.own
    return (*facts.own, dataclasses.replace(facts.foreign, session_id=facts.session.id, stop_at=None, stop_tries=0))


def _step(facts: Facts, *, now: datetime) -> Decision:
    match facts.session.status:
        case Status.PLANNED:
            return _planned(facts, now=now)
        case Status.STARTING:
            return _starting(facts, now=now)
        case Status.CHARGING | Status.PAUSED:
            return _running(facts, now=now)
        case _:
            return Decision(session=facts.session)


def _planned(facts: Facts, *, now: datetime) -> Decision:
    session = facts.session
    if facts.transaction is not None:
        return _charging(facts, facts.transaction, now=now)
    if now < session.due_at:
        return Decision(session=_with(session, wake_at=session.due_at))
    if (until := wait_until(facts, now=now)) is not None:
        cause = "charger_online" if not facts.charger.is_online else "line_settles"
        return _waiting(session, until, cause=cause, now=now)
    return _due(facts, now=now)


def _due(facts: Facts, *, now: datetime) -> Decision:
    session = facts.session
    if reasons := check_start(facts, now=now):
        return _rejected(facts, reasons, now=now)
    if (until := surplus_until(facts, now=now)) is not None:
        return _waiting(session, until, cause="surplus", now=now)
    if (open_one := adoptable(facts, now=now)) is not None:
        return _charging(facts, open_one, now=now)
    return _commanded(facts, moved(session, Status.STARTING), now=now)


def _waiting(session: Session, until: datetime, *, cause: str, now: datetime) -> Decision:
    return Decision(
        session=_with(session, wake_at=until), steps=waiting_steps(session, until=until, cause=cause, now=now)
    )


def _commanded(facts: Facts, session: Session, *, cause: str | None = None, now: datetime) -> Decision:
    unanswered = {"command_answer": None, "command_error": None, "command_message_id": None}
    session = _with(session, commanded_at=now, **unanswered)
    session = _with(session, wake_at=confirm_deadline(dataclasses.replace(facts, session=session)))
    tag = facts.charger.remote_start_tag or session.card_uid or session.tag
    told = {"command": "RemoteStartTransaction"}
    step = Step(at=now, kind=StepKind.COMMANDED, actor=Actor.SCHEDULER, cause=cause, detail=told)
    return Decision(session=session, steps=(step,), command=StartCommand(session.connector_id, tag))


def _starting(facts: Facts, *, now: datetime) -> Decision:
    transaction = facts.transaction
    if transaction is not None:
        return _charging(facts, transaction, now=now)
    if reasons := start_failed(facts, now=now):
        return _rejected(facts, reasons, now=now)
    return Decision(session=_with(facts.session, wake_at=confirm_deadline(facts)))


def _charging(facts: Facts, transaction: Transaction, *, now: datetime) -> Decision:
    """With a transaction of its own, or one taken over: then this try begins now, and only what follows is its own."""
    is_own = transaction.session_id == facts.session.id
    is_held = is_held_back(facts) or is_held_by_plan(facts.session, facts.charger, now=now)
    started_at = transaction.started_at if is_own else now
    session = moved(
        facts.session,
        Status.CHARGING,
        started_at=started_at,
        at=started_at,
        offered_at=None if is_held else started_at,
    )
    kind = StepKind.CHARGING if is_own else StepKind.TRANSACTION_ADOPTED
    told = {"transaction_id": transaction.id}
    step = Step(at=now, kind=kind, actor=Actor.CHARGER, detail=told, message_id=transaction.message_id)
    if is_own:
        return Decision(session=session, steps=(step,))
    drew_now = now if _is_recovered(facts, transaction) and transaction.drew_at is not None else None
    ends = transaction.session_id if facts.other is not None else None
    return Decision(
        session=_with(session, drew_at=drew_now), steps=(step,), adopts=transaction.id, ends_session_id=ends
    )


def _is_recovered(facts: Facts, transaction: Transaction) -> bool:
    """The car that took nothing draws now: that is what this try recovers for."""
    return facts.recovers is not None and facts.recovers.session_id == transaction.session_id


def _running(facts: Facts, *, now: datetime) -> Decision:
    session, transaction = facts.session, facts.transaction
    if transaction is None:
        return Decision(session=_with(session, wake_at=now + LOOK_AGAIN))
    if transaction.stopped_at is not None:
        return _stopped(facts, transaction, transaction.stopped_at, now=now)
    if (gone_at := lost_at(facts, transaction)) is not None and now >= gone_at:
        return _lost(facts, transaction, now=now)
    if (held := held_or_resumed(facts, now=now)) is not None:
        return held
    drew: tuple[Step, ...] = ()
    flowed_at = drew_at(facts, transaction, now=now)
    if flowed_at is not None and session.drew_at is None:
        frame = drew_in(facts, transaction, now=now)
        facts = dataclasses.replace(facts, session=_with(session, drew_at=flowed_at))
        drew = (Step(at=flowed_at, kind=StepKind.ENERGY_FLOWS, actor=Actor.CAR, message_id=frame),)
    if session.stop_requested_at is None and (reason := no_energy(facts, transaction, now=now)) is not None:
        reasons = in_precedence([*connector_reasons(facts), reason])
        return _rejected(facts, reasons, now=now, transaction=transaction)
    decision = _stopping(facts, transaction, now=now)
    return dataclasses.replace(decision, steps=(*drew, *decision.steps))


def _stopped(facts: Facts, transaction: Transaction, stopped_at: datetime, *, now: datetime) -> Decision:
    if resumptions.may_go_on(facts, transaction, now=now):
        return _between(facts, transaction, now=now)
    session = facts.session
    if session.stop_requested_as is None and (reason := resumptions.over_by(facts, transaction, now=now)) is not None:
        facts = dataclasses.replace(facts, session=_with(session, stop_requested_as=reason))
    return _ended(facts, transaction, ended_at=stopped_at, now=now)


def _between(facts: Facts, ended: Transaction, *, now: datetime) -> Decision:
    """Paused without a transaction; once the course lets it draw, the charger is told to start the next."""
    session = facts.session
    if session.status is Status.CHARGING:
        cause, frame = "zero_limit" if ended.is_ended_by_zero else "stopped", ended.stop_message_id
        step = Step(at=now, kind=StepKind.PAUSED, actor=Actor.CHARGER, cause=cause, message_id=frame)
        return Decision(session=moved(session, Status.PAUSED, offered_at=None), steps=(step,))
    begins_at = resumptions.resumes_at(session, ended)
    if not resumptions.is_commanded(session, ended) and begins_at is not None and now >= begins_at:
        return _commanded(facts, session, cause="resume", now=now)
    wake_at = min(resumptions.next_look(facts, ended, now=now) or now + LOOK_AGAIN, now + LOOK_AGAIN)
    return Decision(session=_with(session, wake_at=wake_at))


def _stopping(facts: Facts, transaction: Transaction, *, now: datetime) -> Decision:
    session = facts.session
    steps: tuple[Step, ...] = ()
    if session.stop_requested_at is None and (reason := stop_due(facts, now=now)) is not None:
        session = _with(session, stop_requested_at=now, stop_requested_as=reason)
        cause = holder(facts, now=now) if is_shut_out(facts, now=now) else reason.value
        steps = (Step(at=now, kind=StepKind.STOP_REQUESTED, actor=Actor.SCHEDULER, cause=cause),)
        facts = dataclasses.replace(facts, session=session)
    is_owed = session.stop_requested_at is not None and not transaction.is_stop_owed
    stops = (Stop(transaction.id, now),) if is_owed else ()
    if resumptions.is_to_pause(facts, transaction, now=now):
        stops = (Stop(transaction.id, now, is_pause=True),)
    goes_on = transaction.id if resumptions.is_to_go_on(facts, transaction, now=now) else None
    session = _with(session, wake_at=next_look(facts, transaction, now=now), look_at_wh=look_at_wh(facts))
    return Decision(session=session, steps=steps, stops=stops, goes_on=goes_on)


def _lost(facts: Facts, transaction: Transaction, *, now: datetime) -> Decision:
    gone = dataclasses.replace(transaction, stopped_at=transaction.heard_at, is_lost=True)
    decision = _stopped(facts, gone, transaction.heard_at, now=now)
    return dataclasses.replace(decision, loses=transaction.id)


def _ended(facts: Facts, transaction: Transaction, *, ended_at: datetime, now: datetime) -> Decision:
    if not has_drawn(facts.session, transaction):
        reason = nothing_drawn(facts, transaction, ended_at=ended_at, now=now)
        return _rejected(facts, (reason,), now=now, ended_at=ended_at)
    verdict = ending(facts, transaction, ended_at=ended_at)
    session = moved(
        facts.session,
        Status.COMPLETED,
        drew_at=facts.session.drew_at or metered_at(facts.session, transaction) or ended_at,
        ended_at=ended_at,
        stop_reason=verdict.stop_reason,
        result=verdict.result,
        shortfall=verdict.shortfall,
        open_until=open_until(facts.session, None, now=now) if verdict.is_recoverable else None,
        wake_at=None,
    )
    actor = Actor.SCHEDULER if transaction.is_lost else Actor.CHARGER
    step = Step(
        at=now,
        kind=StepKind.COMPLETED,
        actor=actor,
        cause=verdict.stop_reason.value,
        message_id=transaction.stop_message_id,
    )
    return Decision(session=unless_hopeless(session, facts.timing, now=now), steps=(step,))


def _rejected(
    facts: Facts,
    reasons: tuple[Rejection, ...],
    *,
    now: datetime,
    ended_at: datetime | None = None,
    transaction: Transaction | None = None,
) -> Decision:
    session, first = facts.session, reasons[0]
    until = open_until(session, first, now=now)
    rejected = moved(
        session,
        Status.REJECTED,
        reason=first.code.value,
        rejection=stored(reasons, exhausted=is_exhausted(session, first)),
        open_until=until,
        ended_at=ended_at or now,
        stop_reason=None,
        wake_at=None,
    )
    step = Step(
        at=now, kind=StepKind.REJECTED, actor=Actor.SCHEDULER, cause=first.code.value, message_id=first.message_id
    )
    return Decision(
        session=unless_hopeless(rejected, facts.timing, now=now),
        steps=(step,),
        stops=left_open(session, first, transaction, now=now),
    )


def _with(session: Session, **changes: Any) -> Session:
    return dataclasses.replace(session, **changes)
