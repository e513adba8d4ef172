"""Who belongs to homes, in and out of the database; whoever changes that has the home locked.

With every change the listeners of that person look again: they hear of a new home at once, and of an old one no more.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.members import Membership
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.database import ring_after_commit
from homecharge.storage.models import Account, Charger
from homecharge.storage.outbox import account_topic
from homecharge.storage.queries.homes import LOCATIONS, MEMBERS
from homecharge.storage.queries.pages import fetch_page

_M = MEMBERS.c


def _members(location_id: str) -> Select[Any]:
    return select(MEMBERS, Account.name).join(Account, Account.id == _M.account_id).where(_M.location_id == location_id)


def _member_of(row: Row[Any]) -> Membership:
    return Membership(
        location_id=row.location_id,
        driver_id=row.account_id,
        name=row.name,
        role=MemberRole(row.role),
        revision=row.revision,
        created_at=row.joined_at,
        updated_at=row.changed_at or row.joined_at,
    )


def list_members(db: Db, location_id: str, keyset: Keyset) -> Page[Membership]:
    """Those of a home, in the order in which they joined."""
    rows = _members(location_id)
    return fetch_page(db, rows, keyset, _member_of, at=_M.joined_at, id=_M.account_id, oldest_first=True)


def find_member(db: Db, location_id: str, driver_id: str) -> Membership | None:
    """One of a home."""
    row = db.execute(_members(location_id).where(_M.account_id == driver_id)).one_or_none()
    return None if row is None else _member_of(row)


def count_members(db: Db, location_id: str) -> int:
    """How many a home has."""
    return db.scalar(select(func.count()).select_from(MEMBERS).where(_M.location_id == location_id)) or 0


def add_member(db: Db, location_id: str, driver_id: str, role: MemberRole, *, now: datetime) -> None:
    """Somebody who is none yet joins."""
    db.execute(insert(MEMBERS).values(location_id=location_id, account_id=driver_id, role=role, joined_at=now))
    ring_after_commit(db, account_topic(driver_id))


def change_role(db: Db, member: Membership, role: MemberRole, *, now: datetime) -> None:
    """Write another role, as a new revision."""
    changed = {"role": role, "revision": _M.revision + 1, "changed_at": now}
    db.execute(update(MEMBERS).where(*_is(member)).values(changed))
    ring_after_commit(db, account_topic(member.driver_id))


def delete_member(db: Db, member: Membership) -> None:
    """Somebody is a member no more."""
    db.execute(delete(MEMBERS).where(*_is(member)))
    ring_after_commit(db, account_topic(member.driver_id))


def list_memberships(db: Db, driver_id: str) -> list[Membership]:
    """Everything that a person belongs to, homes that are deleted included, in the order in which homes are locked."""
    query = select(MEMBERS, Account.name).join(Account, Account.id == _M.account_id)
    rows = db.execute(query.where(_M.account_id == driver_id).order_by(_M.location_id))
    return [_member_of(row) for row in rows]


def lock_homes_of(db: Db, driver_id: str) -> None:
    """Nobody else joins or leaves a person's homes until the unit ends."""
    homes = select(_M.location_id).where(_M.account_id == driver_id)
    locked = select(LOCATIONS.c.id).where(LOCATIONS.c.id.in_(homes)).order_by(LOCATIONS.c.id)
    db.execute(locked.with_for_update(key_share=True))


def lock_chargers(db: Db, location_id: str) -> None:
    """Nobody plans a charge at a home until the unit ends; after that only members do."""
    chargers = select(Charger.id).where(Charger.location_id == location_id, Charger.deleted_at.is_(None))
    db.execute(chargers.order_by(Charger.id).with_for_update(key_share=True))


def list_shared_homes(db: Db, driver_id: str) -> list[str]:
    """The homes that a person owns and others belong to."""
    others = MEMBERS.alias()
    query = (
        select(_M.location_id)
        .distinct()
        .join(LOCATIONS, LOCATIONS.c.id == _M.location_id)
        .join(others, (others.c.location_id == _M.location_id) & (others.c.account_id != driver_id))
        .where(_M.account_id == driver_id, _M.role == MemberRole.OWNER, LOCATIONS.c.deleted_at.is_(None))
        .order_by(_M.location_id)
    )
    return list(db.scalars(query))


def _is(member: Membership) -> tuple[Any, ...]:
    return _M.location_id == member.location_id, _M.account_id == member.driver_id
