"""Idempotency keys in and out of the database; a row is a claim until its answer is stored."""

from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Row, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from homecharge.ports.units import Db
from homecharge.storage.models import IdempotencyKey

_KEYS = cast("Table", IdempotencyKey.__table__)


class KeyName(NamedTuple):
    """Whose key for what: the primary key of its row."""

    caller: str
    method: str
    path: str
    key: str


def add_key(db: Db, name: KeyName, claim: dict[str, Any]) -> bool:
    """Insert a claim; False where the key is there already."""
    try:
        with db.begin_nested():
            db.execute(insert(_KEYS).values(**name._asdict(), **claim))
    except IntegrityError:
        return False
    return True


def lock_key(db: Db, name: KeyName) -> Row[*tuple[Any, ...]] | None:
    """The row, ours until the unit ends; None if it is gone."""
    return db.execute(select(_KEYS).where(*_named(name)).with_for_update()).one_or_none()


def renew_key(db: Db, name: KeyName, claim: dict[str, Any]) -> None:
    """Give the row to a new claim, without an answer."""
    db.execute(update(_KEYS).where(*_named(name)).values(**claim, status=None, headers=None, body=None))


def store_answer(db: Db, name: KeyName, claim_id: str, answer: dict[str, Any]) -> bool:
    """Keep the answer; False where the claim does not stand any more."""
    return db.execute(update(_KEYS).where(*_held(name, claim_id)).values(**answer)).rowcount == 1


def delete_key(db: Db, name: KeyName, claim_id: str) -> None:
    """Forget the key while the claim stands and has no answer."""
    db.execute(delete(_KEYS).where(*_held(name, claim_id)))


def _named(name: KeyName) -> tuple[ColumnElement[bool], ...]:
    return tuple(_KEYS.c[column] == value for column, value in name._asdict().items())


def _held(name: KeyName, claim_id: str) -> tuple[ColumnElement[bool], ...]:
    return (*_named(name), _KEYS.c.claim_id == claim_id, _KEYS.c.status.is_(None))
