"""Providers' id tokens in and out of the database, each with whoever issued it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from homecharge.domain.contract_ids import contract_key
from homecharge.domain.id_tokens import TokenType, Whitelist, uid_key
from homecharge.domain.location_access import organisation_key
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.roaming_tokens import RoamingToken, TokenFilters
from homecharge.ports.units import Db
from homecharge.storage.models import RoamingToken as TokenRow
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.queries.providers import PROVIDERS, provider_of

TOKENS = cast("Table", TokenRow.__table__)
_C = TOKENS.c
_COPIED = (
    *("id", "uid", "contract_id", "is_valid", "expires_at", "organisation_unit"),
    *("revision", "created_at", "updated_at"),
)


def _token_of(row: Row[Any]) -> RoamingToken:
    return RoamingToken(
        type=TokenType(row.type),
        whitelist=Whitelist(row.whitelist),
        provider=None if row.provider_id is None else provider_of(row, "issuer_"),
        **{name: getattr(row, name) for name in _COPIED},
    )


def _tokens() -> Select[Any]:
    issuer = (column.label(f"issuer_{column.name}") for column in PROVIDERS.c)
    return select(TOKENS, *issuer).outerjoin(PROVIDERS, PROVIDERS.c.id == _C.provider_id)


def find_token(db: Db, token_id: str, *, for_update: bool = False) -> RoamingToken | None:
    """By id; `for_update` keeps others from changing it."""
    query = _tokens().where(_C.id == token_id)
    row = db.execute(query.with_for_update(of=TOKENS, key_share=True) if for_update else query).one_or_none()
    return None if row is None else _token_of(row)


def find_token_id(db: Db, uid: str) -> str | None:
    """The id of the token that has a uid, however it is spelled."""
    found: str | None = db.scalar(select(_C.id).where(_C.uid_key == uid_key(uid)))
    return found


def find_token_of(db: Db, uid: str) -> RoamingToken | None:
    """The token that has a uid, however it is spelled."""
    row = db.execute(_tokens().where(_C.uid_key == uid_key(uid))).one_or_none()
    return None if row is None else _token_of(row)


def list_tokens(db: Db, filters: TokenFilters, keyset: Keyset) -> Page[RoamingToken]:
    """Those that meet all filters, newest first."""
    rows = _tokens().where(*_conditions(filters))
    return fetch_page(db, rows, keyset, _token_of, at=_C.created_at, id=_C.id)


def _conditions(filters: TokenFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.uid is not None:
        found.append(_C.uid_key == uid_key(filters.uid))
    if filters.contract_id is not None:
        found.append(_C.contract_key == contract_key(filters.contract_id))
    if filters.provider_id is not None:
        found.append(_C.provider_id == filters.provider_id)
    if filters.is_valid is not None:
        found.append(_C.is_valid.is_(filters.is_valid))
    return found


def add_token(db: Db, values: Mapping[str, Any]) -> bool:
    """Insert one; False where its uid is taken."""
    try:
        with db.begin_nested():
            db.execute(insert(TOKENS).values(with_keys(values)))
    except IntegrityError:
        return False
    return True


def change_token(db: Db, token_id: str, changes: Mapping[str, Any], *, now: datetime) -> bool:
    """Write what was edited, as a new revision; False where its uid is taken."""
    changed = {**with_keys(changes), "revision": _C.revision + 1, "updated_at": now}
    try:
        with db.begin_nested():
            db.execute(update(TOKENS).where(_C.id == token_id).values(changed))
    except IntegrityError:
        return False
    return True


def with_keys(values: Mapping[str, Any]) -> dict[str, Any]:
    """A token's columns with those that it is compared by."""
    found = dict(values)
    if "uid" in values:
        found["uid_key"] = uid_key(values["uid"])
    if "contract_id" in values:
        contract_id = values["contract_id"]
        found["contract_key"] = None if contract_id is None else contract_key(contract_id)
    if "organisation_unit" in values:
        unit = values["organisation_unit"]
        found["organisation_key"] = None if unit is None else organisation_key(unit)
    return found
