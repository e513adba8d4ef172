"""What binds a scheduled charge that follows no plan: restricted hours, as a course of full power with holes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.courses import Course, Period, limit_at, next_drawing
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
    free = (Period(_begins_at(session), bounds.full_w),)
    before, after = session.course or free, made or free
    past = [period for period in before if period.start < now]
    ahead = [Period(now, limit_at(after, now)), *(period for period in after if period.start > now)]
    if past and past[-1].limit_w == ahead[0].limit_w:
        del ahead[0]
    joined = (*past, *ahead)
    return joined if any(period.limit_w == 0 for period in joined) else None


def _course(session: Session, bounds: Bounds) -> Course | None:
    """The hours come later by the random delay, as all that the clock does; a try due inside them is held at once."""
    begins_at, delay = _begins_at(session), timedelta(seconds=session.random_delay_s)
    ahead = [each for each in bounds.restricted if each.end > begins_at]
    if not ahead:
        return None
    periods = [] if begins_at in ahead[0] else [Period(begins_at, bounds.full_w)]
    for each in ahead:
        periods.append(Period(begins_at if begins_at in each else each.start + delay, 0))
        if session.window_end is None or each.end < session.window_end:
            periods.append(Period(each.end + delay, bounds.full_w))
    return tuple(periods)


def _begins_at(session: Session) -> datetime:
    """When the try was to begin, whatever has moved it since."""
    return session.planned_start_at or session.due_at


def due_within(session: Session, course: Course | None, *, now: datetime) -> datetime:
    """When a planned try is due: as it was planned, or when the restricted hours that it would begin in are over.

    One that they moved and hold no longer is due at once, though not before it was to begin at first. Where no time is
    left it is due as it was, and then rejected.
    """
    begins_at = _begins_at(session) + timedelta(seconds=session.random_delay_s)
    due_at = min(session.due_at, max(now, begins_at))
    if course is None:
        return due_at
    earliest = max(now, due_at)
    begins = next_drawing(course, earliest)
    return due_at if begins is None or begins == earliest else begins
