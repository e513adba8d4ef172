"""A Boost of a session that was held: it is bound by nothing until the Boost's own limit, and is then given back."""

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal

from homecharge.domain.facts import Facts
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.domain.smart_facts import duration_wh
from homecharge.domain.timeline import Actor, Step, StepKind


def may_be_boosted(session: Session) -> bool:
    """Whether a Boost is for this session: it is paused, or boosted already and so given another limit."""
    return session.status is Status.PAUSED or (session.status is Status.CHARGING and session.is_boosted)


def released(facts: Facts, *, now: datetime) -> tuple[Facts, tuple[Step, ...]]:
    """The facts with the session free of its course while it is boosted, and a step where its boost is over.

    What is given back has no course: whoever binds it makes another one.
    """
    session = facts.session
    if not session.is_boosted or session.is_over:
        return facts, ()
    reached = _reached(facts, now=now)
    if reached is not None:
        session = dataclasses.replace(session, boost_ended_at=now)
    if session.course is not None:
        session = dataclasses.replace(session, course=None, course_revision=session.course_revision + 1)
    step = Step(at=now, kind=StepKind.BOOST_ENDED, actor=Actor.SCHEDULER, cause=reached)
    return dataclasses.replace(facts, session=session), (step,) if reached is not None else ()


def _reached(facts: Facts, *, now: datetime) -> StopReason | None:
    """The limit of the boost, if it is reached."""
    session = facts.session
    match session.boost_limit:
        case DurationLimit() if (end := boost_end(session)) is not None and now >= end:
            return StopReason.LIMIT_DURATION
        case EnergyLimit() if (end_wh := boost_end_wh(session)) is not None and session.energy_wh >= end_wh:
            return StopReason.LIMIT_ENERGY
        case CostLimit(amount=amount) if facts.spending is not None:
            is_spent = facts.spending.cost - (session.boost_from_cost or 0) >= amount
            return StopReason.LIMIT_COST if is_spent else None
        case _:
            return None


def boost_end(session: Session) -> datetime | None:
    """When the time of a boost in force is up; None where it has none."""
    if not session.is_boosted or session.boosted_at is None or not isinstance(session.boost_limit, DurationLimit):
        return None
    return session.boosted_at + timedelta(seconds=session.boost_limit.seconds)


def boost_end_wh(session: Session) -> int | None:
    """The energy of the session at which a boost in force ends; None where it has no such limit."""
    if not session.is_boosted or not isinstance(session.boost_limit, EnergyLimit):
        return None
    return (session.boost_from_wh or 0) + session.boost_limit.energy_wh


def look_at_wh(facts: Facts) -> int | None:
    """The energy at which a sample decides something that is not in the session's own target and limit."""
    priced_wh = facts.spending.look_at_wh if facts.spending is not None else None
    timed_wh = duration_wh(facts.session, facts.smart) if facts.smart is not None else None
    ends = (boost_end_wh(facts.session), priced_wh, timed_wh)
    return min((each for each in ends if each is not None), default=None)


def most_cost(session: Session) -> Decimal | None:
    """The cost at which something ends first: the session by its limit, or its boost; None where money ends nothing."""
    own = session.limit.amount if isinstance(session.limit, CostLimit) else None
    boost = session.boost_limit if session.is_boosted else None
    boosted = (session.boost_from_cost or 0) + boost.amount if isinstance(boost, CostLimit) else None
    return min((each for each in (own, boosted) if each is not None), default=None)
