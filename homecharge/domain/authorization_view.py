"""Decisions about cards as they were stored, and as staff and a home's admins are shown them."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.authorization_codes import AuthorizationStatus, Code
from homecharge.domain.authorization_facts import Request
from homecharge.domain.authorization_trace import State, Step, TraceStep
from homecharge.domain.providers import SupportContact


@dataclass(frozen=True, slots=True, kw_only=True)
class CardIssuer:
    """The mobility provider of a card. `party` is OCPI's `country_code` and `party_id`: "GB-ABC"."""

    id: str
    name: str
    party: str
    support: SupportContact | None = None

    @property
    def contact(self) -> str | None:
        """How people reach it; None where nobody said."""
        return None if self.support is None else self.support.quickest


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """A decision with the trace that led to it; `time_zone` is that of its location. `code` None: it is pending."""

    id: str
    at: datetime
    request: Request
    charger_id: str | None
    connector_id: int | None
    location_id: str | None
    time_zone: str | None
    uid: str
    status: AuthorizationStatus
    code: Code | None
    trace: tuple[TraceStep, ...]
    provider: CardIssuer | None
    session_id: str | None
    message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceText:
    """A step in words: `title` is what was looked at, `detail` what was found, `advice` what can be done about it."""

    step: Step
    title: str
    state: State
    detail: str
    advice: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationView:
    """The contract's authorization."""

    authorization: Authorization
    detail: str
    advice: str | None
    trace: tuple[TraceText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationMark:
    """What a message of the log links to."""

    id: str
    status: AuthorizationStatus
    code: Code | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationFilters:
    """Which decisions; `since <= at < until`."""

    charger_id: str | None = None
    uid: str | None = None
    statuses: tuple[AuthorizationStatus, ...] = ()
    codes: tuple[Code, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
