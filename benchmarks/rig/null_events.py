"""What answers chargers when only the gateway is measured."""
# ruff: noqa: ARG002 - it takes everything and keeps nothing

from collections.abc import Mapping
from datetime import datetime

from homecharge.domain.authorization_codes import Code
from homecharge.ports.charger_events import (
    Admission,
    Begun,
    Boot,
    Frame,
    Line,
    MeterReport,
    Origin,
    StatusReport,
    TagVerdict,
    TransactionStart,
    TransactionStop,
)


class NullEvents:
    """Takes everything and keeps nothing: what remains is the gateway itself."""

    async def admit(self, *, identity: str, password: str | None, protocol: str | None, at: datetime) -> Admission:
        """Everybody."""
        return Admission(identity, None)

    async def line_opened(self, line: Line, *, at: datetime) -> None:
        """Nothing."""

    async def line_closed(self, line: Line, *, heard_at: datetime, at: datetime) -> None:
        """Nothing."""

    async def heard(self, lines: Mapping[str, datetime], *, at: datetime) -> None:
        """Nothing."""

    async def booted(self, origin: Origin, boot: Boot) -> int:
        """The interval."""
        return 300

    async def status_reported(self, origin: Origin, report: StatusReport) -> None:
        """Nothing."""

    async def authorize(self, origin: Origin, id_tag: str) -> TagVerdict:
        """Anybody."""
        return TagVerdict(Code.PROVIDER)

    async def transaction_started(self, origin: Origin, start: TransactionStart) -> Begun:
        """Always the same id."""
        return Begun(1, TagVerdict(Code.PROVIDER))

    async def transaction_stopped(self, origin: Origin, stop: TransactionStop) -> None:
        """Nothing."""

    async def metered(self, origin: Origin, report: MeterReport) -> None:
        """Nothing."""

    async def firmware_reported(self, origin: Origin, status: str) -> None:
        """Nothing."""

    def framed(self, frame: Frame) -> None:
        """Nothing."""
