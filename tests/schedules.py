"""Schedules for tests, and the engine's part in their lives."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.schedules import Manual, Once, Schedule, Spec, Weekly
from homecharge.domain.session_state import Session, Status
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.decisions import decide
from homecharge.services.occurrences import decided
from homecharge.services.schedules import Seen, Wish, add_schedule, change_schedule, get_schedule, remove_schedule
from homecharge.storage.claims import Claimant, claim_sessions
from homecharge.storage.queries.occurrences import IS_UNDECIDED, OCCURRENCES, list_occurrences
from homecharge.storage.queries.sessions import TABLE, list_sessions, move_sessions

NIGHTLY = Manual(on=Weekly(WEEKDAYS), start_time=time(0, 30), end_time=time(5, 30))


def on(day: str, start: str = "00:30", end: str | None = "05:30") -> Manual:
    """A one-off."""
    end_time = None if end is None else time.fromisoformat(end)
    return Manual(on=Once(date.fromisoformat(day)), start_time=time.fromisoformat(start), end_time=end_time)


def schedule(db: Db, charger_id: str, caller: Caller, spec: Spec = NIGHTLY, *, now: datetime, **wish: Any) -> Schedule:
    return add_schedule(db, charger_id, Wish(spec=spec, **wish), caller=caller, now=now).schedule


def change(db: Db, schedule_id: str, caller: Caller, *, now: datetime, **changes: Any) -> Seen:
    seen = get_schedule(db, schedule_id, caller=caller, to_edit=True, for_update=True)
    return change_schedule(db, seen, changes, caller=caller, now=now)


def remove(db: Db, schedule_id: str, caller: Caller, *, now: datetime) -> None:
    seen = get_schedule(db, schedule_id, caller=caller, to_edit=True, for_update=True)
    remove_schedule(db, seen, caller=caller, now=now)


def undecided(db: Db, schedule_id: str) -> list[Occurrence]:
    return list_occurrences(db, OCCURRENCES.c.schedule_id == schedule_id, IS_UNDECIDED)


def days(occurrences: Sequence[Occurrence]) -> list[int]:
    return [occurrence.local_date.day for occurrence in occurrences]


def tries(db: Db, schedule_id: str, *statuses: Status) -> list[Session]:
    found = list_sessions(db, TABLE.c.schedule_id == schedule_id)
    return [session for session in found if not statuses or session.status in statuses]


def planned(db: Db, schedule_id: str) -> Session:
    [session] = tries(db, schedule_id, Status.PLANNED)
    return session


def leave_planned(db: Db, session: Session, status: Status = Status.STARTING, *, now: datetime, **columns: Any) -> bool:
    """What a decision does to a first try, fenced as it is."""
    if not move_sessions(db, [(session, dataclasses.replace(session, status=status, **columns))], now=now):
        return False
    decided(db, [session.occurrence_id or ""], now=now)
    return True


def run_due(db: Db, *, gateway_id: str | None = None, now: datetime) -> list[Session]:
    """Claim what is due and decide it, as a tick does; what was claimed."""
    claimed = claim_sessions(db, Claimant(gateway_id=gateway_id, takes_unheld=True), now=now)
    decide(db, claimed, Timing(), now=now)
    return claimed
