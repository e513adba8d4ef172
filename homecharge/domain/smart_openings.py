"""When a Smart occurrence opens: its car is there and the connector free, or it is too late to wait for it."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.occurrence_states import is_underway
from homecharge.domain.occurrences import RECOVERY_LEAD, Occurrence
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of the connector: whether a car is there, and whether another session has it."""

    is_there: bool
    is_busy: bool


def opens(occurrence: Occurrence, arrival: Arrival, *, now: datetime) -> datetime | None:
    """When to look again; None: now, with a session of its own, which says why it does not charge if it does not.

    While another session has the connector it waits for that one's end.
    """
    if now < occurrence.window_start:
        return occurrence.window_start
    if now >= occurrence.last_feasible_start or (arrival.is_there and not arrival.is_busy):
        return None
    return occurrence.last_feasible_start


def next_round(occurrence: Occurrence, tries: Sequence[Session], *, now: datetime) -> Occurrence | None:
    """The round that a car opens which comes back before ready-by, awaited and without an id of its own yet.

    None while the last round goes on or never began, after it was taken back, and where too little time is left.
    """
    if occurrence.skipped_at is not None or not tries or now > occurrence.window_end - RECOVERY_LEAD:
        return None
    if any(is_underway(session, now=now) for session in tries) or tries[-1].reason == Code.CANCELLED:
        return None
    return dataclasses.replace(
        occurrence,
        round=occurrence.round + 1,
        starts_at=now,
        window_start=now,
        decided_at=None,
        wake_at=now,
        created_at=now,
        updated_at=now,
    )
