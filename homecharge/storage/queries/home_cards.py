"""Cards of homes in and out of the database: the entries of a home's own local group."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, delete, func, insert, select, update

from homecharge.domain.home_cards import HomeCard
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_view import Person
from homecharge.ports.units import Db
from homecharge.storage.models import Account, GroupToken, Location, Member, TokenGroup, TokenGroupLocation
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.types import new_id

CARDS = cast("Table", GroupToken.__table__)
_C = CARDS.c
_COPIED = ("id", "uid", "name", "is_valid", "revision", "created_at", "updated_at")


def _cards() -> Select[Any]:
    return (
        select(*(_C[name] for name in (*_COPIED, "driver_id")), TokenGroup.home_id, Account.name.label("driver"))
        .join(TokenGroup, TokenGroup.id == _C.group_id)
        .outerjoin(Account, Account.id == _C.driver_id)
    )


def _card_of(row: Row[Any]) -> HomeCard:
    return HomeCard(
        driver=None if row.driver_id is None else Person(row.driver_id, row.driver),
        location_id=row.home_id,
        **{name: getattr(row, name) for name in _COPIED},
    )


def list_cards(db: Db, location_id: str, keyset: Keyset) -> Page[HomeCard]:
    """The cards of a home, oldest first."""
    rows = _cards().where(TokenGroup.home_id == location_id)
    return fetch_page(db, rows, keyset, _card_of, at=_C.created_at, id=_C.id, oldest_first=True)


def find_card(db: Db, location_id: str, card_id: str) -> HomeCard | None:
    """A card of a home by its id."""
    row = db.execute(_cards().where(TokenGroup.home_id == location_id, _C.id == card_id)).one_or_none()
    return None if row is None else _card_of(row)


def count_cards(db: Db, location_id: str) -> int:
    """How many cards a home has."""
    held = select(func.count()).select_from(CARDS).join(TokenGroup, TokenGroup.id == _C.group_id)
    return db.scalar(held.where(TokenGroup.home_id == location_id)) or 0


def list_homes_with(db: Db, uid: str) -> dict[str, str]:
    """The homes that have a card with this uid, and the id of the card there."""
    rows = db.execute(
        select(TokenGroup.home_id, _C.id)
        .join(TokenGroup, TokenGroup.id == _C.group_id)
        .join(Location, Location.id == TokenGroup.home_id)
        .where(_C.uid_key == uid_key(uid), Location.deleted_at.is_(None))
    )
    return {row.home_id: row.id for row in rows}


def add_card(db: Db, card: HomeCard) -> None:
    """Insert a card of a home that is locked; its first one makes the home's group, which covers all of the home."""
    row = {name: getattr(card, name) for name in _COPIED} | {"uid_key": uid_key(card.uid)}
    driver_id = None if card.driver is None else card.driver.id
    group_id = _group_of(db, card.location_id, now=card.created_at)
    db.execute(insert(CARDS).values(row | {"driver_id": driver_id, "group_id": group_id}))


def _group_of(db: Db, location_id: str, *, now: datetime) -> str:
    found: str | None = db.scalar(select(TokenGroup.id).where(TokenGroup.home_id == location_id))
    if found is not None:
        return found
    group_id = new_id()
    name = db.scalar(select(Location.name).where(Location.id == location_id))
    made = {"id": group_id, "name": name, "home_id": location_id, "allow_concurrent": False, "revision": 1}
    db.execute(insert(TokenGroup).values(made | {"created_at": now, "updated_at": now}))
    db.execute(insert(TokenGroupLocation).values(group_id=group_id, location_id=location_id))
    return group_id


def change_card(db: Db, card: HomeCard) -> None:
    """Write what may be edited, with its revision."""
    values = {name: getattr(card, name) for name in ("name", "is_valid", "revision", "updated_at")}
    driver_id = None if card.driver is None else card.driver.id
    db.execute(update(CARDS).where(_C.id == card.id).values(values | {"driver_id": driver_id}))


def delete_card(db: Db, card_id: str) -> None:
    """Take a card away."""
    db.execute(delete(CARDS).where(_C.id == card_id))


def withdraw_cards(db: Db, location_id: str, driver_id: str, *, now: datetime) -> int:
    """Switch the cards of a home off that are this person's, and make them nobody's; returns how many."""
    group = select(TokenGroup.id).where(TokenGroup.home_id == location_id).scalar_subquery()
    theirs = update(CARDS).where(_C.group_id == group, _C.driver_id == driver_id)
    nobodys = {"driver_id": None, "is_valid": False, "revision": _C.revision + 1, "updated_at": now}
    return db.execute(theirs.values(nobodys)).rowcount


def delete_cards_of_home(db: Db, location_id: str) -> None:
    """Take all cards of a home away, with its group."""
    db.execute(delete(TokenGroup).where(TokenGroup.home_id == location_id))


def find_member(db: Db, location_id: str, account_id: str) -> Person | None:
    """A member of a home by their account."""
    row = db.execute(
        select(Account.id, Account.name)
        .join(Member, Member.account_id == Account.id)
        .where(Member.location_id == location_id, Account.id == account_id)
    ).one_or_none()
    return None if row is None else Person(row.id, row.name)
