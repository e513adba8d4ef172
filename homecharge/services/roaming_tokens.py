"""Providers' id tokens: make one, look for it, change it."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.providers import Provider
from homecharge.domain.roaming_tokens import RoamingToken, TokenFilters
from homecharge.ports.units import Db
from homecharge.services.card_audit import note_change
from homecharge.services.local_lists import owe_lists_of_tokens
from homecharge.storage.queries import roaming_tokens as queries
from homecharge.storage.queries.providers import find_provider
from homecharge.storage.types import new_id


class UidTaken(Refused):
    """There is a token with this uid; `token_id` says which."""

    code = "uid_taken"
    title = "There is a token with this uid already"
    advice = "Show the token of `token_id`."


def add_token(
    db: Db, fields: Mapping[str, Any], *, provider_id: str | None, caller: Caller | None, now: datetime
) -> RoamingToken:
    """A new token of `fields`: those of `RoamingToken`. Raises Invalid for an unknown provider, and UidTaken."""
    stored = {"id": new_id(), "revision": 1, "created_at": now, "updated_at": now, **fields}
    provider = _provider(db, provider_id)
    if not queries.add_token(db, {**stored, "provider_id": provider_id}):
        raise UidTaken(token_id=queries.find_token_id(db, fields["uid"]))
    token = RoamingToken(provider=provider, **stored)
    told: dict[str, Any] = {"uid": token.uid, "valid": token.is_valid}
    note_change(db, "roaming_token.added", Target("roaming_token", token.id), caller=caller, now=now, **told)
    owe_lists_of_tokens(db, [token], now=now)
    return token


def get_token(db: Db, token_id: str, *, for_update: bool = False) -> RoamingToken:
    """By id. Raises NotFound."""
    token = queries.find_token(db, token_id, for_update=for_update)
    if token is None:
        raise NotFound
    return token


def list_tokens(db: Db, filters: TokenFilters, keyset: Keyset) -> Page[RoamingToken]:
    """Those that meet all filters, newest first."""
    return queries.list_tokens(db, filters, keyset)


def change_token(
    db: Db, token: RoamingToken, fields: Mapping[str, Any], *, caller: Caller | None, now: datetime
) -> RoamingToken:
    """Edit a token read with `for_update`: its fields, and `provider_id`; without a difference no new revision.

    Raises Invalid for an unknown provider, and UidTaken.
    """
    plain = {name: value for name, value in fields.items() if name != "provider_id"}
    provider = _provider(db, fields["provider_id"]) if "provider_id" in fields else token.provider
    changed = dataclasses.replace(token, provider=provider, **plain)
    if changed == token:
        return token
    if not queries.change_token(db, token.id, fields, now=now):
        raise UidTaken(token_id=queries.find_token_id(db, changed.uid))
    told: dict[str, Any] = {"uid": changed.uid, "valid": changed.is_valid, "fields": sorted(fields)}
    note_change(db, "roaming_token.changed", Target("roaming_token", token.id), caller=caller, now=now, **told)
    owe_lists_of_tokens(db, [token, changed], now=now)
    return dataclasses.replace(changed, revision=token.revision + 1, updated_at=now)


def _provider(db: Db, provider_id: str | None) -> Provider | None:
    if provider_id is None:
        return None
    provider = find_provider(db, provider_id)
    if provider is None:
        raise Invalid(errors={"provider_id": ["There is no such provider."]})
    return provider
