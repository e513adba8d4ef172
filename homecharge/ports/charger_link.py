"""What we tell a charger, free of any OCPP version: commands in, a reply out; the gateway translates and sends."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from homecharge.domain.charging_profiles import ChargingProfile, ProfilePeriod, RateUnit
from homecharge.domain.local_lists import ListUpdate
from homecharge.ports.charger_events import Line


@dataclass(frozen=True, slots=True)
class RemoteStart:
    """Begin a transaction for `id_tag` on a connector (which is always named), kept to `profile` from the first."""

    connector_id: int
    id_tag: str
    profile: ChargingProfile | None = None


@dataclass(frozen=True, slots=True)
class RemoteStop:
    """End a transaction."""

    transaction_id: int


@dataclass(frozen=True, slots=True)
class TriggerMessage:
    """Ask for a message now, by its OCPP name; `connector_id` None means all."""

    message: str
    connector_id: int | None = None


@dataclass(frozen=True, slots=True)
class GetConfiguration:
    """Read keys, all when empty."""

    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeConfiguration:
    """Set one key."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Restart; soft lets transactions end first."""

    is_hard: bool


@dataclass(frozen=True, slots=True)
class UnlockConnector:
    """Free the cable."""

    connector_id: int


@dataclass(frozen=True, slots=True)
class ChangeAvailability:
    """Take a connector (0: the whole charger) in or out of service."""

    connector_id: int
    is_operative: bool


@dataclass(frozen=True, slots=True)
class SetChargingProfile:
    """Keep a connector (0: all of them) to a profile; it replaces the one of the same id."""

    connector_id: int
    profile: ChargingProfile


@dataclass(frozen=True, slots=True)
class ClearChargingProfile:
    """Forget the profile of that id."""

    profile_id: int


@dataclass(frozen=True, slots=True)
class GetCompositeSchedule:
    """Say what all profiles together allow on a connector for so long."""

    connector_id: int
    duration_s: int
    unit: RateUnit | None = None


@dataclass(frozen=True, slots=True)
class ClearCache:
    """Forget the charger's authorization cache."""


@dataclass(frozen=True, slots=True)
class SendLocalList:
    """Keep these cards for when there is no line: all of them, or the changes that lead to this version."""

    update: ListUpdate


@dataclass(frozen=True, slots=True)
class GetLocalListVersion:
    """Say which version of the list of cards is kept."""


@dataclass(frozen=True, slots=True)
class OperatorCommand:
    """Whatever else a charger can be told: an action by its OCPP name, and its payload word for word."""

    action: str
    payload: dict[str, Any] = field(repr=False)


Command = (
    RemoteStart
    | RemoteStop
    | TriggerMessage
    | GetConfiguration
    | ChangeConfiguration
    | Reset
    | UnlockConnector
    | ChangeAvailability
    | ClearCache
    | SetChargingProfile
    | ClearChargingProfile
    | GetCompositeSchedule
    | SendLocalList
    | GetLocalListVersion
    | OperatorCommand
)


class Outcome(StrEnum):
    """What became of a command."""

    ACCEPTED = "accepted"
    """The charger agreed (Accepted, Scheduled, Unlocked, RebootRequired, or an answer without a status)."""
    REJECTED = "rejected"
    """It answered and did not agree; `Reply.status` says how."""
    ERROR = "error"
    """It answered with a CALLERROR, or with something its schema does not allow."""
    NO_ANSWER = "no_answer"
    """It was sent; no answer came in time, or the line went away first."""
    NOT_SENT = "not_sent"
    """It never left: no line, or the line went away while it was queued."""


@dataclass(frozen=True, slots=True)
class CompositeSchedule:
    """What a charger says it will allow: limits in `unit` from `starts_at` on."""

    starts_at: datetime | None
    unit: str
    periods: tuple[ProfilePeriod, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The outcome with what support wants to see. `message_id` is the message log's row of the command, None if unsent.

    `status` is the charger's own word ("Rejected", "UnlockFailed") or the CALLERROR's code; `configuration` and
    `unknown_keys` answer GetConfiguration, `schedule` GetCompositeSchedule, `list_version` GetLocalListVersion.
    `payload` is the answer as it came. `heard_at` is when the charger last said anything at all.
    """

    outcome: Outcome
    status: str | None = None
    detail: str | None = None
    message_id: str | None = None
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    heard_at: datetime | None = None
    configuration: dict[str, str | None] = field(default_factory=dict)
    unknown_keys: tuple[str, ...] = ()
    schedule: CompositeSchedule | None = None
    list_version: int | None = None
    payload: dict[str, Any] | None = field(default=None, repr=False)


class ChargerLink(Protocol):
    """The sockets this process holds."""

    def is_connected(self, charger_id: str) -> bool:
        """Whether this process holds the charger's socket now."""
        ...

    async def send(
        self, charger_id: str, command: Command, *, timeout_s: float, within_s: float | None = None
    ) -> Reply:
        """Queue a command (stops first, then starts, profiles, the rest) and wait for what becomes of it.

        Never raises for what a charger or its line does. The timeout runs from the sending. One that has not had its
        turn `within_s` seconds is not sent any more.
        """
        ...

    def disconnect(self, line: Line, *, reason: str) -> None:
        """Close that socket, if held here (a new password, a deleted charger); one that has replaced it stays."""
        ...
