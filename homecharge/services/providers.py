"""Mobility providers: make one, look at it, change it, block it. They are never deleted, their cards name them."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.providers import Provider
from homecharge.domain.web_addresses import base_url_problem, url_problem
from homecharge.ports.units import Db
from homecharge.services.card_audit import note_change
from homecharge.services.local_lists import owe_lists_of_provider
from homecharge.services.places import is_country
from homecharge.storage.queries import providers as queries
from homecharge.storage.types import new_id


class ProviderExists(Refused):
    """There is one of this country and party; `provider_id` says which."""

    code = "provider_exists"
    title = "There is a provider of this country and party already"
    advice = "Show the provider of `provider_id`."


def add_provider(
    db: Db, fields: Mapping[str, Any], *, blocked: bool, allow_private: bool, caller: Caller | None, now: datetime
) -> Provider:
    """A new provider of `fields`: those of `Provider` that are given. Raises Invalid, and ProviderExists.

    `allow_private`: its interface may be at a private address (HOMECHARGE_OUTBOUND_PRIVATE).
    """
    _check(fields, allow_private=allow_private)
    blocked_at = now if blocked else None
    provider = Provider(id=new_id(), revision=1, created_at=now, updated_at=now, blocked_at=blocked_at, **fields)
    if not queries.add_provider(db, dataclasses.asdict(provider)):
        raise _taken(db, provider)
    _note(db, "provider.added", provider, fields, caller=caller, now=now)
    return provider


def get_provider(db: Db, provider_id: str, *, for_update: bool = False) -> Provider:
    """By id. Raises NotFound."""
    provider = queries.find_provider(db, provider_id, for_update=for_update)
    if provider is None:
        raise NotFound
    return provider


def list_providers(db: Db, keyset: Keyset, *, text: str | None, is_blocked: bool | None) -> Page[Provider]:
    """Those whose name contains `text` or that it names as a party, newest first."""
    return queries.list_providers(db, keyset, text=text, is_blocked=is_blocked)


def change_provider(
    db: Db,
    provider: Provider,
    fields: Mapping[str, Any],
    *,
    blocked: bool | None,
    allow_private: bool,
    caller: Caller | None,
    now: datetime,
) -> Provider:
    """Edit a provider read with `for_update`; without a difference there is no new revision.

    A block holds for all of its cards from now on, a lifted one no longer. Raises Invalid, and ProviderExists.
    """
    changes = dict(fields)
    if blocked is not None and blocked != provider.is_blocked:
        changes["blocked_at"] = now if blocked else None
    changed = dataclasses.replace(provider, **changes)
    if changed == provider:
        return provider
    _check(changes, allow_private=allow_private)
    if not queries.change_provider(db, provider.id, _stored(changes), now=now):
        raise _taken(db, changed)
    _note(db, "provider.changed", changed, changes, caller=caller, now=now)
    if changed.is_blocked != provider.is_blocked:
        owe_lists_of_provider(db, provider.id, now=now)
    return dataclasses.replace(changed, revision=provider.revision + 1, updated_at=now)


def _note(
    db: Db, action: str, provider: Provider, fields: Mapping[str, Any], *, caller: Caller | None, now: datetime
) -> None:
    party = f"{provider.country_code}-{provider.party_id}"
    told: dict[str, Any] = {"party": party, "blocked": provider.is_blocked, "fields": sorted(fields)}
    note_change(db, action, Target("provider", provider.id), caller=caller, now=now, **told)


def _stored(changes: Mapping[str, Any]) -> dict[str, Any]:
    support = changes.get("support")
    return {**changes, "support": dataclasses.asdict(support)} if support is not None else dict(changes)


def _taken(db: Db, provider: Provider) -> ProviderExists:
    other = queries.find_provider_of_party(db, provider.country_code, provider.party_id)
    return ProviderExists(provider_id=other)


def _check(fields: Mapping[str, Any], *, allow_private: bool) -> None:
    """Raises Invalid, naming the fields; what is not among them is not looked at."""
    found = {}
    if "country_code" in fields and not is_country(fields["country_code"]):
        found["country_code"] = ["Not an ISO 3166-1 alpha-2 code such as GB."]
    if (live_url := fields.get("live_url")) is not None:
        found["live_url"] = _messages(base_url_problem(live_url, allow_private=allow_private))
    if (support := fields.get("support")) is not None and support.url is not None:
        found["support.url"] = _messages(url_problem(support.url, allow_private=True))  # people open it, we never do
    if wrong := {field: messages for field, messages in found.items() if messages}:
        raise Invalid(errors=wrong)


def _messages(problem: str | None) -> list[str]:
    return [] if problem is None else [problem]
