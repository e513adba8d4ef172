"""What chargers say, answered: implements `ports.charger_events` with one durable unit of work per message."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from homecharge.domain.charger_state import OfflineCause
from homecharge.domain.commands import Notification
from homecharge.domain.errors import Unavailable
from homecharge.domain.timing import Timing
from homecharge.engine.cards import Cards, LineReplaced
from homecharge.engine.message_log import MessageLog
from homecharge.engine.set_up import Wanted
from homecharge.engine.triggered import Triggered
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
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
from homecharge.ports.live_authorizer import LiveAuthorizer
from homecharge.ports.units import Db, Units
from homecharge.services import (
    charger_reports,
    connectors,
    follow_ups,
    lines,
    metering,
    transaction_ends,
)
from homecharge.storage.group_commit import GroupCommit
from homecharge.storage.queries.card_locks import ShownCard, lock_for_messages

T = TypeVar("T")
log = get_logger(__name__)

HEARTBEAT_S = 300


class _Message(NamedTuple):
    """What to do about a message, the chargers that the unit has to itself for it, and the card that it shows."""

    charger_ids: Collection[str]
    service: Callable[[Db], Any]
    shown: ShownCard | None = None


class Inbound:
    """One per gateway. Messages of different chargers share commits; those of one charger come in order."""

    def __init__(
        self,
        units: Units,
        timing: Timing,
        metrics: Metrics,
        authorizer: LiveAuthorizer,
        *,
        gateway_id: str,
        triggered: Triggered,
        is_plain: bool = False,
    ) -> None:
        self._units, self._timing, self._gateway_id = units, timing, gateway_id
        self._triggered = triggered
        self._lines: dict[str, Line] = {}
        """By charger: of two that it has here for a while, the newer one."""
        self._untold: set[Line] = set()
        """Lines with a status that could not be stored: no charger repeats one (OCPP 1.6 §3.7.1)."""
        self._is_draining = False
        self.to_set_up: asyncio.Queue[Wanted] = asyncio.Queue()
        """Lines as they open, and again as their chargers boot."""
        self.disconnect: Callable[[Line, str], None] = lambda _line, _reason: None
        """How to close a socket that this gateway no longer owns; bootstrap gives it the gateway's."""
        size = metrics.group_commit_size
        self._writes: GroupCommit[_Message, Any] = GroupCommit(
            units, _each, name="messages", observe=size.labels("messages").observe
        )
        self._samples: GroupCommit[tuple[Origin, MeterReport], None] = GroupCommit(
            units, self._record, name="samples", observe=size.labels("samples").observe
        )
        self._log = MessageLog(units, metrics)
        self._cards = Cards(self._write_card, authorizer, timing, is_plain=is_plain)

    def _record(self, db: Db, reports: Sequence[tuple[Origin, MeterReport]]) -> Sequence[None]:
        metering.record_samples(db, reports, self._timing)
        return [None] * len(reports)

    async def _write(self, service: Callable[[Db], T], *charger_ids: str) -> T:
        """`service` in a unit that it shares with others, which has these chargers to itself."""
        result: T = await self._writes.submit(_Message(charger_ids, service))
        return result

    async def _write_card(self, service: Callable[[Db], T], origin: Origin, uid: str) -> T:
        """The same for a message that shows a card, which it has to itself too."""
        charger_id = origin.line.charger_id
        shown = ShownCard(charger_id, uid, origin.at)
        result: T = await self._writes.submit(_Message((charger_id,), service, shown))
        return result

    def begin_drain(self) -> None:
        """From now on a line that closes was closed by us: that outage is ours."""
        self._is_draining = True

    async def close(self) -> None:
        """Write what waits."""
        await self._writes.close()
        await self._samples.close()
        await self._log.close()

    async def admit(self, *, identity: str, password: str | None, protocol: str | None, at: datetime) -> Admission:
        """Decide a handshake; the refusal of a known charger is remembered for its owner."""
        admission = await self._units.run_read(lines.admit, identity=identity, password=password, protocol=protocol)
        charger_id, refusal = admission.charger_id, admission.refusal
        if charger_id is not None and refusal is not None:
            await self._write(lambda db: lines.remember_refusal(db, charger_id, refusal, now=at), charger_id)
        if admission.is_next_password and charger_id is not None and password is not None:
            is_taken = await self._write(
                lambda db: lines.next_password_used(db, charger_id, password, now=at), charger_id
            )
            return Admission(charger_id, None if is_taken else Refusal.WRONG_PASSWORD)
        return admission

    async def line_opened(self, line: Line, *, at: datetime) -> None:
        """Own the charger; its set-up follows in the background."""
        is_ours = await self._write(
            lambda db: lines.line_opened(db, line, gateway_id=self._gateway_id, timing=self._timing, now=at),
            line.charger_id,
        )
        if not is_ours:
            raise LineReplaced
        self._lines[line.charger_id] = line
        self.to_set_up.put_nowait(Wanted(line))

    async def line_closed(self, line: Line, *, heard_at: datetime, at: datetime) -> None:
        """The socket is gone."""
        self._forget(line)
        cause = OfflineCause.GATEWAY if self._is_draining else OfflineCause.LINE
        await self._write(
            lambda db: lines.line_closed(db, line, heard_at=heard_at, cause=cause, now=at), line.charger_id
        )

    async def heard(self, heard_at: Mapping[str, datetime], *, at: datetime) -> None:  # noqa: ARG002 - the port's
        """Note who was heard, and close the sockets that another gateway, or nobody, owns by now.

        Here the database answers: chargers with a status that it missed are asked for it again.
        """
        known = {line.connection_id: line for line in self._lines.values()}
        lost = await self._write(
            lambda db: lines.heard(db, known, heard_at, gateway_id=self._gateway_id),
            *(known[connection_id].charger_id for connection_id in heard_at if connection_id in known),
        )
        for line in lost:
            if self._forget(line):
                log.warning("line.lost", charger_id=line.charger_id)
                self.disconnect(line, "this connection is no longer the charger's")

        self._ask_again()

    def _ask_again(self) -> None:
        untold, self._untold = self._untold, set()
        for line in untold & set(self._lines.values()):
            self.to_set_up.put_nowait(Wanted(line))

    def _forget(self, line: Line) -> bool:
        """False if a newer line has taken its place, or it was forgotten before."""
        is_there = self._lines.get(line.charger_id) == line
        if is_there:
            del self._lines[line.charger_id]
        return is_there

    async def check_lines(self, *, at: datetime) -> None:
        """Look for lines that were cut by somebody else: a new password, a deleted charger."""
        with contextlib.suppress(Unavailable):
            await self.heard({}, at=at)

    async def clock_stepped(self, *, at: datetime) -> None:
        """Our clock was set: every charger is asked for its state, which tells its clock by ours as it is now."""
        known = list(self._lines.values())
        charger_ids = [line.charger_id for line in known]
        try:
            await self._units.run_write(lines.clock_stepped, charger_ids, gateway_id=self._gateway_id, now=at)
        except Unavailable as away:
            log.warning("clock.step_untold", reason=away.code)
        for line in known:
            self.to_set_up.put_nowait(Wanted(line))

    async def booted(self, origin: Origin, boot: Boot) -> int:
        """A boot forgets what was set: set up again."""
        await self._write(lambda db: charger_reports.booted(db, origin, boot), origin.line.charger_id)
        self.to_set_up.put_nowait(Wanted(origin.line, has_booted=True))
        return HEARTBEAT_S

    async def status_reported(self, origin: Origin, report: StatusReport) -> None:
        """StatusNotification."""
        try:
            await self._write(
                lambda db: connectors.status_reported(db, origin, report, self._timing), origin.line.charger_id
            )
        except Unavailable:
            self._untold.add(origin.line)
            raise

    async def authorize(self, origin: Origin, id_tag: str) -> TagVerdict:
        """Authorize."""
        return await self._cards.authorize(origin, id_tag)

    async def transaction_started(self, origin: Origin, start: TransactionStart) -> Begun | Later[Begun]:
        """StartTransaction."""
        return await self._cards.start(origin, start)

    async def transaction_stopped(self, origin: Origin, stop: TransactionStop) -> None:
        """StopTransaction; the tag's verdict is optional in 1.6 and says nothing here."""
        is_heard = await self._write(
            lambda db: transaction_ends.transaction_stopped(db, origin, stop, self._timing), origin.line.charger_id
        )
        if not is_heard:
            raise LineReplaced

    async def metered(self, origin: Origin, report: MeterReport) -> None:
        """MeterValues."""
        await self._samples.submit((origin, report))
        sample = report.samples[-1] if report.samples else None
        about = {"energy_wh": sample.energy_wh, "power_w": sample.power_w} if sample is not None else {}
        told = Notification("MeterValues", report.connector_id, {"connector_id": report.connector_id, **about})
        await self._follow_up(origin, told)

    async def firmware_reported(self, origin: Origin, status: str) -> None:
        """FirmwareStatusNotification."""
        await self._write(
            lambda db: charger_reports.firmware_reported(db, origin, status, self._timing), origin.line.charger_id
        )

    async def diagnostics_reported(self, origin: Origin, status: str) -> None:
        """DiagnosticsStatusNotification."""
        await self._write(lambda db: charger_reports.diagnostics_reported(db, origin, status), origin.line.charger_id)

    async def heartbeat(self, origin: Origin) -> None:
        """Heartbeat."""
        await self._follow_up(origin, Notification("Heartbeat", None, {}))

    async def _follow_up(self, origin: Origin, notification: Notification) -> None:
        """Append what was asked for to the command that did; it is answered also when the database is away."""
        if self._triggered.is_awaited(origin.line.charger_id, now=origin.at):
            with contextlib.suppress(Unavailable):
                await self._write(lambda db: follow_ups.followed(db, origin, notification), origin.line.charger_id)

    def framed(self, frame: Frame) -> None:
        """For the message log."""
        self._log.add(frame)


def _each(db: Db, messages: Sequence[_Message]) -> Sequence[Any]:
    charger_ids = {charger_id for message in messages for charger_id in message.charger_ids}
    lock_for_messages(db, charger_ids, [message.shown for message in messages if message.shown is not None])
    return [message.service(db) for message in messages]
