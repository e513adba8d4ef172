"""Our own processes: beats, gateways that fell silent, and outages as evidence (design.md §3 and §7)."""

from datetime import datetime, timedelta

from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.planning import ALARMS
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import processes as queries
from homecharge.storage.queries.recoveries import ring_due


def beat(db: Db, process_id: str, roles: str, *, silent: timedelta, now: datetime) -> int:
    """Say that this process is alive, then bury gateways that are not; returns how many chargers they leave behind.

    The first beat after a silence of everybody records the outage. Who comes late to its own beat, or is new, may come
    out of an outage that the others shared: it judges nobody's silence before its next one.
    """
    last_beat_at, previous_at = queries.find_last_beat(db), queries.find_beat(db, process_id)
    if last_beat_at is not None and now - last_beat_at > silent:
        queries.add_outage(db, Interval(last_beat_at, now))
    queries.mark_beat(db, process_id, roles, now=now)
    is_on_time = previous_at is not None and now - previous_at <= silent / 2
    return _bury_gateways(db, silent_since=now - silent if is_on_time else None, now=now)


def take_over(db: Db, *, now: datetime) -> None:
    """On SQLite there is one `run` per file: whatever was written of others is of the past."""
    queries.mark_all_ended(db, now=now)


def ended(db: Db, process_id: str, *, now: datetime) -> None:
    """This process has drained; its chargers were told and marked by the gateway itself."""
    queries.mark_ended(db, process_id, now=now)


def _bury_gateways(db: Db, *, silent_since: datetime | None, now: datetime) -> int:
    """Chargers of a gateway that ended or fell silent are offline as of its last beat; anyone may say so."""
    orphaned = queries.orphan_chargers(db, silent_since=silent_since)
    if orphaned:
        ring_due(db, orphaned, now=now)
        ring_after_commit(db, ALARMS)
    return len(orphaned)
