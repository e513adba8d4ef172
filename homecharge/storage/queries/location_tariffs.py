"""Which tariff a location pays by, since when, and until when."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, Table, and_, exists, func, insert, or_, select, update

from homecharge.domain.pages import Keyset, Page
from homecharge.domain.tariff_specs import Prices, TariffHistoryEntry, TariffInBrief, applied
from homecharge.domain.tariffs import Applied
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.models import Location, LocationTariff, Tariff
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.queries.tariffs import read_versions
from homecharge.storage.types import new_id

ENTRIES = cast("Table", LocationTariff.__table__)
_L, _T = ENTRIES.c, Tariff
_LATER = ENTRIES.alias().c
_until = (
    select(func.min(_LATER.valid_from))
    .where(_LATER.location_id == _L.location_id, _LATER.valid_from > _L.valid_from)
    .correlate(ENTRIES)
    .scalar_subquery()
)


def _entries() -> Select[Any]:
    return (
        select(_L.id, _L.location_id, _L.valid_from, _L.created_at, _L.updated_at, _until.label("valid_to"))
        .add_columns(_T.id.label("tariff_id"), _T.name, _T.currency, _T.kind, Location.tariff_revision)
        .join(Location, Location.id == _L.location_id)
        .outerjoin(_T, _T.id == _L.tariff_id)
    )


def _ends_after(since: datetime) -> ColumnElement[bool]:
    return or_(_until.is_(None), _until > since)


def _entry_of(row: Row[Any]) -> TariffHistoryEntry:
    brief = None
    if row.tariff_id is not None:
        brief = TariffInBrief(id=row.tariff_id, name=row.name, currency=row.currency, kind=row.kind)
    return TariffHistoryEntry(
        id=row.id,
        location_id=row.location_id,
        tariff=brief,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        revision=row.tariff_revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def page_of_history(db: Db, location_id: str, keyset: Keyset) -> Page[TariffHistoryEntry]:
    """A location's tariffs, newest first."""
    return fetch_page(
        db, _entries().where(_L.location_id == location_id), keyset, _entry_of, at=_L.valid_from, id=_L.id
    )


def read_entries_at(db: Db, location_ids: Collection[str], at: datetime) -> dict[str, TariffHistoryEntry]:
    """The entry that holds at an instant, by location; those that have none are left out."""
    is_newest = ~exists().where(
        _LATER.location_id == _L.location_id, _LATER.valid_from > _L.valid_from, _LATER.valid_from <= at
    )
    rows = db.execute(_entries().where(_L.location_id.in_(location_ids), _L.valid_from <= at, is_newest))
    return {row.location_id: _entry_of(row) for row in rows}


def get_tariff_revision(db: Db, location_id: str) -> int:
    """How often a location's tariff was chosen, from 1."""
    return int(db.execute(select(Location.tariff_revision).where(Location.id == location_id)).scalar_one())


def put_entry(db: Db, location_id: str, tariff_id: str | None, *, valid_from: datetime, now: datetime) -> None:
    """Let a location pay by a tariff from an instant until the next entry; one that begins then is replaced."""
    chosen = {"tariff_id": tariff_id, "updated_at": now}
    is_there = (_L.location_id == location_id) & (_L.valid_from == valid_from)
    if db.execute(update(ENTRIES).where(is_there).values(chosen)).rowcount == 0:
        new = {"id": new_id(), "location_id": location_id, "valid_from": valid_from, "created_at": now}
        db.execute(insert(ENTRIES).values(**new, **chosen))
    raised = {"tariff_revision": Location.tariff_revision + 1}
    db.execute(update(Location).where(Location.id == location_id).values(raised))


def list_locations_paying_by(db: Db, tariff_id: str, *, since: datetime) -> list[str]:
    """The locations that pay by a tariff at any time from an instant on."""
    query = (
        select(_L.location_id)
        .distinct()
        .join(Location, Location.id == _L.location_id)
        .where(_L.tariff_id == tariff_id, Location.deleted_at.is_(None), _ends_after(since))
    )
    return sorted(db.scalars(query))


def find_tariff_from(db: Db, location_id: str, *, since: datetime) -> str | None:
    """A tariff that a location pays by at any time from an instant on."""
    query = select(_L.tariff_id).where(_L.location_id == location_id, _L.tariff_id.is_not(None), _ends_after(since))
    found: str | None = db.scalar(query.order_by(_L.valid_from).limit(1))
    return found


def is_in_history(db: Db, location_id: str, tariff_id: str) -> bool:
    """Whether a location pays by a tariff, has done so or will."""
    return bool(db.scalar(select(exists().where(_L.location_id == location_id, _L.tariff_id == tariff_id))))


def read_prices(db: Db, location_ids: Collection[str], window: Interval) -> dict[str, Prices]:
    """What energy costs at locations in a window, by location. A tariff in another currency counts for none."""
    homes = db.execute(
        select(Location.id, Location.time_zone, Location.currency).where(Location.id.in_(location_ids))
    ).all()
    rows = db.execute(
        select(_L.location_id, _L.valid_from, _until.label("until"), _T.id.label("tariff_id"))
        .join(Location, Location.id == _L.location_id)
        .outerjoin(_T, and_(_T.id == _L.tariff_id, _T.currency == Location.currency))
        .where(_L.location_id.in_(location_ids))
        .order_by(_L.valid_from)
    ).all()
    versions = read_versions(db, {row.tariff_id for row in rows if row.tariff_id is not None}, window)
    histories: dict[str, list[Applied]] = {home.id: [] for home in homes}
    for row in rows:
        histories[row.location_id] += (
            [Applied(row.valid_from, None)]
            if row.tariff_id is None
            else applied(row.valid_from, row.until, versions[row.tariff_id])
        )
    return {
        home.id: Prices(
            location_id=home.id,
            zone=ZoneInfo(home.time_zone),
            currency=home.currency,
            history=tuple(histories[home.id]),
        )
        for home in homes
    }
