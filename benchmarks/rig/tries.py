"""Sessions to begin with: as many boosts, one at each home."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from benchmarks.rig.estate import Estate
from homecharge.domain.session_state import Kind
from homecharge.domain.times import Interval
from homecharge.services.tries import Try

WINDOW = timedelta(hours=1)


def boosts(estate: Estate, *, due_at: datetime) -> Sequence[Try]:
    """Each may start within an hour."""
    window = Interval(due_at, due_at + WINDOW)
    return [
        Try(
            kind=Kind.BOOST,
            location_id=home.location_id,
            charger_id=home.charger_id,
            connector_id=1,
            driver_id=estate.owner.account_id,
            due_at=due_at,
            window=window,
            last_feasible_start=window.end,
        )
        for home in estate.homes
    ]
