"""Joining codes in and out of the database; whoever changes one has its home locked."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.join_codes import JoinCode
from homecharge.ports.units import Db
from homecharge.storage.models import JoinCodeRow, Location

CODES = cast("Table", JoinCodeRow.__table__)
_C = CODES.c
_COPIED = ("id", "location_id", "code", "uses", "used", "expires_at", "revoked_at", "created_by", "created_at")


def _code_of(row: Row[Any]) -> JoinCode:
    return JoinCode(role=MemberRole(row.role), **{name: getattr(row, name) for name in _COPIED})


def add_code(db: Db, code: JoinCode) -> None:
    """Insert a new one."""
    db.execute(insert(CODES).values({name: getattr(code, name) for name in (*_COPIED, "role")}))


def find_code(db: Db, code: str) -> JoinCode | None:
    """By the code in its one spelling, also one that is over; those of deleted homes are gone."""
    query = select(CODES).join(Location, Location.id == _C.location_id)
    row = db.execute(query.where(_C.code == code, Location.deleted_at.is_(None))).one_or_none()
    return None if row is None else _code_of(row)


def find_open_code(db: Db, location_id: str, role: MemberRole, *, now: datetime) -> JoinCode | None:
    """The one of a home with which people join in this role."""
    is_open = (_C.revoked_at.is_(None), _C.used < _C.uses, _C.expires_at > now)
    query = select(CODES).where(_C.location_id == location_id, _C.role == role, *is_open)
    row = db.execute(query).one_or_none()
    return None if row is None else _code_of(row)


def count_use(db: Db, code: JoinCode) -> None:
    """Somebody has joined with it."""
    db.execute(update(CODES).where(_C.id == code.id).values(used=_C.used + 1))


def revoke_codes(db: Db, location_id: str, *, role: MemberRole | None = None, now: datetime) -> int:
    """End the open codes of a home, those of one role or all; returns how many."""
    is_open = (_C.revoked_at.is_(None), _C.used < _C.uses, _C.expires_at > now)
    revoked = update(CODES).where(_C.location_id == location_id, *is_open)
    if role is not None:
        revoked = revoked.where(_C.role == role)
    return db.execute(revoked.values(revoked_at=now)).rowcount
