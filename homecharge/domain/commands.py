"""Commands of operators: what may be asked of a charger, what becomes of it, and which messages follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from homecharge.domain.configuration_keys import standard_key

ACTIONS = (
    "CancelReservation",
    "ChangeAvailability",
    "ChangeConfiguration",
    "ClearCache",
    "ClearChargingProfile",
    "DataTransfer",
    "GetCompositeSchedule",
    "GetConfiguration",
    "GetDiagnostics",
    "GetLocalListVersion",
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "ReserveNow",
    "Reset",
    "SendLocalList",
    "SetChargingProfile",
    "TriggerMessage",
    "UnlockConnector",
    "UpdateFirmware",
)
"""What a central system may send (OCPP 1.6 §5)."""
PASSWORD_KEY = "AuthorizationKey"  # noqa: S105 - the name of a setting
"""The setting that holds a charger's password (OCPP 1.6 security whitepaper, A02); it can be written, never read."""
MOST_FOLLOW_UPS = 20
_PROMPTLY = timedelta(minutes=2)
_AFTER_A_WHILE = timedelta(days=1)
_FARTHEST = timedelta(days=30)
_FOLLOWED_FOR = {
    "Reset": timedelta(minutes=15),
    "GetDiagnostics": _AFTER_A_WHILE,
    "UpdateFirmware": _AFTER_A_WHILE,
    "ChangeAvailability": _PROMPTLY,
    "ReserveNow": _PROMPTLY,
    "CancelReservation": _PROMPTLY,
    "UnlockConnector": _PROMPTLY,
    "TriggerMessage": _PROMPTLY,
}
_STATUS = "StatusNotification"
_FOLLOWED_BY = {
    "Reset": "BootNotification",
    "GetDiagnostics": "DiagnosticsStatusNotification",
    "UpdateFirmware": "FirmwareStatusNotification",
    "ChangeAvailability": _STATUS,
    "ReserveNow": _STATUS,
    "CancelReservation": _STATUS,
    "UnlockConnector": _STATUS,
}
_OUT_OF_SERVICE = "Inoperative"
_UNAVAILABLE = "unavailable"
_OF_CONNECTORS = frozenset({_STATUS, "MeterValues"})


class CommandState(StrEnum):
    """How far a command is; public contract.

    SENT is on its way: whether it truly left is known when it is over.
    """

    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ERROR = "error"
    NO_ANSWER = "no_answer"
    NOT_SENT = "not_sent"


UNDER_WAY = frozenset({CommandState.QUEUED, CommandState.SENT})


class Unsent(StrEnum):
    """What of us, and not of the charger, kept a command from its answer (`error.code`); public contract."""

    DELIVERY_UNKNOWN = "delivery_unknown"
    """We went down between sending it and keeping its answer; it is never sent again."""
    CHARGER_OFFLINE = "charger_offline"
    """The line went away before it could be sent."""
    EXPIRED = "expired"
    """The charger was busy with earlier commands for too long, or we were not there."""
    ROTATION_PENDING = "rotation_pending"
    """So many passwords are on their way to the charger by now that another would be one too many."""
    TIMED_OUT = "timed_out"
    """It was sent; no answer came in time, or the line went away first."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A message of a charger that may follow a command. `detail` is what is kept of it."""

    action: str
    connector_id: int | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A message that followed a command."""

    at: datetime
    action: str
    detail: dict[str, Any]
    message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandError:
    """What went wrong: a CALLERROR's code, or one of `Unsent`; `detail` is a sentence or the charger's own words."""

    code: str
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who asked for it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command with its secrets masked. `status` is the charger's own word, `answer` all that it answered.

    `message_id` is the frame that told the charger; `version` fences what is written of it.
    """

    id: str
    charger_id: str
    action: str
    payload: dict[str, Any]
    state: CommandState
    status: str | None
    answer: dict[str, Any] | None
    error: CommandError | None
    requested_by: Requester | None
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    message_id: str | None
    version: int
    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to wait for, follow-ups aside."""
        return self.state not in UNDER_WAY


def changes_password(action: str, payload: Mapping[str, Any]) -> bool:
    """Whether it would set the charger's password, however its key is spelled."""
    key = payload.get("key")
    return action == "ChangeConfiguration" and isinstance(key, str) and standard_key(key) == PASSWORD_KEY


def followed_until(action: str, payload: Mapping[str, Any], *, now: datetime) -> datetime | None:
    """How long messages are taken to follow a command that is sent now; None for one that nothing follows.

    An update begins when the charger is to fetch it, which may be days away (OCPP 1.6 §5.19).
    """
    lasting = _FOLLOWED_FOR.get(action)
    if lasting is None:
        return None
    if payload.get("type") == _OUT_OF_SERVICE:  # Scheduled: when the transaction is over (OCPP 1.6 §5.2)
        lasting = _AFTER_A_WHILE
    return max(now, min(_fetched_at(payload) or now, now + _FARTHEST)) + lasting


def follows(notification: Notification, action: str, payload: Mapping[str, Any], *, already: int) -> bool:
    """Whether a message tells of a command that `already` has so many follow-ups."""
    connector_id = payload.get("connectorId")
    is_there = connector_id in {None, 0} or notification.connector_id in {None, connector_id}
    if action == "TriggerMessage":
        is_of_all = connector_id is None and notification.action in _OF_CONNECTORS
        most = MOST_FOLLOW_UPS if is_of_all else 1
        is_asked_for = notification.action == payload["requestedMessage"]
        return is_asked_for and already < most and (connector_id is None or connector_id == notification.connector_id)
    most = 1 if action == "Reset" else MOST_FOLLOW_UPS
    if _FOLLOWED_BY.get(action) != notification.action or already >= most or not is_there:
        return False
    return _tells(notification.detail.get("status"), action, payload)


def _tells(status: str | None, action: str, payload: Mapping[str, Any]) -> bool:
    """Whether a connector in that state has come to what was asked; other states tell of something else."""
    match action:
        case "ReserveNow":
            return status == "reserved"
        case "CancelReservation":
            return status == "available"
        case "ChangeAvailability":
            return (status == _UNAVAILABLE) is (payload["type"] == _OUT_OF_SERVICE)
        case _:
            return True


def _fetched_at(payload: Mapping[str, Any]) -> datetime | None:
    """What a charger makes of an instant that we cannot read is its business."""
    try:
        return datetime.fromisoformat(payload["retrieveDate"])
    except (KeyError, ValueError):
        return None
