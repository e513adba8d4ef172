"""Take a charger away: its plans end, its identity becomes free, its History stays."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.chargers import Charger
from homecharge.domain.errors import NotFound
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.services.cancelling import Cancellation, cancel_all_planned
from homecharge.services.charger_lines import cut_line
from homecharge.services.live_sessions import refuse_while_live
from homecharge.services.schedule_endings import end_schedules
from homecharge.storage.queries import charger_settings as queries
from homecharge.storage.queries.planned_sessions import close_recoveries_of, lock_planned_of_charger
from homecharge.storage.queries.schedules import lock_of_charger
from homecharge.storage.queries.sessions import TABLE as SESSIONS


@dataclass(frozen=True, slots=True)
class ReleasedIdentity:
    """An identity that any charger may take now, and the charger that had it."""

    charger_id: str
    identity: str
    released_at: datetime


def remove_charger(db: Db, charger: Charger, *, caller: Caller, now: datetime) -> None:
    """Take a charger, read with `for_update`, from its home. Raises SessionInProgress."""
    _remove(db, charger.id, location_id=charger.location_id, caller=caller, now=now)


def release_identity(db: Db, charger_id: str, *, caller: Caller, now: datetime) -> ReleasedIdentity:
    """Take a charger from a home that is not the caller's, so that its new owner can add it: an operator's business.

    Raises NotFound, and SessionInProgress while somebody charges there.
    """
    found = queries.find_place(db, charger_id)
    if found is None:
        raise NotFound
    location_id, identity = found
    _remove(db, charger_id, location_id=location_id, caller=caller, now=now)
    auditing.note(
        db,
        "charger.released",
        actor_id=caller.account_id,
        target=Target("charger", charger_id),
        charger_id=charger_id,
        location_id=location_id,
        detail={"identity": identity},
        now=now,
    )
    return ReleasedIdentity(charger_id, identity, now)


def _remove(db: Db, charger_id: str, *, location_id: str, caller: Caller, now: datetime) -> None:
    by = Cancellation(by=caller.account_id, device=caller.device, action="charger_deleted")
    # In the order in which decisions lock: schedules before their sessions. A start that was claimed meanwhile is seen
    # as live below, or finds its session cancelled.
    end_schedules(db, lock_of_charger(db, charger_id), by, now=now)
    _cancel_planned(db, charger_id, by, now=now)
    refuse_while_live(db, location_id=location_id, charger_id=charger_id)
    close_recoveries_of(db, SESSIONS.c.charger_id == charger_id, now=now)
    _cancel_planned(db, charger_id, by, now=now)  # what a recovery planned before it could be closed
    cut_line(db, charger_id, now=now)
    queries.mark_charger_deleted(db, charger_id, now=now)


def _cancel_planned(db: Db, charger_id: str, by: Cancellation, *, now: datetime) -> None:
    planned = lock_planned_of_charger(db, charger_id)
    cancel_all_planned(db, [(session, by) for session in planned], now=now)
