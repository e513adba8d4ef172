"""The steps of a session's story: what happened, who caused it, and the OCPP message behind it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """Public contract: only added to."""

    PLANNED = "planned"
    MOVED = "moved"
    OVERRIDDEN = "overridden"
    WAITING = "waiting"
    COMMANDED = "commanded"
    COMMAND_ANSWERED = "command_answered"
    TRANSACTION_STARTED = "transaction_started"
    TRANSACTION_ADOPTED = "transaction_adopted"
    CHARGING = "charging"
    ENERGY_FLOWS = "energy_flows"
    PAUSED = "paused"
    RESUMED = "resumed"
    BOOSTED = "boosted"
    HOURS_OVERRIDDEN = "hours_overridden"
    BOOST_ENDED = "boost_ended"
    PLAN_MADE = "plan_made"
    DELAY_ENDED = "delay_ended"
    PROFILE_KEPT = "profile_kept"
    PROFILE_CLEARED = "profile_cleared"
    PROFILE_REFUSED = "profile_refused"
    STOP_REQUESTED = "stop_requested"
    STOP_SENT = "stop_sent"
    STOP_ANSWERED = "stop_answered"
    TRANSACTION_STOPPED = "transaction_stopped"
    COMPLETED = "completed"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    RECOVERY_PLANNED = "recovery_planned"
    RECOVERY_CANCELLED = "recovery_cancelled"


class Actor(StrEnum):
    """Who caused a step."""

    DRIVER = "driver"
    SUPPORT = "support"
    SCHEDULER = "scheduler"
    CHARGER = "charger"
    CAR = "car"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One entry; its sentence is written when it is read.

    `cause` is a code of the project (a stop reason, a rejection, an event), `detail` its parameters as plain JSON.
    """

    at: datetime
    kind: StepKind
    actor: Actor
    actor_id: str | None = None
    cause: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    message_id: str | None = None
