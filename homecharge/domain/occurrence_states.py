"""Where an occurrence stands, told from its tries and the clock."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from homecharge.domain.occurrences import Occurrence
from homecharge.domain.session_state import Session, Status


class OccurrenceState(StrEnum):
    """Public contract: only added to. `waiting_for_car` is a Smart one in its window, before the plug-in."""

    UPCOMING = "upcoming"
    WAITING_FOR_CAR = "waiting_for_car"
    OPEN = "open"
    CHARGING = "charging"
    PAUSED = "paused"
    COMPLETED = "completed"
    REJECTED = "rejected"
    SKIPPED = "skipped"


def state_of(occurrence: Occurrence, tries: Sequence[Session], *, now: datetime) -> OccurrenceState:
    """`open`: it is due or being started, or its last try may still be recovered. `tries` are oldest first."""
    if occurrence.skipped_at is not None:
        return OccurrenceState.SKIPPED
    last = tries[-1] if tries else None
    if last is None and occurrence.ready_by is not None and now >= occurrence.window_start:
        return OccurrenceState.WAITING_FOR_CAR
    if last is None or last.status is Status.PLANNED:
        return OccurrenceState.UPCOMING if now < occurrence.window_start else OccurrenceState.OPEN
    if last.status is Status.STARTING or is_open(last, now=now):
        return OccurrenceState.OPEN
    return OccurrenceState(last.status.value)


def is_open(session: Session, *, now: datetime) -> bool:
    """Whether a session that is over may still be recovered."""
    return session.open_until is not None and now <= session.open_until


def is_underway(session: Session, *, now: datetime) -> bool:
    """Whether something will still come of it: planned, live, or open to recovery."""
    return not session.is_over or is_open(session, now=now)
