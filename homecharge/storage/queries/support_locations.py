"""Locations as support agents see them: every one, whoever it belongs to."""

from typing import Any, cast

from sqlalchemy import Row, Table, select

from homecharge.domain.pages import Keyset, Page
from homecharge.domain.support import SupportLocation
from homecharge.ports.units import Db
from homecharge.storage.models import Location
from homecharge.storage.queries.pages import fetch_page

LOCATIONS = cast("Table", Location.__table__)
_C = LOCATIONS.c
_COPIED = ("id", "name", "country", "time_zone", "currency")


def list_locations(db: Db, keyset: Keyset, *, text: str | None) -> Page[SupportLocation]:
    """Those whose name contains `text`, newest first; deleted ones not."""
    rows = select(LOCATIONS).where(_C.deleted_at.is_(None))
    if text:
        rows = rows.where(_C.name.icontains(text, autoescape=True))
    return fetch_page(db, rows, keyset, _location_of, at=_C.created_at, id=_C.id)


def find_location(db: Db, location_id: str) -> SupportLocation | None:
    """By id; None for one that is not there."""
    row = db.execute(select(LOCATIONS).where(_C.id == location_id, _C.deleted_at.is_(None))).one_or_none()
    return None if row is None else _location_of(row)


def _location_of(row: Row[Any]) -> SupportLocation:
    return SupportLocation(**{name: getattr(row, name) for name in _COPIED})
