"""When a charge is paused, by its plan or by its charger, and when it goes on."""

from datetime import datetime

from homecharge.domain.charging_rules import holder, is_held_back, is_shut_out, status_message
from homecharge.domain.facts import Decision, Facts
from homecharge.domain.following import is_held_by_plan
from homecharge.domain.session_state import Status, moved
from homecharge.domain.timeline import Actor, Step, StepKind


def held_or_resumed(facts: Facts, *, now: datetime) -> Decision | None:
    """The move between charging and paused that is due, None where none is.

    A plan holds and resumes by the clock, also without a line: the charger keeps it. A charger's own pause is told by
    its connector's status.
    """
    session, frame = facts.session, status_message(facts)
    is_ours = is_held_by_plan(session, facts.charger, now=now) and not is_shut_out(facts, now=now)
    if session.status is Status.CHARGING and (is_ours or is_held_back(facts)):
        step = Step(at=now, kind=StepKind.PAUSED, actor=Actor.CHARGER, cause="suspended_evse", message_id=frame)
        if is_ours:
            step = Step(at=now, kind=StepKind.PAUSED, actor=Actor.SCHEDULER, cause=holder(facts, now=now))
        return Decision(session=moved(session, Status.PAUSED, offered_at=None), steps=(step,))
    is_known = facts.fresh is not None or session.course is not None
    if session.status is Status.PAUSED and is_known and not is_ours and not is_held_back(facts):
        step = Step(at=now, kind=StepKind.RESUMED, actor=Actor.CHARGER, message_id=frame)
        if facts.solar is not None and session.course is not None:
            step = Step(at=now, kind=StepKind.RESUMED, actor=Actor.SCHEDULER, cause="surplus")
        return Decision(session=moved(session, Status.CHARGING, offered_at=now), steps=(step,))
    return None
