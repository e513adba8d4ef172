"""How long a charge has lasted: while restricted hours hold it, its time limit waits."""

from datetime import datetime, timedelta

from homecharge.domain.courses import Course, drawing_time, drawn_by
from homecharge.domain.limits import DurationLimit
from homecharge.domain.session_state import Kind, Session


def lasted(session: Session, *, until: datetime) -> timedelta:
    """The time that counts, from the transaction's start to `until`; of a later boost, from there on what had counted.

    What held it before is not in its course any more.
    """
    since = _since(session)
    if since is None:
        return timedelta(0)
    course = _bound(session)
    return _before(session) + (until - since if course is None else drawing_time(course, since, until))


def duration_end(session: Session) -> datetime | None:
    """When the duration limit is used up; None without one, before the start, and where it is held for good.

    That of a Smart charge is time at full power, and so an energy (`smart_facts.duration_wh`).
    """
    since = _since(session)
    if not isinstance(session.limit, DurationLimit) or since is None or session.kind is Kind.SMART:
        return None
    wanted = max(timedelta(0), timedelta(seconds=session.limit.seconds) - _before(session))
    course = _bound(session)
    return since + wanted if course is None else drawn_by(course, since, wanted)


def _since(session: Session) -> datetime | None:
    started_at = session.started_at
    return started_at if started_at is None else max(started_at, session.boosted_at or started_at)


def _before(session: Session) -> timedelta:
    return timedelta(seconds=session.boost_from_s or 0)


def _bound(session: Session) -> Course | None:
    """The course of a charge without a plan, which keeps what has been; a plan has its limit in it."""
    return session.course if session.plan is None else None
