"""Whose cards a location takes besides its own, in and out of the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select, update

from homecharge.domain.location_access import LocationAccess, linked_from_json, links_of
from homecharge.ports.units import Db
from homecharge.storage.models import Location
from homecharge.storage.queries.reimbursed import write_links

LOCATIONS = cast("Table", Location.__table__)
_C = LOCATIONS.c


def find_access(db: Db, location_id: str, *, for_update: bool = False) -> LocationAccess | None:
    """A location's switches; None for one that is not there. `for_update` keeps others from changing them."""
    query = select(LOCATIONS).where(_C.id == location_id, _C.deleted_at.is_(None))
    row = db.execute(query.with_for_update(key_share=True) if for_update else query).one_or_none()
    if row is None:
        return None
    stored = row.reimbursement
    return LocationAccess(
        location_id=row.id,
        roaming=row.roaming,
        guest=row.guest,
        accept_any=row.accept_any,
        linked=None if stored is None else linked_from_json(stored),
        given=None if stored is None else stored["given"],
        revision=row.access_revision,
    )


def write_access(db: Db, location_id: str, columns: Mapping[str, Any], *, now: datetime) -> None:
    """Write all switches, as a new revision of them."""
    changed = {**columns, "access_revision": _C.access_revision + 1, "updated_at": now}
    db.execute(update(LOCATIONS).where(_C.id == location_id).values(changed))
    stored = columns["reimbursement"]
    write_links(db, location_id, () if stored is None else links_of(linked_from_json(stored)))
