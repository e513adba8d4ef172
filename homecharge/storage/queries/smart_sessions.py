"""Smart charges that are not over: looked at again, and those that share a budget."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from homecharge.domain.session_state import Kind, Session, Status
from homecharge.ports.units import Db
from homecharge.storage.queries.occurrences import OCCURRENCES
from homecharge.storage.queries.sessions import TABLE

SMART = frozenset({Kind.SMART})


def wake_at_chargers(db: Db, charger_ids: Collection[str], kinds: Collection[Kind], *, now: datetime) -> int:
    """Have what is planned or under way at these chargers decided, and planned, anew; returns how many."""
    return _wake(db, TABLE.c.charger_id.in_(charger_ids), kinds, now=now)


def wake_smart_at_locations(db: Db, location_ids: Collection[str], *, now: datetime) -> int:
    """As `wake_at_chargers`, every Smart charge of locations."""
    return _wake(db, TABLE.c.location_id.in_(location_ids), SMART, now=now)


def wake_charging_to_soc(db: Db, session_ids: Collection[str], *, now: datetime) -> int:
    """As `wake_at_chargers`, those of these sessions whose target is a state of charge."""
    return _wake(db, TABLE.c.id.in_(session_ids) & (TABLE.c.target["kind"].as_string() == "soc"), SMART, now=now)


def _wake(db: Db, which: ColumnElement[bool], kinds: Collection[Kind], *, now: datetime) -> int:
    woken = update(TABLE).where(which, TABLE.c.wake_at.is_not(None), TABLE.c.kind.in_(kinds))
    return db.execute(woken.values(wake_at=now, version=TABLE.c.version + 1)).rowcount


def end_delay(db: Db, session: Session, *, now: datetime) -> bool:
    """No random delay any more: what is planned is due. False when the session has moved meanwhile."""
    ended = update(TABLE).where(
        TABLE.c.id == session.id, TABLE.c.status == session.status, TABLE.c.wake_at.is_not(None)
    )
    values = {"random_delay_s": 0, "wake_at": now, "version": TABLE.c.version + 1, "updated_at": now}
    if session.status is Status.PLANNED:
        values |= {"due_at": now, "at": now}
    return db.execute(ended.values(values)).rowcount == 1


def list_rounds(db: Db, occurrence_ids: Collection[str]) -> dict[str, list[str]]:
    """By occurrence, the ids of all sessions of its day: those of every round share one budget."""
    if not occurrence_ids:
        return {}
    own, other = OCCURRENCES.alias("own"), OCCURRENCES.alias("other")
    rows = db.execute(
        select(own.c.id, TABLE.c.id)
        .join(other, (other.c.schedule_id == own.c.schedule_id) & (other.c.local_date == own.c.local_date))
        .join(TABLE, TABLE.c.occurrence_id == other.c.id)
        .where(own.c.id.in_(occurrence_ids))
    )
    found: dict[str, list[str]] = defaultdict(list)
    for occurrence_id, session_id in rows:
        found[occurrence_id].append(session_id)
    return found
