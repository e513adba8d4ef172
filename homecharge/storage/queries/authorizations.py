"""Decisions about cards out of the database: in lists, one by one, and what links to them."""

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, Table, select

from homecharge.domain.authorization_codes import AuthorizationStatus, Code
from homecharge.domain.authorization_facts import Request
from homecharge.domain.authorization_trace import restored_trace
from homecharge.domain.authorization_view import (
    Authorization,
    AuthorizationFilters,
    AuthorizationMark,
    CardIssuer,
)
from homecharge.domain.id_tokens import uid_key
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.providers import SupportContact
from homecharge.ports.units import Db
from homecharge.storage.models import AuthorizationRow, Location, Provider
from homecharge.storage.queries.pages import OneOf, fetch_page

AUTHORIZATIONS = cast("Table", AuthorizationRow.__table__)
_C = AUTHORIZATIONS.c
_COPIED = ("id", "at", "charger_id", "connector_id", "location_id", "uid", "session_id", "message_id")


def _decisions() -> Select[Any]:
    return (
        select(
            *(_C[name] for name in (*_COPIED, "request", "status", "code", "trace", "provider_id")),
            Location.time_zone,
            Provider.name.label("provider_name"),
            Provider.country_code,
            Provider.party_id,
            Provider.support,
        )
        .outerjoin(Location, Location.id == _C.location_id)
        .outerjoin(Provider, Provider.id == _C.provider_id)
    )


def _authorization_of(row: Row[Any]) -> Authorization:
    return Authorization(
        **{name: getattr(row, name) for name in _COPIED},
        time_zone=row.time_zone,
        request=Request(row.request),
        status=AuthorizationStatus(row.status),
        code=_code(row.code),
        trace=restored_trace(row.trace),
        provider=_issuer_of(row),
    )


def _code(stored: str | None) -> Code | None:
    return None if stored is None else Code(stored)


def _issuer_of(row: Row[Any]) -> CardIssuer | None:
    if row.provider_name is None:
        return None
    return CardIssuer(
        id=row.provider_id,
        name=row.provider_name,
        party=f"{row.country_code}-{row.party_id}",
        support=SupportContact(**row.support) if row.support else None,
    )


def list_authorizations(db: Db, filters: AuthorizationFilters, keyset: Keyset) -> Page[Authorization]:
    """Newest first."""
    one_of = _one_of(filters)
    rows = _decisions().where(*_conditions(filters, besides=one_of))
    return fetch_page(db, rows, keyset, _authorization_of, at=_C.at, id=_C.id, one_of=one_of)


def _one_of(filters: AuthorizationFilters) -> OneOf | None:
    """What tells which rows are read; a charger or a card tells it better."""
    if filters.charger_id is not None or filters.uid is not None:
        return None
    return next((each for each in _lists(filters) if each[1]), None)


def _lists(filters: AuthorizationFilters) -> tuple[OneOf, OneOf]:
    return (_C.code, filters.codes), (_C.status, filters.statuses)


def _conditions(filters: AuthorizationFilters, *, besides: OneOf | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        column.in_(values)
        for column, values in _lists(filters)
        if values and (besides is None or column is not besides[0])
    ]
    if filters.charger_id is not None:
        wanted.append(_C.charger_id == filters.charger_id)
    if filters.uid is not None:
        wanted.append(_C.uid_key == uid_key(filters.uid))
    if filters.since is not None:
        wanted.append(_C.at >= filters.since)
    if filters.until is not None:
        wanted.append(_C.at < filters.until)
    return wanted


def find_authorization(db: Db, authorization_id: str) -> Authorization | None:
    """By id, whoever it belongs to."""
    row = db.execute(_decisions().where(_C.id == authorization_id)).one_or_none()
    return None if row is None else _authorization_of(row)


def find_authorization_of_session(db: Db, session_id: str) -> Authorization | None:
    """The newest one that names a session."""
    newest = _decisions().where(_C.session_id == session_id).order_by(_C.at.desc(), _C.id.desc()).limit(1)
    row = db.execute(newest).one_or_none()
    return None if row is None else _authorization_of(row)


def read_marks(db: Db, message_ids: Collection[str]) -> dict[str, AuthorizationMark]:
    """The decisions that these messages asked for, by the message's id."""
    rows = db.execute(
        select(_C.message_id, _C.id, _C.status, _C.code).where(_C.message_id.in_(message_ids)).order_by(_C.at, _C.id)
    )
    return {
        row.message_id: AuthorizationMark(id=row.id, status=AuthorizationStatus(row.status), code=_code(row.code))
        for row in rows
    }
