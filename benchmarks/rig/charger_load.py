"""Chargers that only load a server: raw sockets, one outstanding call each, the next one at once after the answer."""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from benchmarks.rig import frames
from benchmarks.rig.servers import HOST
from homecharge.observability.clock import SystemClock

ROUND = 50
BEATS = frozenset({7, 12, 17, 22, 27, 32, 37, 42, 47})
STATUS = 2
"""Of 50 calls 40 are MeterValues, 9 Heartbeats, one a StatusNotification: about what a charge of some hours is."""
SAMPLES_SHARE = (ROUND - len(BEATS) - 1) / ROUND
AT_ONCE = 500
WITHIN_S = 120
QUIET_S = 1
_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Target:
    """Whose chargers connect where. The password is the same for all."""

    port: int
    identities: Sequence[str]
    password: str = "any"
    is_echo: bool = False


class Charger(asyncio.Protocol):
    """One connection. `answer` is that of the last `ask`; while its load runs, the next call follows each answer."""

    def __init__(self, target: Target, identity: str, load: "Load") -> None:
        self._target, self._identity, self._load = target, identity, load
        self._buffer = bytearray()
        self._is_upgraded = False
        self._sequence = hash(identity) % ROUND
        self._register_wh = 1_000
        self._transaction_id = 1
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.WriteTransport", transport)
        basic = base64.b64encode(f"{self._identity}:{self._target.password}".encode()).decode()
        self.transport.write(
            (
                f"GET /ocpp/{self._identity} HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: Basic {basic}\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        """Frames of the server, after its answer to the upgrade."""
        self._buffer += data
        if not self._is_upgraded:
            head, end, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head:
                self.answer.set_exception(ConnectionError(head.decode(errors="replace")))
                return
            self._is_upgraded = True
            self._buffer = bytearray(rest)
            self.call("BootNotification", b'{"chargePointVendor":"Bench","chargePointModel":"One"}')
        for opcode, payload in frames.read(self._buffer):
            self._take(opcode, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """A charger that loses its line is an experiment that failed, unless it was over."""
        if not self.answer.done():
            self.answer.set_exception(exc or ConnectionError("the server closed the line"))

    def call(self, action: str, payload: bytes) -> None:
        """Send a call."""
        self._sequence += 1
        self._load.frames += 1
        self.transport.write(frames.text(b'[2,"%d","%s",%s]' % (self._sequence, action.encode(), payload)))

    async def open_transaction(self) -> None:
        """Plug in and hold a card to it."""
        await self.ask("StatusNotification", b'{"connectorId":1,"errorCode":"NoError","status":"Preparing"}')
        start = b'{"connectorId":1,"idTag":"CARD","meterStart":%d,"timestamp":"%s"}' % (self._register_wh, _instant())
        answer = await self.ask("StartTransaction", start)
        self._transaction_id = int(answer.partition(b'"transactionId":')[2].partition(b",")[0].rstrip(b"}]"))

    async def ask(self, action: str, payload: bytes) -> bytes:
        """Send a call and wait for its answer."""
        self.answer = asyncio.get_running_loop().create_future()
        self.call(action, payload)
        return await self.answer

    def next(self) -> None:
        """The next call of a charge."""
        place = self._sequence % ROUND
        if place in BEATS:
            self.call("Heartbeat", b"{}")
        elif place == STATUS:
            self.call("StatusNotification", b'{"connectorId":1,"errorCode":"NoError","status":"Charging"}')
        else:
            self._register_wh += 10
            self._load.samples += 1
            self.call("MeterValues", self._samples())

    def _samples(self) -> bytes:
        return (
            b'{"connectorId":1,"transactionId":%d,"meterValue":[{"timestamp":"%s","sampledValue":['
            b'{"value":"%d","context":"Sample.Periodic","measurand":"Energy.Active.Import.Register","unit":"Wh"},'
            b'{"value":"7200","context":"Sample.Periodic","measurand":"Power.Active.Import","unit":"W"},'
            b'{"value":"31.3","context":"Sample.Periodic","measurand":"Current.Import","unit":"A"},'
            b'{"value":"55","context":"Sample.Periodic","measurand":"SoC","unit":"Percent"}]}]}'
        ) % (self._transaction_id, _instant(), self._register_wh)

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == frames.TEXT:
            self._load.frames += 1
            if payload.startswith(b"[2,") and not self._target.is_echo:
                self._decline(payload)
            elif payload.startswith(b"[4,"):
                self._load.refusals += 1
                self._answered(payload)
            else:
                self._answered(payload)
        elif opcode == frames.PING:
            self.transport.write(frames.pong())

    def _answered(self, payload: bytes) -> None:
        if not self.answer.done():
            self.answer.set_result(payload)
        elif self._load.is_running:
            self._load.answers += 1
            self.next()

    def _decline(self, payload: bytes) -> None:
        """A call of the server: this charger can do nothing."""
        self._load.frames += 1
        message_id = payload.split(b'"', 2)[1]
        self.transport.write(frames.text(b'[4,"%s","NotImplemented","",{}]' % message_id))


class Load:
    """All chargers of an experiment. It counts the answers of its runs, and over all time refusals, samples, frames."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._chargers: list[Charger] = []
        self.answers = 0
        self.refusals = 0
        self.samples = 0
        self.frames = 0
        self.is_running = False

    async def connect(self) -> float:
        """All at once, as after a power cut; seconds until the last BootNotification was answered."""
        loop = asyncio.get_running_loop()
        room = asyncio.Semaphore(AT_ONCE)

        async def connect(identity: str) -> None:
            async with room:
                charger = Charger(self._target, identity, self)
                self._chargers.append(charger)
                await loop.create_connection(lambda: charger, HOST, self._target.port)
                await charger.answer

        began = loop.time()
        async with asyncio.timeout(WITHIN_S):
            await asyncio.gather(*map(connect, self._target.identities))
        return loop.time() - began

    async def open_transactions(self) -> None:
        """Every charger begins to charge."""
        async with asyncio.timeout(WITHIN_S):
            await asyncio.gather(*(charger.open_transaction() for charger in self._chargers))

    async def until_quiet(self) -> None:
        """The server has asked each charger what it asks after a boot, and nothing more is said."""
        async with asyncio.timeout(WITHIN_S):
            said = -1
            while said != self.frames:
                said = self.frames
                await asyncio.sleep(QUIET_S)

    def begin(self) -> None:
        """Call after call, until `pause`."""
        self.is_running = True
        for charger in self._chargers:
            charger.next()

    def pause(self) -> None:
        """Answers that are out are the last."""
        self.is_running = False

    def close(self) -> None:
        """Drop all lines."""
        for charger in self._chargers:
            charger.transport.abort()


def _instant() -> bytes:
    return _CLOCK.now().isoformat().replace("+00:00", "Z").encode()
