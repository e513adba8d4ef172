"""Accounts in and out of the database."""

import dataclasses
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Account, Role
from homecharge.ports.units import Db
from homecharge.storage.models import Account as AccountRow
from homecharge.storage.models import (
    Charger,
    Location,
    Member,
)

TABLE = cast("Table", AccountRow.__table__)
COLUMNS = tuple(TABLE.c[field.name] for field in dataclasses.fields(Account))


def account_of(row: Row[Any]) -> Account:
    """The domain value of a row that selected `COLUMNS`."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Account(**values | {"role": Role(values["role"])})


def find_account(db: Db, account_id: str, *, for_update: bool = False) -> Account | None:
    """By id, None if there is none; `for_update` keeps others from changing it until the unit ends."""
    query = select(*COLUMNS).where(TABLE.c.id == account_id)
    row = db.execute(query.with_for_update() if for_update else query).one_or_none()
    return None if row is None else account_of(row)


def list_accounts(db: Db, account_ids: Collection[str]) -> dict[str, Account]:
    """By id."""
    return {row.id: account_of(row) for row in db.execute(select(*COLUMNS).where(TABLE.c.id.in_(account_ids)))}


def find_credentials(db: Db, email: str) -> tuple[str, str] | None:
    """The id and the password hash behind a normalised e-mail address."""
    row = db.execute(select(TABLE.c.id, TABLE.c.password_hash).where(TABLE.c.email == email)).one_or_none()
    return None if row is None else (row.id, row.password_hash)


def set_password(db: Db, account_id: str, password_hash: str) -> None:
    """Only the hash: what a person may edit of themselves keeps its revision."""
    db.execute(update(TABLE).where(TABLE.c.id == account_id).values(password_hash=password_hash))


def confirm_email(db: Db, account_id: str, *, now: datetime) -> None:
    """The address is the person's; the first time stays. What is shown of them has changed: a new revision."""
    unconfirmed = (TABLE.c.id == account_id, TABLE.c.email_verified_at.is_(None))
    confirmed = {"email_verified_at": now, "revision": TABLE.c.revision + 1, "updated_at": now}
    db.execute(update(TABLE).where(*unconfirmed).values(confirmed))


def list_confirmed(db: Db, account_ids: Collection[str]) -> set[str]:
    """Those of these accounts whose owner has shown that mail to the address reaches them."""
    return set(
        db.scalars(select(TABLE.c.id).where(TABLE.c.id.in_(account_ids), TABLE.c.email_verified_at.is_not(None)))
    )


def change_email(db: Db, account_id: str, email: str, *, now: datetime) -> bool:
    """A normalised address that is confirmed; False where somebody else has it."""
    try:
        with db.begin_nested():
            change_account(db, account_id, {"email": email, "email_verified_at": now}, now=now)
    except IntegrityError:
        return False
    return True


def add_account(db: Db, account: Account, *, password_hash: str) -> bool:
    """Insert a row; False where the e-mail address is taken."""
    try:
        with db.begin_nested():
            db.execute(insert(TABLE).values(**dataclasses.asdict(account), password_hash=password_hash))
    except IntegrityError:
        return False
    return True


def change_account(db: Db, account_id: str, changes: dict[str, Any], *, now: datetime) -> None:
    """Write what the person edited, as a new revision."""
    changed = {**changes, "revision": TABLE.c.revision + 1, "updated_at": now}
    db.execute(update(TABLE).where(TABLE.c.id == account_id).values(changed))


def list_homes_with_chargers(db: Db, account_id: str) -> list[str]:
    """Ids of the locations the person owns that still hold a charger."""
    chargers = exists().where(Charger.location_id == Location.id, Charger.deleted_at.is_(None))
    query = (
        select(Location.id)
        .join(Member, Member.location_id == Location.id)
        .where(
            Member.account_id == account_id,
            Member.role == MemberRole.OWNER,
            Location.deleted_at.is_(None),
            chargers,
        )
        .order_by(Location.id)
    )
    return list(db.scalars(query))


def read_names(db: Db, account_ids: Collection[str]) -> dict[str, str]:
    """People's names by id; those who are forgotten have none."""
    return dict(db.execute(select(TABLE.c.id, TABLE.c.name).where(TABLE.c.id.in_(account_ids))).all())
