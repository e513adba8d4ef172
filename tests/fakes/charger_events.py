"""`ChargerEvents` in memory: keeps what it was told, keeps the port's contract, and can be away or slow on demand."""

# ruff: noqa: ARG002 - a fake takes what its port gives

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from homecharge.domain.authorization_codes import Code
from homecharge.domain.errors import Unavailable
from homecharge.ports.charger_events import (
    Admission,
    Begun,
    Boot,
    Frame,
    Later,
    Line,
    MeterReport,
    Origin,
    Refusal,
    StatusReport,
    TagVerdict,
    TransactionStart,
    TransactionStop,
)

HEARTBEAT_S = 300


class RecordingChargerEvents:
    """Knows the chargers in `passwords`; a charger's id is its identity after "id-".

    `reports` holds everything told by chargers as (method, origin, what), in the order in which it was taken up.
    While `is_away`, everything that the port allows to fail does, and `failures` names it; while `is_broken`, reports
    meet a defect. `gates` hold methods back until their event is set; with a `provider`, a StartTransaction is answered
    later, when that event is set.
    """

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self.passwords = dict(passwords)
        self.is_away = False
        self.is_broken = False
        self.gates: dict[str, asyncio.Event] = {}
        self.verdict = TagVerdict(Code.PROVIDER)
        self.stop_verdict: TagVerdict | None = None
        self.provider: asyncio.Event | None = None
        self.refusals: dict[str, Refusal] = {}
        self.opened: list[Line] = []
        self.closed: list[tuple[Line, datetime]] = []
        self.open_lines: dict[str, Line] = {}
        self.beats: list[dict[str, datetime]] = []
        self.reports: list[tuple[str, Origin, object]] = []
        self.frames: list[Frame] = []
        self.failures: list[str] = []
        self._transactions: dict[tuple[str, TransactionStart], int] = {}
        self._changed = asyncio.Condition()

    async def admit(self, *, identity: str, password: str | None, protocol: str | None, at: datetime) -> Admission:
        await self._take_up("admit")
        refusal = self._refusal(identity, password, protocol)
        if refusal is None:
            return Admission(f"id-{identity}", None)
        if identity in self.passwords:
            self.refusals[identity] = refusal
        return Admission(None, refusal)

    async def line_opened(self, line: Line, *, at: datetime) -> None:
        await self._take_up("line_opened")
        self.opened.append(line)
        self.open_lines[line.charger_id] = line
        await self._tell()

    async def line_closed(self, line: Line, *, heard_at: datetime, at: datetime) -> None:
        await self._take_up("line_closed")
        self.closed.append((line, heard_at))
        if self.open_lines.get(line.charger_id) == line:
            del self.open_lines[line.charger_id]
        await self._tell()

    async def heard(self, lines: Mapping[str, datetime], *, at: datetime) -> None:
        await self._take_up("heard")
        self.beats.append(dict(lines))
        await self._tell()

    async def booted(self, origin: Origin, boot: Boot) -> int:
        await self._report("booted", origin, boot)
        return HEARTBEAT_S

    async def status_reported(self, origin: Origin, report: StatusReport) -> None:
        await self._report("status_reported", origin, report)

    async def authorize(self, origin: Origin, id_tag: str) -> TagVerdict:
        await self._report("authorize", origin, id_tag)
        return self.verdict

    async def transaction_started(self, origin: Origin, start: TransactionStart) -> Begun | Later[Begun]:
        await self._report("transaction_started", origin, start)
        key = (origin.line.charger_id, start)
        begun = Begun(self._transactions.setdefault(key, len(self._transactions) + 1), self.verdict)
        return begun if self.provider is None else Later(self._asked(self.provider, begun))

    async def _asked(self, provider: asyncio.Event, begun: Begun) -> Begun:
        await provider.wait()
        await self._take_up("transaction_started")
        return begun

    async def transaction_stopped(self, origin: Origin, stop: TransactionStop) -> TagVerdict | None:
        await self._report("transaction_stopped", origin, stop)
        return self.stop_verdict

    async def metered(self, origin: Origin, report: MeterReport) -> None:
        await self._report("metered", origin, report)

    async def firmware_reported(self, origin: Origin, status: str) -> None:
        await self._report("firmware_reported", origin, status)

    async def diagnostics_reported(self, origin: Origin, status: str) -> None:
        await self._report("diagnostics_reported", origin, status)

    async def heartbeat(self, origin: Origin) -> None:
        """Not a report: the line is shown to be alive with it, also while the database is away."""

    def framed(self, frame: Frame) -> None:
        self.frames.append(frame)

    def told(self, method: str) -> list[object]:
        """What came by one method."""
        return [what for name, _, what in self.reports if name == method]

    def gate(self, method: str) -> asyncio.Event:
        """Hold a method back until the returned event is set."""
        return self.gates.setdefault(method, asyncio.Event())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when what was told so far fulfils a condition."""
        async with self._changed:
            await self._changed.wait_for(condition)

    def _refusal(self, identity: str, password: str | None, protocol: str | None) -> Refusal | None:
        if identity not in self.passwords:
            return Refusal.UNKNOWN_IDENTITY
        if password is None:
            return Refusal.PASSWORD_MISSING
        if password != self.passwords[identity]:
            return Refusal.WRONG_PASSWORD
        return Refusal.UNSUPPORTED_PROTOCOL if protocol is None else None

    async def _report(self, method: str, origin: Origin, what: object) -> None:
        self.reports.append((method, origin, what))
        await self._tell()
        await self._take_up(method)
        if self.is_broken:
            raise RuntimeError("a defect of ours")

    async def _take_up(self, method: str) -> None:
        if method in self.gates:
            await self.gates[method].wait()
        if self.is_away:
            self.failures.append(method)
            await self._tell()
            raise Unavailable

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
