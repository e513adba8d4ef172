"""What a decision about a card rests on, gathered before it is made."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from homecharge.domain.authorization_codes import Code
from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.domain.live_answers import LIVE_TIMEOUT_S


class Request(StrEnum):
    """Who asks (api.md, `request` of an authorization)."""

    AUTHORIZE = "authorize"
    START_TRANSACTION = "start_transaction"
    MANUAL = "manual"
    PARTNER_START = "partner_start"


class ReimbursementType(StrEnum):
    """How a location names the cards whose charges are paid back."""

    TOKEN = "token"  # noqa: S105 - a word, not a password
    ORGANISATION_UNIT = "organisation_unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reimbursement:
    """The cards whose charges are paid back: by contract id or uid, as compared, or all of an organisation."""

    type: ReimbursementType
    contract_keys: frozenset[str] = frozenset()
    uid_keys: frozenset[str] = frozenset()
    organisation_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a charger and its location accept."""

    charger_id: str
    location_id: str
    charger_accepts_any: bool = False
    location_accepts_any: bool = False
    is_free_vend: bool = False
    has_roaming: bool = False
    has_guests: bool = False
    reimbursement: Reimbursement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTag:
    """The tag is that of a session of ours; `is_valid` as judged at the message's own instant."""

    reference: str
    is_valid: bool
    has_driver_left: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEntry:
    """The uid in a local group. `is_home`: the group is a home's own; what other homes have is nobody's business."""

    group: str
    covers: bool
    is_valid: bool
    is_home: bool = False
    allow_concurrent: bool = False
    driver_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardProvider:
    """Who issued a card. `live_url` None: there is nobody to ask. `contact` is how people reach it."""

    id: str
    name: str
    party: str
    is_blocked: bool = False
    live_url: str | None = None
    live_token: str | None = field(default=None, repr=False)
    live_timeout_s: float = LIVE_TIMEOUT_S
    contact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoamingCard:
    """The uid among the tokens of providers; `whitelist` None where it says what nobody defined."""

    type: TokenType
    is_valid: bool
    whitelist: Whitelist | None
    contract_key: str | None = None
    organisation_unit: str | None = None
    expires_at: datetime | None = None
    provider: CardProvider | None = None

    def is_expired(self, at: datetime) -> bool:
        """Whether it was good no longer at an instant."""
        return self.expires_at is not None and at >= self.expires_at


@dataclass(frozen=True, slots=True)
class EarlierGrant:
    """The card was accepted at this charger a moment ago."""

    code: Code
    at: datetime


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another live transaction of the card: on which charger, since when."""

    charger: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """A uid shown at a place. `at` is the message's own instant; `place` None: nobody knows the charger.

    `is_session_starting` is given at StartTransaction only: some chargers put another tag there than the one they were
    told. `earlier` is the latest grant that may still be rested on, `elsewhere` was heard of within 24 h.
    """

    request: Request
    uid: str
    at: datetime
    place: Place | None
    own: OwnTag | None = None
    is_remote_start_tag: bool = False
    is_session_starting: bool = False
    entries: tuple[LocalEntry, ...] = ()
    card: RoamingCard | None = None
    preapproved_at: datetime | None = None
    earlier: EarlierGrant | None = None
    elsewhere: Elsewhere | None = None

    @property
    def is_known_card(self) -> bool:
        """Whether any list has it; another home's own is nobody's business here."""
        return self.card is not None or any(entry.covers or not entry.is_home for entry in self.entries)

    @property
    def covering(self) -> tuple[LocalEntry, ...]:
        """Its entries in the local groups that cover the charger."""
        return tuple(entry for entry in self.entries if entry.covers)
