"""What people call their locations and chargers, also those that are gone: History still tells of them."""

from collections.abc import Collection

from sqlalchemy import select

from homecharge.ports.units import Db
from homecharge.storage.models import Charger, Location


def read_charger_names(db: Db, charger_ids: Collection[str]) -> dict[str, str]:
    """Names by charger id."""
    return dict(db.execute(select(Charger.id, Charger.name).where(Charger.id.in_(charger_ids))).all())


def read_charger_identities(db: Db, charger_ids: Collection[str]) -> dict[str, str]:
    """OCPP identities by charger id."""
    return dict(db.execute(select(Charger.id, Charger.identity).where(Charger.id.in_(charger_ids))).all())


def read_location_names(db: Db, location_ids: Collection[str]) -> dict[str, str]:
    """Names by location id."""
    return dict(db.execute(select(Location.id, Location.name).where(Location.id.in_(location_ids))).all())
