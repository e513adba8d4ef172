"""Everything about a uid, wherever it is known: what support looks at when somebody reads a card's number."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.authorization_view import AuthorizationView, CardIssuer
from homecharge.domain.session_view import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedToken:
    """The roaming token that a provider published."""

    id: str
    uid: str
    contract_id: str | None
    type: str
    is_valid: bool
    whitelist: str
    expires_at: datetime | None
    organisation_unit: str | None
    provider: CardIssuer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEntry:
    """An entry of an operator's group, and the places that the group covers."""

    group_id: str
    group: str
    name: str
    is_valid: bool
    allow_concurrent: bool
    location_ids: tuple[str, ...]
    charger_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeEntry:
    """A card of a home."""

    card_id: str
    name: str
    is_valid: bool
    driver: Person | None
    location_id: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTransaction:
    """A charge under way with the card; `session_id` None: a transaction that no session of ours has."""

    transaction_id: int
    session_id: str | None
    reference: str | None
    charger_id: str
    charger: str
    connector_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """The page of a uid, with its newest decisions."""

    uid: str
    token: PublishedToken | None
    groups: tuple[GroupEntry, ...]
    homes: tuple[HomeEntry, ...]
    charging: tuple[OpenTransaction, ...]
    authorizations: tuple[AuthorizationView, ...]
