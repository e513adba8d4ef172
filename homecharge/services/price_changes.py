"""What follows when energy has another price at a location."""

from collections.abc import Collection
from datetime import datetime

from homecharge.ports.units import Db


def prices_changed(db: Db, location_ids: Collection[str], *, now: datetime) -> None:
    """Look again at what was reckoned with the prices of these locations."""
