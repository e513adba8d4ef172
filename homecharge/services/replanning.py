"""What follows when something changes that plans and outlooks go by: hours, prices, a vehicle, a charger's settings."""

from collections.abc import Collection
from datetime import datetime

from homecharge.domain.session_state import Kind
from homecharge.domain.warnings import SETTLES_IN
from homecharge.ports.units import Db
from homecharge.services.planning import ALARMS
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import smart_sessions, warnings


def look_anew_at_chargers(db: Db, charger_ids: Collection[str], kinds: Collection[Kind], *, now: datetime) -> None:
    """Decide again what is planned or under way there, and ask again whether what is to come will start."""
    if smart_sessions.wake_at_chargers(db, charger_ids, kinds, now=now):
        ring_after_commit(db, ALARMS)
    warnings.ask_anew_at_chargers(db, charger_ids, settles_in=SETTLES_IN, now=now)


def look_anew_at_locations(db: Db, location_ids: Collection[str], *, now: datetime) -> None:
    """As `look_anew_at_chargers`, of the Smart charges of homes: what changed binds no others."""
    if smart_sessions.wake_smart_at_locations(db, location_ids, now=now):
        ring_after_commit(db, ALARMS)
    warnings.ask_anew_at_locations(db, location_ids, settles_in=SETTLES_IN, now=now)
