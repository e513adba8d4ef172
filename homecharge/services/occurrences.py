"""Occurrences follow one another: each that is decided brings the next, and a sweep closes what gaps there are."""

from collections.abc import Sequence
from datetime import datetime

from homecharge.ports.units import Db
from homecharge.services.occurrence_supply import plan_turns, supply
from homecharge.storage.queries.occurrences import list_left_undecided, mark_decided
from homecharge.storage.queries.schedules import list_wanting, lock_active

BATCH = 500


def decided(db: Db, occurrence_ids: Sequence[str], *, now: datetime) -> None:
    """Tries of these occurrences have left `planned`: bring their schedules' next ones, in this very transaction.

    Sets `decided_at`, adds the firings that follow, so that eight are undecided again, and plans the session of the
    next; firings that an outage has swallowed follow one by one, each with a session of its own. Calling it again
    changes nothing. A schedule that is being changed at this moment is left to that change. A constant number of
    statements for any number of occurrences.
    """
    schedule_ids = mark_decided(db, occurrence_ids, now=now)
    if schedule_ids:
        plan_turns(db, supply(db, lock_active(db, schedule_ids), now=now), now=now)


def heal(db: Db, *, now: datetime) -> int:
    """Find enabled schedules with too few undecided occurrences or without a planned session, and supply them.

    At most 500 in one unit of work; how many there were. Zero means that nothing is missing.
    """
    left = list_left_undecided(db, limit=BATCH)
    schedule_ids = mark_decided(db, left, now=now) if left else []
    found = lock_active(db, {*schedule_ids, *list_wanting(db, limit=BATCH)})
    plan_turns(db, supply(db, found, now=now), now=now)
    return len(found)
