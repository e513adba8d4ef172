"""The random delay of what the clock starts and stops (SI 2021/1467, regulation 11)."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from homecharge.domain.courses import limit_at, next_change
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.times import Interval

_HELD = frozenset({Status.PLANNED, Status.STARTING, Status.PAUSED})


def delay_of(session: Session) -> timedelta:
    """By how much everything comes later that the clock does to it."""
    return timedelta(seconds=session.random_delay_s)


def closes_at(session: Session) -> datetime | None:
    """When its window ends, None where there is none: what the clock stops is delayed, too.

    A Smart charge's plan ends early enough to be ready by the window's end all the same.
    """
    if session.window_end is None or session.kind is Kind.SMART:
        return session.window_end
    return session.window_end + delay_of(session)


def delayed_until(session: Session, *, now: datetime) -> datetime | None:
    """When a session will draw power that would draw it now if it were not for its random delay; None for others."""
    delay, begins_at = delay_of(session), session.planned_start_at or session.due_at
    if session.status is Status.PLANNED and begins_at <= now < session.due_at <= begins_at + delay:
        return session.due_at
    if session.course is None or session.status not in _HELD or session.is_boosted:
        return None
    is_delayed = limit_at(session.course, now) == 0 and limit_at(session.course, now + delay) > 0
    return next_change(session.course, now) if is_delayed else None


def after_outage(session: Session, outages: Sequence[Interval], *, now: datetime) -> Session:
    """A planned try that the clock was to start while we were out: it comes by its delay after our return.

    Or all homes would start at that moment. The delay is as good as drawn afresh: nothing has been seen of it.
    """
    if session.status is not Status.PLANNED or session.due_at <= session.created_at or not outages:
        return session
    returned_at = outages[0].end
    due_at = returned_at + delay_of(session)
    is_over = session.window_end is not None and returned_at >= session.window_end
    if returned_at <= session.due_at or now >= due_at or is_over:
        return session
    return dataclasses.replace(session, planned_start_at=returned_at, due_at=due_at, at=due_at, wake_at=due_at)
