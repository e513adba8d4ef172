"""What a home's meter says that it gives away: kept, and without effect until charging follows it."""

from datetime import datetime

from homecharge.domain.errors import Invalid
from homecharge.domain.homes import Location, Surplus
from homecharge.domain.observations import observation_problems, supersedes
from homecharge.ports.units import Db
from homecharge.storage.queries import homes


def post_surplus(db: Db, location: Location, *, power_w: int, at: datetime, now: datetime) -> None:
    """The surplus of a home read with `for_update`; what is older than is known changes nothing. Raises Invalid."""
    surplus = Surplus(power_w, at)
    if found := observation_problems(surplus, now=now):
        raise Invalid(errors=found)
    if supersedes(surplus, location.surplus):
        homes.write_surplus(db, location.id, surplus)
