"""The random delay of what the clock starts and stops (SI 2021/1467, regulation 11)."""

from datetime import datetime, timedelta

from homecharge.domain.courses import limit_at
from homecharge.domain.session_state import Session, Status

_WAITING = frozenset({Status.PLANNED, Status.STARTING, Status.PAUSED})


def is_delayed(session: Session, *, now: datetime) -> bool:
    """Whether a session would draw power now if it were not for its random delay."""
    if session.course is None or session.status not in _WAITING:
        return False
    delay = timedelta(seconds=session.random_delay_s)
    return limit_at(session.course, now) == 0 and limit_at(session.course, now + delay) > 0
