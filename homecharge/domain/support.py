"""What support agents are shown: the whole story of a session, chargers, their messages, and what a search found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from homecharge.domain.auditing import Look
from homecharge.domain.authorization_view import AuthorizationMark, AuthorizationView
from homecharge.domain.chargers import Connection, ConnectorView, Progress
from homecharge.domain.local_lists import ListState
from homecharge.domain.masking import mask_tag
from homecharge.domain.plan_view import PlanView
from homecharge.domain.session_state import Session
from homecharge.domain.session_view import SessionView, TimelineStep


class Found(StrEnum):
    """What a search came upon."""

    SESSION = "session"
    CHARGER = "charger"
    DRIVER = "driver"
    CARD = "card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found; `id` is what to look at next (a card's is its uid), `title` what people call it."""

    kind: Found
    id: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found; `note` says why nothing was, where that is worth a sentence."""

    items: tuple[Hit, ...]
    note: str | None

    @property
    def look(self) -> Look:
        """What was shown, for the audit log: ids alone, of cards their ends."""
        found = [f"{hit.kind} {mask_tag(hit.id) if hit.kind is Found.CARD else hit.id}" for hit in self.items]
        return Look("search", detail={"found": found})


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportDriver:
    """A driver, with the address to answer to."""

    id: str
    name: str
    email: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportLocation:
    """A home."""

    id: str
    name: str
    country: str
    time_zone: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportLocalList:
    """The list of cards that a charger keeps; `version` and `sent_at` None: it has taken none yet."""

    version: int | None
    sent_at: datetime | None
    entries: int
    state: ListState


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportCharger:
    """A charger, whoever it belongs to; a deleted one is still shown."""

    id: str
    identity: str
    name: str
    location: SupportLocation
    owner: SupportDriver | None
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware_version: str | None
    start_mode: str
    charge_now: bool
    connection: Connection
    connectors: tuple[ConnectorView, ...]
    clock_skew_s: float | None
    local_list: SupportLocalList | None
    firmware: Progress | None
    diagnostics: Progress | None
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportSchedule:
    """The schedule behind a session, as the driver gave it."""

    id: str
    kind: str
    name: str | None
    enabled: bool
    spec: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportOccurrence:
    """The firing behind a session."""

    id: str
    local_date: str
    starts_at: datetime
    window_end: datetime
    last_feasible_start: datetime
    clock_note: str | None
    skipped_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedMessage:
    """One OCPP frame with its secrets masked. `body` is the parsed frame; `text` what could not be parsed.

    `authorization` is the decision that it asked for.
    """

    id: str
    at: datetime
    direction: str
    kind: str
    action: str | None
    ocpp_id: str | None
    connection_id: str
    body: Any
    text: str | None
    authorization: AuthorizationMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilters:
    """Which messages of a charger; `since <= at < until`."""

    actions: tuple[str, ...] = ()
    direction: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything about one session."""

    session: SessionView
    driver: SupportDriver | None
    location: SupportLocation
    charger: SupportCharger
    schedule: SupportSchedule | None
    occurrence: SupportOccurrence | None
    tries: tuple[SessionView, ...]
    timeline: tuple[TimelineStep, ...]
    messages: tuple[LoggedMessage, ...]
    plan: PlanView | None = None
    authorization: AuthorizationView | None = None


def decided_at(session: Session) -> datetime:
    """When it was settled what becomes of a try: the instant around which its messages tell the story."""
    return session.commanded_at or session.ended_at or session.started_at or session.due_at
