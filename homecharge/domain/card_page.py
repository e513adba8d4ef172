"""Everything about a uid, wherever it is known: what support looks at when somebody reads a card's number."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.authorization_view import AuthorizationView
from homecharge.domain.roaming_tokens import RoamingToken
from homecharge.domain.session_view import Person


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
    """The page of a uid: the token of a provider, if one issued it, and its newest decisions."""

    uid: str
    token: RoamingToken | None
    groups: tuple[GroupEntry, ...]
    homes: tuple[HomeEntry, ...]
    charging: tuple[OpenTransaction, ...]
    authorizations: tuple[AuthorizationView, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nobody knows the uid, and nobody ever asked about it."""
        return not (self.token or self.groups or self.homes or self.charging or self.authorizations)
