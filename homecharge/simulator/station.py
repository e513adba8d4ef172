"""The electronics of a simulated charge point: its parts, and its line over time (connect, boot, loss, return)."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Self

from homecharge.simulator.answers import answer
from homecharge.simulator.background import Background
from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.cards import Cards
from homecharge.simulator.charging import Charging
from homecharge.simulator.configuration import Configuration
from homecharge.simulator.connector import Connector, IdToken, Transaction
from homecharge.simulator.failures import ConnectFailed, LineDown
from homecharge.simulator.heartbeats import Heartbeats
from homecharge.simulator.journal import Journal
from homecharge.simulator.line import Line
from homecharge.simulator.maintenance import Maintenance
from homecharge.simulator.outbox import Outbox
from homecharge.simulator.registration import Registration
from homecharge.simulator.reservations import can_take

LONGEST_BACKOFF_S = 30.0
SETTLE_S = 5.0
"""How long a physical action waits for the server to answer what it caused."""
FIRMWARE = "1.0"


class Station:
    """A charge point that connects, registers, answers and comes back; `ChargePoint` adds the hands.

    `configuration` overrides the factory values of configuration keys. With `reconnect` it comes back from every loss
    of the line by itself, backing off.
    """

    def __init__(
        self,
        url: str,
        identity: str,
        password: str | None = None,
        *,
        connectors: int = 1,
        behaviour: Behaviour | None = None,
        configuration: Mapping[str, str] | None = None,
        reconnect: bool = False,
        journal: Journal | None = None,
    ) -> None:
        self.url = url
        self.identity = identity
        self.password = password
        self.subprotocols: Sequence[str] = ("ocpp1.6",)
        self.reconnect = reconnect
        self.behaviour = behaviour or Behaviour()
        self.configuration = Configuration(self.behaviour, configuration or {}, connectors=connectors)
        self.journal = journal or Journal()
        self.tasks = Background()
        self.line = Line(self.behaviour, self.journal, self.tasks, on_call=partial(answer, self))
        self.outbox = Outbox(self.line, self.behaviour, self.tasks, on_start_answer=self._start_answered)
        self.charging = Charging(self.behaviour, self.configuration, self.journal, self.outbox, connectors=connectors)
        self.heartbeats = Heartbeats(lambda: self.outbox.post("Heartbeat", {}))
        self.cards = Cards(
            self.behaviour, self.configuration, self.journal, self.line, self.outbox, wall=self.charging.wall
        )
        self.registration = Registration(self)
        self.maintenance = Maintenance(self)
        self.firmware_version = FIRMWARE
        self._registering: asyncio.Task[None] | None = None
        self._returning: asyncio.Task[None] | None = None
        self._serving: asyncio.Task[None] | None = None
        self._back_in_s: float | None = None
        """After which time the charge point comes back when the present connection is lost; None: never."""

    async def __aenter__(self) -> Self:
        """Connect and boot."""
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing running."""
        await self.close()

    async def connect(self, *, wait_for_boot: bool = True) -> None:
        """Open the line; boot where the charge point has not since it was switched on, else only drain its queue.

        With `wait_for_boot` it returns when the server has accepted the boot and answered the first statuses.

        Raises:
            ConnectFailed: there is no connection; `status` is the HTTP status of a refused handshake.
            LineDown: the line was lost while booting.
        """
        self._stop_returning()
        if not self.line.is_up:
            await self._open()
        if wait_for_boot and (registering := self._registering):
            try:
                await asyncio.shield(registering)
            except asyncio.CancelledError:
                if registering.cancelled():
                    raise LineDown("the line was lost while booting") from None
                raise
            await self.settled()

    def come_back(self, *, in_s: float) -> None:
        """Connect in the background, trying until it succeeds; for a charge point without a line."""
        self._stop_returning()
        self._returning = self.tasks.spawn(self._return(in_s))

    async def disconnect(self) -> None:
        """Close the line cleanly and stay away; transactions go on and queue their messages."""
        await self._leave(self.line.close())

    async def drop_line(self, *, for_s: float | None = None) -> None:
        """Lose the line without a WebSocket close frame; comes back after `for_s`, else as `reconnect` says."""
        usual_s = self.behaviour.reconnect_s if self.reconnect else None
        await self._leave(self._abort(), back_in_s=usual_s if for_s is None else for_s)

    def go_dead(self) -> None:
        """Become half-open: nothing is read, answered, ponged or sent, and the TCP connection stays."""
        self.line.freeze()

    def come_alive(self) -> None:
        """End `go_dead` on the same connection."""
        self.line.thaw()

    async def restart(self, *, hard: bool = False, reason: str | None = None) -> None:
        """Reboot: end transactions (a hard reset reports them only after boot), drop the line, connect, boot again."""
        self.journal.note("reboots")
        if hard:
            self.outbox.shut()
        for connector in self.charging:
            self.charging.stop(connector, reason or ("HardReset" if hard else "SoftReset"))
        await self.settled()
        await self._leave(self._abort() if hard else self.line.close())
        self._switch_off()
        await self._return(self.behaviour.reboot_s)

    async def power_cut(self, *, for_s: float | None = None) -> None:
        """Lose power: transactions and queued messages are gone, no StopTransaction ever comes.

        Power is back after `for_s`, or at `connect()`.
        """
        self.journal.note("power is cut")
        await self._leave(self._abort(), back_in_s=for_s)
        self.outbox.clear()
        for connector in self.charging:
            self.charging.forget(connector)
            connector.was_used = False
            self.charging.refresh(connector)
        self._switch_off()

    async def close(self) -> None:
        """Disconnect and end everything that runs."""
        self.charging.end()
        await self.disconnect()
        await self.tasks.end()

    async def settled(self) -> None:
        """Wait until the server has answered all that was sent, for some seconds at most; at once when it is down."""
        await self.outbox.settled(within_s=SETTLE_S)

    async def start_remotely(self, connector: Connector, id_tag: str) -> None:
        """What follows from an accepted RemoteStartTransaction: perhaps a delay, perhaps an Authorize, then a start."""
        await asyncio.sleep(self.behaviour.start_delay_s)
        token = await self.cards.authorize(id_tag) if self.behaviour.authorize_remote else IdToken(id_tag)
        if token and can_take(self, connector, token):
            self.charging.claim(connector, token)

    async def obey_profiles(self) -> None:
        """Let power and status follow the charging profiles."""
        for connector in self.charging.plugs():
            self.charging.refresh(connector)

    async def _open(self) -> None:
        if self.configuration.new_password is not None:
            self.password = self.configuration.new_password
        counters = self.journal.counters
        try:
            await self.line.open(self.url, self.identity, self.password, self.subprotocols)
        except ConnectFailed as failure:
            counters.refused_connects += 1
            self.journal.note(f"cannot connect: {failure}")
            raise
        counters.connects += 1
        counters.connected += 1
        self.journal.note("connected")
        self._back_in_s = self.behaviour.reconnect_s if self.reconnect else None
        self._serving = self.tasks.spawn(self._serve())
        self._registering = self.tasks.spawn(self.registration.register())

    async def _leave(self, closing: Awaitable[None], *, back_in_s: float | None = None) -> None:
        self._stop_returning()
        was_up, self._back_in_s = self.line.is_up, back_in_s
        await closing
        if self._serving:
            await asyncio.wait({self._serving})
        if not was_up and back_in_s is not None:
            self.come_back(in_s=back_in_s)

    def _stop_returning(self) -> None:
        if self._returning and self._returning is not asyncio.current_task():
            self._returning.cancel()

    async def _serve(self) -> None:
        try:
            await self.line.read()
        finally:
            self.journal.counters.connected -= 1
            self.outbox.shut()
            self.heartbeats.stop()
            if self._registering:
                self._registering.cancel()
            self.journal.note("the line is down")
        if self._back_in_s is not None:
            self.come_back(in_s=self._back_in_s)

    async def _return(self, delay_s: float) -> None:
        while True:
            await asyncio.sleep(delay_s)
            try:
                await self.connect(wait_for_boot=False)
            except ConnectFailed:
                delay_s = min(2 * max(delay_s, self.behaviour.reconnect_s), LONGEST_BACKOFF_S)
            else:
                return

    def _switch_off(self) -> None:
        self.registration.forget()
        self.line.restart_ids()

    def _start_answered(self, transaction: Transaction, verdict: Payload | None) -> None:
        if verdict is not None:
            self.cards.heard(transaction.id_tag, verdict["idTagInfo"])
        self.charging.start_answered(transaction, verdict)

    async def _abort(self) -> None:
        self.line.abort()
