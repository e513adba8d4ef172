"""Locations and their members in and out of the database; every look-up goes through a membership."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, insert, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.homes import Location, Surplus
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.database import ring_after_commit
from homecharge.storage.models import Charger, Member
from homecharge.storage.models import Location as LocationRow
from homecharge.storage.outbox import account_topic
from homecharge.storage.queries.pages import fetch_page

LOCATIONS = cast("Table", LocationRow.__table__)
MEMBERS = cast("Table", Member.__table__)
_NAMES = ("id", "name", "country", "time_zone", "currency", "revision", "created_at", "updated_at")


def _location_of(row: Row[Any]) -> Location:
    surplus = None if row.surplus_at is None else Surplus(row.surplus_w, row.surplus_at)
    return Location(my_role=MemberRole(row.role), surplus=surplus, **{name: getattr(row, name) for name in _NAMES})


def _seen_by(account_id: str) -> Select[Any]:
    return (
        select(*(LOCATIONS.c[name] for name in (*_NAMES, "surplus_w", "surplus_at")), MEMBERS.c.role)
        .join(MEMBERS, MEMBERS.c.location_id == LOCATIONS.c.id)
        .where(MEMBERS.c.account_id == account_id, LOCATIONS.c.deleted_at.is_(None))
    )


def find_location(db: Db, location_id: str, *, account_id: str, for_update: bool = False) -> Location | None:
    """By id, as that member sees it; `for_update` keeps others from changing it until the unit ends."""
    query = _seen_by(account_id).where(LOCATIONS.c.id == location_id)
    row = db.execute(query.with_for_update(of=LOCATIONS, key_share=True) if for_update else query).one_or_none()
    return None if row is None else _location_of(row)


def list_locations(db: Db, keyset: Keyset, *, account_id: str) -> Page[Location]:
    """The homes a person is a member of, oldest first."""
    created_at, id_ = LOCATIONS.c.created_at, LOCATIONS.c.id
    return fetch_page(db, _seen_by(account_id), keyset, _location_of, at=created_at, id=id_, oldest_first=True)


def add_location(db: Db, location: Location, *, account_id: str) -> None:
    """Insert a location with its first member, whose listeners hear of it from now on."""
    stored = {name: getattr(location, name) for name in _NAMES}
    db.execute(insert(LOCATIONS).values(**stored, accept_any=False))
    member = {"location_id": location.id, "account_id": account_id, "role": location.my_role}
    db.execute(insert(MEMBERS).values(**member, joined_at=location.created_at))
    ring_after_commit(db, account_topic(account_id))


def change_location(db: Db, location_id: str, changes: dict[str, str], *, now: datetime) -> None:
    """Write what was edited, as a new revision."""
    changed = {**changes, "revision": LOCATIONS.c.revision + 1, "updated_at": now}
    db.execute(update(LOCATIONS).where(LOCATIONS.c.id == location_id).values(changed))


def write_surplus(db: Db, location_id: str, surplus: Surplus) -> None:
    """Write what the location's meter has told."""
    told = {"surplus_w": surplus.power_w, "surplus_at": surplus.at}
    db.execute(update(LOCATIONS).where(LOCATIONS.c.id == location_id).values(told))


def mark_location_deleted(db: Db, location_id: str, *, now: datetime) -> None:
    """Nobody finds it any more; its History stays with its members."""
    db.execute(update(LOCATIONS).where(LOCATIONS.c.id == location_id).values(deleted_at=now, updated_at=now))


def get_name(db: Db, location_id: str) -> str:
    """What a location that exists is called."""
    name: str = db.scalars(select(LOCATIONS.c.name).where(LOCATIONS.c.id == location_id)).one()
    return name


def list_charger_ids(db: Db, location_id: str) -> list[str]:
    """The chargers that hang there, oldest first."""
    held = select(Charger.id).where(Charger.location_id == location_id, Charger.deleted_at.is_(None))
    return list(db.scalars(held.order_by(Charger.created_at, Charger.id)))


def find_owner(db: Db, location_id: str) -> str | None:
    """The account that owns a location, to whom the charges belong that nobody else began (api.md)."""
    owner: str | None = db.scalar(
        select(MEMBERS.c.account_id).where(MEMBERS.c.location_id == location_id, MEMBERS.c.role == MemberRole.OWNER)
    )
    return owner
