"""Mobility providers in and out of the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from homecharge.domain.pages import Keyset, Page
from homecharge.domain.providers import Provider, SupportContact, party_of
from homecharge.ports.units import Db
from homecharge.storage.models import Provider as ProviderRow
from homecharge.storage.queries.pages import fetch_page

PROVIDERS = cast("Table", ProviderRow.__table__)
_C = PROVIDERS.c
_COPIED = (
    *("id", "country_code", "party_id", "name", "blocked_at", "live_url", "live_timeout_s", "live_token"),
    *("revision", "created_at", "updated_at"),
)


def provider_of(row: Row[Any], prefix: str = "") -> Provider:
    """A row's provider, whose columns are labelled with `prefix`."""
    support = getattr(row, f"{prefix}support")
    copied = {name: getattr(row, f"{prefix}{name}") for name in _COPIED}
    return Provider(support=None if support is None else SupportContact(**support), **copied)


def find_provider(db: Db, provider_id: str, *, for_update: bool = False) -> Provider | None:
    """By id; `for_update` keeps others from changing it."""
    query = select(PROVIDERS).where(_C.id == provider_id)
    row = db.execute(query.with_for_update(key_share=True) if for_update else query).one_or_none()
    return None if row is None else provider_of(row)


def find_provider_of_party(db: Db, country_code: str, party_id: str) -> str | None:
    """The id of the provider that a country and a party name."""
    found: str | None = db.scalar(select(_C.id).where(_C.country_code == country_code, _C.party_id == party_id))
    return found


def read_parties(db: Db) -> dict[tuple[str, str], str]:
    """The ids of all providers, by country and party."""
    rows = db.execute(select(_C.country_code, _C.party_id, _C.id))
    return {(row.country_code, row.party_id): row.id for row in rows}


def list_providers(db: Db, keyset: Keyset, *, text: str | None, is_blocked: bool | None) -> Page[Provider]:
    """Those whose name contains `text` or that it names as a party, newest first."""
    rows = select(PROVIDERS)
    if text:
        party = party_of(text)
        is_party = [_C.party_id == text.strip().upper()]
        if party is not None:
            is_party.append((_C.country_code == party[0]) & (_C.party_id == party[1]))
        rows = rows.where(or_(_C.name.icontains(text.strip(), autoescape=True), *is_party))
    if is_blocked is not None:
        rows = rows.where(_C.blocked_at.is_not(None) if is_blocked else _C.blocked_at.is_(None))
    return fetch_page(db, rows, keyset, provider_of, at=_C.created_at, id=_C.id)


def add_provider(db: Db, values: Mapping[str, Any]) -> bool:
    """Insert one; False where there is one of this country and party."""
    try:
        with db.begin_nested():
            db.execute(insert(PROVIDERS).values(values))
    except IntegrityError:
        return False
    return True


def change_provider(db: Db, provider_id: str, changes: Mapping[str, Any], *, now: datetime) -> bool:
    """Write what was edited, as a new revision; False where there is one of this country and party."""
    changed = {**changes, "revision": _C.revision + 1, "updated_at": now}
    try:
        with db.begin_nested():
            db.execute(update(PROVIDERS).where(_C.id == provider_id).values(changed))
    except IntegrityError:
        return False
    return True
