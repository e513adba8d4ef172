"""A charge follows what holds it: a Smart one its plan, made anew at every look, others the restricted hours."""

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal

from homecharge.domain.bounds import Bounds, bound_course, due_within
from homecharge.domain.charger_state import ChargerState
from homecharge.domain.courses import Course, Period, limit_at, next_change, next_drawing
from homecharge.domain.facts import Facts
from homecharge.domain.free_vend import begins_by_itself, is_kept_waiting, is_waiting
from homecharge.domain.planner import plan
from homecharge.domain.plans import Blocked, Plan, Slot
from homecharge.domain.random_delay import after_outage, delay_of
from homecharge.domain.session_state import PROFILE_REFUSED, SOLAR_ONLY, Session, Status
from homecharge.domain.smart_facts import SmartFacts, is_reached, request_of
from homecharge.domain.surplus import surplus_course
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.times import Interval, rfc3339

SAME_WITHIN = timedelta(minutes=2)
"""Edges that differ by less are the same plan: meters and cars are not exact to the second."""


def course_of(made: Plan, *, delay: timedelta, now: datetime) -> Course:
    """The plan as power by real time, held back outside its slots."""
    periods: list[Period] = []
    for slot in made.slots:
        start, end = _shifted(slot, delay)
        if periods and periods[-1].start == start:
            periods.pop()
        if not periods or periods[-1].limit_w != slot.power_w:
            periods.append(Period(start, slot.power_w))
        periods.append(Period(end, 0))
    return tuple(periods) or (Period(now, 0),)


def _shifted(slot: Slot, delay: timedelta) -> tuple[datetime, datetime]:
    return slot.interval.start + delay, slot.interval.end + delay


def is_followed(course: Course | None, wanted: Course, *, now: datetime) -> bool:
    """Whether what a session does anyway is as good as what a new plan wants of it."""
    if course is None or limit_at(course, now) != limit_at(wanted, now):
        return False
    ours, theirs = _changes(course, now), _changes(wanted, now)
    return len(ours) == len(theirs) and all(
        abs(a.start - b.start) <= SAME_WITHIN and a.limit_w == b.limit_w for a, b in zip(ours, theirs, strict=True)
    )


def _changes(course: Course, now: datetime) -> list[Period]:
    found: list[Period] = []
    at = next_change(course, now)
    while at is not None:
        found.append(Period(at, limit_at(course, at)))
        at = next_change(course, at)
    return found


def followed(facts: Facts, *, now: datetime) -> tuple[Facts, tuple[Step, ...]]:
    """The facts with the session's plan and course as they are best from `now` on, and a step where they changed.

    A boosted session is bound by nothing until it is given back.
    """
    if facts.session.is_over or facts.session.is_boosted:
        return facts, ()
    if is_kept_waiting(facts):
        return _kept_waiting(facts, now=now), ()
    facts = dataclasses.replace(facts, session=_marked(facts))
    if facts.smart is not None and facts.solar is None:
        return _planned(facts, facts.smart, now=now)
    return (facts, ()) if facts.bounds is None else _bound(facts, facts.bounds, now=now)


def _planned(facts: Facts, smart: SmartFacts, *, now: datetime) -> tuple[Facts, tuple[Step, ...]]:
    """Of a Smart charge. A try that its charger cannot hold is due at its plan's start.

    One that was to start while we were out is planned from its delay after our return on.
    """
    session = facts.session
    if session.status in {Status.CHARGING, Status.PAUSED} and is_reached(session, smart):
        return facts, ()  # it is stopped
    cost = facts.spending.cost if facts.spending is not None else Decimal(0)
    missed = after_outage(session, facts.outages, now=now)
    made = plan(request_of(session, smart, cost=cost, now=now if missed is session else missed.due_at))
    delay = delay_of(session)
    wanted = course_of(made, delay=delay, now=now)
    if session.plan is not None and is_followed(session.course, wanted, now=now):
        return facts, ()
    cause = _cause(session, made, now=now - delay) if missed is session else "outage"
    changed = dataclasses.replace(session, plan=made, course=wanted, course_revision=session.course_revision + 1)
    if session.status is Status.PLANNED and not smart.keeps_courses and made.slots:
        due_at = max(wanted[0].start, session.due_at if session.plan is None else now)
        changed = dataclasses.replace(
            changed, due_at=due_at, at=due_at, planned_start_at=made.slots[0].interval.start, wake_at=due_at
        )
    detail = {"energy_wh": made.energy_wh, "starts_at": _starts(wanted, now), "finishes_at": _finishes(wanted)}
    step = Step(at=now, kind=StepKind.PLAN_MADE, actor=Actor.SCHEDULER, cause=cause, detail=detail)
    return dataclasses.replace(facts, session=changed), (step,)


def _bound(facts: Facts, bounds: Bounds, *, now: datetime) -> tuple[Facts, tuple[Step, ...]]:
    """Of every other one: its course has holes where hours are restricted, and no start falls due in them."""
    before = _not_waiting(facts)
    session = after_outage(before, facts.outages, now=now)
    steps = () if session == before else (_moved(before, session, "outage", now=now),)
    course = bound_course(session, bounds, now=now)
    due_at = due_within(session, course, now=now) if session.status is Status.PLANNED else session.due_at
    if due_at == session.due_at:
        return _on_its_course(facts, session, course, now=now), steps
    cause = "restricted_hours" if due_at > session.due_at else "restricted_hours_changed"
    moved = dataclasses.replace(session, due_at=due_at, at=due_at, wake_at=due_at)
    return _on_its_course(facts, moved, course, now=now), (*steps, _moved(session, moved, cause, now=now))


def _moved(before: Session, after: Session, cause: str, *, now: datetime) -> Step:
    detail = {"from_at": rfc3339(before.due_at), "due_at": rfc3339(after.due_at)}
    return Step(at=now, kind=StepKind.MOVED, actor=Actor.SCHEDULER, cause=cause, detail=detail)


def _kept_waiting(facts: Facts, *, now: datetime) -> Facts:
    """Of what began by itself: nothing is due."""
    session = facts.session
    course = session.course if is_waiting(session.course) else (Period(now, 0),)
    return dataclasses.replace(facts, session=_on_course(session, course))


def _not_waiting(facts: Facts) -> Session:
    """What began by itself, and is due after all, has waited for nothing that its course should remember."""
    session = facts.session
    is_by_itself = facts.solar is None and begins_by_itself(facts.charger.start_mode, session.kind)
    return _on_course(session, None) if is_by_itself and is_waiting(session.course) else session


def _on_course(session: Session, course: Course | None) -> Session:
    if course == session.course:
        return session
    return dataclasses.replace(session, course=course, course_revision=session.course_revision + 1)


def _on_its_course(facts: Facts, session: Session, course: Course | None, *, now: datetime) -> Facts:
    """In solar-only mode on what of the course the surplus allows, and without a plan: nothing is bought."""
    is_ahead = session.status is Status.PLANNED and now < session.due_at and facts.transaction is None
    if facts.solar is not None:
        session = dataclasses.replace(session, plan=None)
        if not is_ahead:
            course = surplus_course(session, facts.solar, course, facts.timing, now=now)
    return dataclasses.replace(facts, session=_on_course(session, course))


def _marked(facts: Facts) -> Session:
    """With the flag of solar-only mode where that binds it, else without."""
    session = facts.session
    if (SOLAR_ONLY in session.flags) is (facts.solar is not None):
        return session
    flags = (f for f in session.flags if f != SOLAR_ONLY) if facts.solar is None else (*session.flags, SOLAR_ONLY)
    return dataclasses.replace(session, flags=tuple(flags))


def _starts(course: Course, now: datetime) -> str | None:
    at = next_drawing(course, now)
    return None if at is None else rfc3339(at)


def _finishes(course: Course) -> str | None:
    return rfc3339(course[-1].start) if len(course) > 1 else None


def _cause(session: Session, made: Plan, *, now: datetime) -> str | None:
    """What has changed since the plan before; None for the first one."""
    before = session.plan
    if before is None:
        return None
    if session.course is None:
        return "boost_ended"
    if before.window.end != made.window.end:
        return "window_changed"
    if _ahead(before.blocked, now) != _ahead(made.blocked, now):
        return "restricted_hours_changed"
    if _prices(before, now) != _prices(made, now):
        return "rates_changed"
    return "energy_changed"


def _ahead(blocked: tuple[Blocked, ...], now: datetime) -> list[Blocked]:
    return [
        Blocked(Interval(max(now, each.interval.start), each.interval.end), each.code)
        for each in blocked
        if each.interval.end > now
    ]


def _prices(made: Plan, now: datetime) -> list[tuple[Interval, Decimal]]:
    return [
        (Interval(max(now, rate.interval.start), rate.interval.end), rate.per_kwh)
        for rate in made.rates
        if rate.interval.end > now
    ]


def is_held_by_plan(session: Session, charger: ChargerState | None, *, now: datetime) -> bool:
    """Whether the session's course holds it back at `now`.

    One that its charger does not keep holds nothing, unless the charger can be stopped and started again.
    """
    can_be_held = PROFILE_REFUSED not in session.flags or (charger is not None and charger.restarts)
    is_bound = session.course is not None and not session.is_boosted and can_be_held
    return is_bound and limit_at(session.course or (), now) == 0
