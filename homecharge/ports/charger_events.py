"""What a charger tells us, free of any OCPP version: the gateway translates, `engine/inbound.py` answers."""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from homecharge.domain.authorization_codes import Code
from homecharge.domain.charger_state import ConnectorStatus

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Line:
    """One accepted socket of a charger. Every later write of it carries `connection_id`."""

    connection_id: str
    charger_id: str
    identity: str
    protocol: str


class Origin(NamedTuple):
    """Which frame a report came in: the line, the id of its row in the message log, and when we read it."""

    line: Line
    message_id: str
    at: datetime


class Refusal(StrEnum):
    """Why a socket was refused at the handshake (`connection.last_refusal.reason`)."""

    UNKNOWN_IDENTITY = "unknown_identity"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason's name, not a password
    PASSWORD_MISSING = "password_missing"  # noqa: S105 - a reason's name, not a password
    UNSUPPORTED_PROTOCOL = "unsupported_protocol"


@dataclass(frozen=True, slots=True)
class Admission:
    """Whose socket it is, None for an unknown identity, and why it is refused, None where it is let in.

    `is_next_password`: it came with one that it was given, and has not connected with before.
    """

    charger_id: str | None
    refusal: Refusal | None
    is_next_password: bool = False


@dataclass(frozen=True, slots=True)
class Boot:
    """Who the charger says it is."""

    vendor: str
    model: str
    firmware_version: str | None
    serial_number: str | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A StatusNotification. `timestamp` is the charger's clock, `status` is UNKNOWN for a value nobody defined."""

    connector_id: int
    status: ConnectorStatus
    error_code: str | None
    info: str | None
    vendor_error_code: str | None
    timestamp: datetime | None


class Sample(NamedTuple):
    """One meter value in base units: Wh, W, A, percent. `at` is the charger's clock. Absent measurands are None."""

    at: datetime
    energy_wh: int | None
    power_w: int | None
    current_a: float | None
    soc_percent: int | None
    context: str | None = None


class MeterReport(NamedTuple):
    """A MeterValues: connector 0 is the whole charger, `transaction_id` may be missing."""

    connector_id: int
    transaction_id: int | None
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class TransactionStart:
    """A StartTransaction; `timestamp` is the charger's clock, `meter_wh` its register.

    `reservation_id` is the reservation that it uses up, None where there was none.
    """

    connector_id: int
    id_tag: str
    meter_wh: int
    timestamp: datetime
    reservation_id: int | None = None


@dataclass(frozen=True, slots=True)
class TransactionStop:
    """A StopTransaction; `reason` in OCPP's spelling ("EVDisconnected"), "Local" where the charger gave none."""

    transaction_id: int
    id_tag: str | None
    meter_wh: int
    timestamp: datetime
    reason: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class TagVerdict:
    """The answer for an id token; each protocol says it in its own words.

    `is_plain`: a refusal is said without its kind, for chargers that cache refusals badly.
    """

    code: Code
    expires_at: datetime | None = None
    parent_id_tag: str | None = None
    is_plain: bool = False


class Begun(NamedTuple):
    """Our id of a transaction (1..2^31-1), and the verdict on its tag."""

    transaction_id: int
    verdict: TagVerdict


@dataclass(frozen=True, slots=True)
class Later(Generic[Answer]):
    """An answer that waits for somebody else: the charger's other messages are served meanwhile."""

    outcome: Coroutine[Any, Any, Answer]


class Frame(NamedTuple):
    """One frame of the message log, either direction, as it was on the wire (masked by whoever shows it).

    `kind` is "call", "result", "error" or "malformed"; `action` of an answer is that of its call; `ocpp_id` is the
    message id on the wire, which chargers reuse after a reboot.
    """

    id: str
    charger_id: str
    connection_id: str
    at: datetime
    direction: str
    kind: str
    action: str | None
    ocpp_id: str | None
    body: str


class ChargerEvents(Protocol):
    """Everything the gateway may ask or tell.

    Each may raise `domain.errors.Unavailable`: the charger then gets a CALLERROR InternalError and repeats its message
    later; no id is ever made up.
    """

    async def admit(self, *, identity: str, password: str | None, protocol: str | None, at: datetime) -> Admission:
        """Decide a handshake; a known identity's refusal is remembered for its owner. `protocol` None: unsupported."""
        ...

    async def line_opened(self, line: Line, *, at: datetime) -> None:
        """The socket is ours; set-up follows in the background. Must be awaited before the first frame is handled."""
        ...

    async def line_closed(self, line: Line, *, heard_at: datetime, at: datetime) -> None:
        """The socket is gone; without effect when a newer line has replaced it."""
        ...

    async def heard(self, lines: Mapping[str, datetime], *, at: datetime) -> None:
        """Connection ids that said anything since the last beat, with the instant; every beat, also when empty."""
        ...

    async def booted(self, origin: Origin, boot: Boot) -> int:
        """BootNotification; returns the heartbeat interval in seconds."""
        ...

    async def status_reported(self, origin: Origin, report: StatusReport) -> None:
        """StatusNotification."""
        ...

    async def authorize(self, origin: Origin, id_tag: str) -> TagVerdict:
        """Authorize. The only message that may overtake others of its connection."""
        ...

    async def transaction_started(self, origin: Origin, start: TransactionStart) -> Begun | Later[Begun]:
        """StartTransaction; our transaction id is the same for a repeated message.

        Later where the card's provider is asked first.
        """
        ...

    async def transaction_stopped(self, origin: Origin, stop: TransactionStop) -> TagVerdict | None:
        """StopTransaction; always answered, an unknown transaction too."""
        ...

    async def metered(self, origin: Origin, report: MeterReport) -> None:
        """MeterValues; durable when it returns."""
        ...

    async def firmware_reported(self, origin: Origin, status: str) -> None:
        """FirmwareStatusNotification, in OCPP's spelling ("Installing")."""
        ...

    async def diagnostics_reported(self, origin: Origin, status: str) -> None:
        """DiagnosticsStatusNotification, in OCPP's spelling ("Uploaded")."""
        ...

    async def heartbeat(self, origin: Origin) -> None:
        """Heartbeat; thousands a second, so that nothing is stored of one that nobody has asked for."""
        ...

    def framed(self, frame: Frame) -> None:
        """A frame for the message log; returns at once, written within 200 ms."""
        ...
