"""What follows when energy has another price at a location."""

from collections.abc import Collection
from datetime import datetime

from homecharge.ports.units import Db
from homecharge.services.planning import ALARMS
from homecharge.services.replanning import look_anew_at_locations
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.costs import wake_limited_by_cost


def prices_changed(db: Db, location_ids: Collection[str], *, now: datetime) -> None:
    """Look again at what was reckoned with the prices of these locations: limits by cost, and plans."""
    look_anew_at_locations(db, location_ids, now=now)
    if wake_limited_by_cost(db, location_ids, now=now):
        ring_after_commit(db, ALARMS)
