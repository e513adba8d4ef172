"""One connector of a simulated charge point: facts, and the OCPP status that follows from them."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from homecharge.simulator.behaviour import Payload
from homecharge.simulator.meter import Meter

Status = Literal[
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
]
ErrorCode = Literal[
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "LocalListConflict",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
]
NO_ERROR = "NoError"


@dataclass(frozen=True, slots=True)
class IdToken:
    """A card, or what a server starts with; `parent` is its group, where that is known."""

    tag: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """A connector kept for a token and its group; `expires_at` is on the charge point's own clock."""

    id: int
    token: IdToken
    expires_at: datetime

    def admits(self, token: IdToken) -> bool:
        """Whether it was made for this token, or for another of the same group (OCPP 1.6 §5.13)."""
        if token.tag.casefold() == self.token.tag.casefold():
            return True
        return token.parent is not None and token.parent == self.token.parent


@dataclass(slots=True, eq=False)
class Transaction:
    """A transaction as its charge point knows it; `id` is the server's, None until it is known."""

    connector_id: int
    id_tag: str
    meter_start_wh: int
    started_at: datetime
    """On the charge point's own clock."""
    id: int | None = None
    parent_tag: str | None = None
    """The group of the tag; any card of it may end the transaction."""
    flows: bool = False
    """Whether energy may flow: the server accepted it, or could not be asked."""
    refused: bool = False
    messages: list[tuple[str, Payload]] = field(default_factory=list)
    """What was reported of it, for a replay."""


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """What a connector is like at one instant."""

    connector_id: int
    status: str
    error_code: str
    plugged: bool
    transaction_id: int | None
    id_tag: str | None
    in_transaction: bool
    register_wh: int
    power_w: int


@dataclass(slots=True, eq=False)
class Connector:
    """The facts of one connector; connector 0 is the charge point as a whole and never has a cable."""

    id: int
    meter: Meter
    status: str = "Available"
    plugged: bool = False
    car_is_full: bool = False
    is_held: bool = False
    """The charge point itself withholds energy (SuspendedEVSE)."""
    limit_w: float | None = None
    """What its charging profiles allow; None: nothing limits it."""
    was_used: bool = False
    """A transaction ended, or none came in time, and the cable is still in."""
    inoperative: bool = False
    error_code: str = NO_ERROR
    armed: IdToken | None = None
    """A start was accepted and waits for the cable."""
    reservation: Reservation | None = None
    transaction: Transaction | None = None
    last_transaction: Transaction | None = None
    sampling: asyncio.TimerHandle | None = None
    limiting: asyncio.TimerHandle | None = None
    """At the next change of its limit."""
    expiry: asyncio.TimerHandle | None = None
    reserving: asyncio.TimerHandle | None = None
    """At the end of its reservation."""

    def status_now(self) -> str:
        """The status that follows from the facts."""
        if self.error_code != NO_ERROR:
            return "Faulted"
        if self.transaction:
            return self._status_in(self.transaction)
        if self.inoperative:
            return "Unavailable"
        if self.reservation and not self.armed:
            return "Reserved"
        if self.plugged:
            return "Finishing" if self.was_used else "Preparing"
        return "Preparing" if self.armed else "Available"

    def _status_in(self, transaction: Transaction) -> str:
        if transaction.refused or (transaction.flows and (self.is_held or self.limit_w == 0)):
            return "SuspendedEVSE"
        if not transaction.flows:
            return "Preparing"
        return "SuspendedEV" if self.car_is_full else "Charging"

    def admits(self, token: IdToken) -> bool:
        """Whether a start is possible, and the connector kept for nobody else."""
        return self.can_start() and (self.reservation is None or self.reservation.admits(token))

    def can_start(self) -> bool:
        """Whether a start is possible at all."""
        return self.transaction is None and self.error_code == NO_ERROR and not self.inoperative

    def state(self, *, at: float) -> ConnectorState:
        """A snapshot; `at` is an instant of the loop's clock."""
        transaction = self.transaction
        return ConnectorState(
            connector_id=self.id,
            status=self.status,
            error_code=self.error_code,
            plugged=self.plugged,
            transaction_id=transaction.id if transaction else None,
            id_tag=transaction.id_tag if transaction else None,
            in_transaction=transaction is not None,
            register_wh=self.meter.read_wh(at=at),
            power_w=self.meter.power_w,
        )
