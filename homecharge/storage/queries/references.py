"""Which references of sessions are taken."""

from collections.abc import Collection

from sqlalchemy import select

from homecharge.ports.units import Db
from homecharge.storage.models import ChargingSession


def taken_references(db: Db, references: Collection[str]) -> set[str]:
    """Those of the references that a session has already."""
    return set(db.scalars(select(ChargingSession.reference).where(ChargingSession.reference.in_(references))))
