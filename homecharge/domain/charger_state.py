"""What is known of a charger, its connectors and its transactions when a rule looks at them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class ConnectorStatus(StrEnum):
    """OCPP 1.6 `ChargePointStatus` in the contract's spelling; `unknown` until a charger has said."""

    UNKNOWN = "unknown"
    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"


PLUGGED = frozenset(
    {
        ConnectorStatus.PREPARING,
        ConnectorStatus.CHARGING,
        ConnectorStatus.SUSPENDED_EV,
        ConnectorStatus.SUSPENDED_EVSE,
        ConnectorStatus.FINISHING,
    }
)


class StartMode(StrEnum):
    """Who begins a transaction: we do, or the charger by itself at plug-in."""

    CONTROLLED = "controlled"
    FREE_VEND = "free_vend"


class OfflineCause(StrEnum):
    """Whose line went away: the charger's, or ours (a gateway that stopped)."""

    LINE = "line"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class LastRefusal:
    """The newest handshake that we refused, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerState:
    """The charger's line and settings. `connected_at` is None while there is no socket.

    `last_refusal` is of a handshake since the last that was not refused. `can_hold`: as far as is known it keeps
    charging profiles, and its transactions outlast a limit of 0. `restarts`: it starts when it is told to, and was seen
    to do so from Finishing, with the cable in since its last transaction.
    """

    id: str
    connected_at: datetime | None
    last_seen_at: datetime | None
    offline_since: datetime | None
    offline_cause: OfflineCause | None
    ever_connected: bool
    last_refusal: LastRefusal | None
    start_mode: StartMode
    charge_now: bool
    can_hold: bool
    restarts: bool
    remote_start_tag: str | None
    connection_timeout: timedelta | None
    installing_firmware: bool
    sends_samples: bool | None

    @property
    def is_online(self) -> bool:
        """Whether a socket is open."""
        return self.connected_at is not None


def is_of_line(learnt_at: datetime | None, *, connected_at: datetime | None) -> bool:
    """Whether something was learnt on the present connection; what is older is evidence and no reason."""
    return learnt_at is not None and connected_at is not None and learnt_at >= connected_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorState:
    """The newest StatusNotification of a connector; connector 0 is the whole charger (OCPP 1.6 §4.9).

    `reported_at` is when we heard it, in the frame `message_id`, `changed_at` when it last became another status.
    `plugged_in_at` is None while no status has told of a cable.
    `full_at`: the car stopped drawing by itself during the present plug-in. `soc_percent` was reported during it, at
    `soc_at`.
    `held_at`: the driver stopped a charge and has not replugged since.
    """

    connector_id: int
    status: ConnectorStatus
    error_code: str | None
    reported_at: datetime | None
    changed_at: datetime | None
    message_id: str | None
    plugged_in_at: datetime | None
    full_at: datetime | None
    soc_percent: int | None
    soc_at: datetime | None
    held_at: datetime | None

    @property
    def is_occupied(self) -> bool:
        """Whether somebody is there, with a car or with a card alone: a start is tried."""
        return self.status in PLUGGED

    @property
    def is_plugged_in(self) -> bool | None:
        """True or False where the status tells, None where it does not, such as Preparing after a card (`plug_in`)."""
        if self.status is ConnectorStatus.PREPARING and self.plugged_in_at is None:
            return None
        if self.status in PLUGGED:
            return True
        return False if self.status is ConnectorStatus.AVAILABLE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """The charger's own record. Times are the charger's instants corrected by its clock skew; energy in Wh.

    `message_id`, `drew_message_id` and `stop_message_id` are the frames that told of its start, its first energy and
    its end. `stop_at` is when it is owed a RemoteStop, `stop_tries` how many have been sent.
    `is_ended_by_zero`: the charger ended it because it was held at 0 W. `is_paused`: it was to be stopped for a pause.
    """

    id: int
    connector_id: int
    session_id: str | None
    is_refused: bool
    started_at: datetime
    message_id: str | None
    heard_at: datetime
    energy_wh: int
    has_samples: bool
    drew_at: datetime | None
    drew_message_id: str | None
    stop_at: datetime | None
    stop_tries: int
    stopped_at: datetime | None
    stop_reason: str | None
    stop_message_id: str | None
    is_lost: bool
    is_ended_by_zero: bool
    is_paused: bool

    @property
    def is_stop_owed(self) -> bool:
        """Whether a RemoteStop is to be sent, or has been."""
        return self.stop_at is not None or self.stop_tries > 0
