"""What binds a scheduled charge that follows no plan: restricted hours, as a course of full power with holes."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.courses import Course, Period, draws_from, limit_at, next_drawing
from homecharge.domain.random_delay import delay_of
from homecharge.domain.session_state import Session
from homecharge.domain.times import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """`restricted` are the hours in its window, disjoint and in ascending order; where there is no window, those ahead.

    `keeps_courses`: the charger can be held by charging profiles. `full_w` is the most it gives.
    """

    restricted: tuple[Interval, ...]
    keeps_courses: bool
    full_w: int


def bound_course(session: Session, bounds: Bounds, *, now: datetime) -> Course | None:
    """Full power outside the restricted hours, by real time; None: nothing binds it, and no profile is needed.

    What lies behind a charge that has begun stays as it was, whatever has been changed since.
    """
    made = _course(session, bounds)
    if session.started_at is None:
        return made
    free = (_free(session, bounds),)
    before, after = session.course or free, made or free
    past = [period for period in before if period.start < now]
    ahead = [Period(now, limit_at(after, now)), *(period for period in after if period.start > now)]
    if past and past[-1].limit_w == ahead[0].limit_w:
        del ahead[0]
    joined = (*past, *ahead)
    return joined if any(period.limit_w == 0 for period in joined) else None


def may_draw(session: Session, bounds: Bounds, *, now: datetime) -> bool:
    """Whether restricted hours leave a try that has not begun any of its time, from `now` on."""
    course = _course(session, bounds)
    return course is None or draws_from(course, now)


def _course(session: Session, bounds: Bounds) -> Course | None:
    """The hours come later by the random delay, as all that the clock does; a try due inside them is held at once."""
    begins_at, delay = _begins_at(session), delay_of(session)
    ahead = [each for each in bounds.restricted if each.end > begins_at]
    if not ahead:
        return None
    free, periods = _free(session, bounds), []
    for each in ahead:
        held_at = each.start + delay
        periods.append(Period(min(held_at, begins_at) if begins_at in each else held_at, 0))
        if session.window_end is None or each.end < session.window_end:
            periods.append(Period(each.end + delay, bounds.full_w))
    return (free, *periods) if free.start < periods[0].start else tuple(periods)


def _free(session: Session, bounds: Bounds) -> Period:
    """Full power from its beginning: a transaction that comes before its time is not held."""
    return Period(min(_begins_at(session), session.created_at), bounds.full_w)


def is_moved(session: Session) -> bool:
    """Whether a planned try is due later than it was to begin, its random delay included: restricted hours hold it."""
    return session.course is not None and session.due_at > _begins_at(session) + delay_of(session)


def restricted_until(session: Session, bounds: Bounds, *, now: datetime) -> datetime | None:
    """When the restricted hours end that hold a session at `now`, its random delay apart; None: none do."""
    at = now - delay_of(session)
    return next((each.end for each in bounds.restricted if at in each), None)


def _begins_at(session: Session) -> datetime:
    """When the try was to begin, whatever has moved it since; one that began earlier began then."""
    planned_at = session.planned_start_at or session.due_at
    return planned_at if session.started_at is None else min(planned_at, session.started_at)


def due_within(session: Session, course: Course | None, *, now: datetime) -> datetime:
    """When a planned try is due: as it was planned, or when the restricted hours that it would begin in are over.

    One that they moved and hold no longer is due at once, though not before it was to begin at first. Where no time is
    left it is due as it was, and then rejected.
    """
    due_at = min(session.due_at, max(now, _begins_at(session) + delay_of(session)))
    if course is None:
        return due_at
    earliest = max(now, due_at)
    begins = next_drawing(course, earliest)
    return due_at if begins is None or begins == earliest else begins
