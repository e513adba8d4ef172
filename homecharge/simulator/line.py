"""OCPP-J from the charge point's end (OCPP-J 1.6 §4): one WebSocket, one outstanding CALL in each direction."""

import asyncio
import base64
import itertools
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from homecharge.simulator.background import Background
from homecharge.simulator.behaviour import Behaviour, Payload
from homecharge.simulator.failures import CallRefused, ConnectFailed, LineDown, NoAnswer
from homecharge.simulator.journal import Journal, Kind

CALL, CALLRESULT, CALLERROR = 2, 3, 4
KINDS: dict[int, Kind] = {CALL: "CALL", CALLRESULT: "CALLRESULT", CALLERROR: "CALLERROR"}
OPEN_TIMEOUT_S = 20.0
CLOSE_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a CALL of the server: `payload`, or a CALLERROR with `error`; `then` is what follows from it."""

    payload: Payload
    error: str | None = None
    then: Callable[[], Awaitable[None]] | None = None


@dataclass(slots=True)
class _Outstanding:
    message_id: str
    action: str
    answer: asyncio.Future[Payload]


class Line:
    """The wire of one charge point. `on_call` answers the server's CALLs; where it returns None, nothing does."""

    def __init__(
        self,
        behaviour: Behaviour,
        journal: Journal,
        tasks: Background,
        *,
        on_call: Callable[[str, Payload], Reply | None],
    ) -> None:
        self.overlapping_calls = 0
        """CALLs of the server that came while an earlier one was being answered; OCPP-J allows none."""
        self._behaviour = behaviour
        self._journal = journal
        self._tasks = tasks
        self._on_call = on_call
        self._ws: ClientConnection | None = None
        self._frozen = False
        self._calling = asyncio.Lock()
        self._outstanding: _Outstanding | None = None
        self._ids = itertools.count(1)
        self._in_hand = 0

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, as far as the charge point can tell."""
        return self._ws is not None

    @property
    def is_frozen(self) -> bool:
        """Whether the connection is half-open: nothing is read and nothing is sent."""
        return self._frozen

    async def open(self, url: str, identity: str, password: str | None, subprotocols: Sequence[str]) -> None:
        """Connect to `url`/`identity` with HTTP Basic (none where there is no password).

        Raises:
            ConnectFailed: nobody listens, the handshake was refused, or no subprotocol was agreed.
        """
        headers = {}
        if password is not None:
            credentials = base64.b64encode(f"{identity}:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        try:
            ws = await connect(
                f"{url.rstrip('/')}/{quote(identity, safe='')}",
                subprotocols=[Subprotocol(name) for name in subprotocols],
                additional_headers=headers,
                compression=None,
                proxy=None,
                open_timeout=OPEN_TIMEOUT_S,
                ping_interval=None,
                close_timeout=CLOSE_TIMEOUT_S,
                ssl=self._tls() if url.startswith("wss:") else None,
            )
        except InvalidStatus as refusal:
            status = refusal.response.status_code
            raise ConnectFailed(f"the server refused the connection (HTTP {status})", status=status) from None
        except (OSError, InvalidHandshake) as failure:
            raise ConnectFailed(str(failure) or type(failure).__name__) from None
        if ws.subprotocol is None:
            ws.transport.abort()
            raise ConnectFailed("the server agreed to no subprotocol")
        self._ws = ws
        self._frozen = False

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._behaviour.ca_file)
        if self._behaviour.pins_certificate:
            context.check_hostname = False
            context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        return context

    async def read(self) -> None:
        """Take in frames until the connection is gone, however it goes."""
        ws = self._ws
        if ws is None:
            return
        try:
            while True:
                self._receive(await ws.recv(decode=False))
        except ConnectionClosed:
            pass
        finally:
            self._ws = None
            self._frozen = False
            if self._outstanding and not self._outstanding.answer.done():
                self._outstanding.answer.set_exception(LineDown("the line went down"))

    async def call(self, action: str, payload: Payload) -> Payload:
        """Send a CALL once those before it are settled, and return the payload of its answer.

        Raises:
            LineDown: no connection, or not the one it was asked on any more.
            NoAnswer: none within `Behaviour.call_timeout_s`.
            CallRefused: a CALLERROR came back.
        """
        ws = self._ws
        async with self._calling:
            if ws is None or self._ws is not ws:
                raise LineDown("there is no line")
            answer: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
            outstanding = self._outstanding = _Outstanding(str(next(self._ids)), action, answer)
            try:
                async with asyncio.timeout(self._behaviour.call_timeout_s):
                    await self._send("CALL", action, outstanding.message_id, payload)
                    return await answer
            except TimeoutError:
                self._journal.counters.timeouts += 1
                raise NoAnswer(action) from None
            finally:
                self._outstanding = None

    async def send_raw(self, frame: str | bytes) -> None:
        """Put any bytes (or text) in one WebSocket frame.

        Raises:
            LineDown: there is no connection.
        """
        text = frame if isinstance(frame, str) else repr(frame)
        self._journal.record("sent", "RAW", "", "", {"text": text[:200]})
        await self._put(frame, text=isinstance(frame, str))

    def abort(self) -> None:
        """Cut the TCP connection without a WebSocket close frame."""
        if self._ws:
            self._ws.transport.abort()

    async def close(self) -> None:
        """Close as RFC 6455 wants it; a half-open line can only be cut."""
        if self._frozen:
            self.abort()
        elif self._ws:
            await self._ws.close()

    def freeze(self) -> None:
        """Make the connection half-open, as dead Wi-Fi does: no byte is read (nor a ping answered), none is sent."""
        if self._ws and not self._frozen:
            self._frozen = True
            self._ws.transport.pause_reading()

    def thaw(self) -> None:
        """Read again; what the server sent meanwhile arrives now."""
        if self._ws and self._frozen:
            self._frozen = False
            self._ws.transport.resume_reading()

    def restart_ids(self) -> None:
        """Count message ids from 1 again, as after a reboot."""
        self._ids = itertools.count(1)

    def _receive(self, raw: bytes) -> None:
        if self._frozen:
            return
        try:
            kind, message_id, *rest = orjson.loads(raw)
            if kind == CALL:
                action, payload = rest
                self._journal.record("received", "CALL", action, message_id, payload)
                self._tasks.spawn(self._answer(action, message_id, payload))
            else:
                self._settle(kind, message_id, rest)
        except (ValueError, TypeError, KeyError):
            self._journal.record("received", "RAW", "", "", {"text": raw[:200].decode(errors="replace")})

    def _settle(self, kind: int, message_id: str, rest: list[Payload]) -> None:
        outstanding = self._outstanding
        is_ours = outstanding is not None and outstanding.message_id == message_id
        action = outstanding.action if outstanding and is_ours else ""
        if kind == CALLRESULT:
            (body,) = rest
        else:
            code, description, *_ = map(str, rest)
            body = {"errorCode": code, "errorDescription": description}
            self._journal.counters.callerrors += 1
        self._journal.record("received", KINDS[kind], action, message_id, body)
        if outstanding is None or not is_ours or outstanding.answer.done():
            return
        if kind == CALLRESULT:
            outstanding.answer.set_result(body)
        else:
            outstanding.answer.set_exception(CallRefused(body["errorCode"], body["errorDescription"]))

    async def _answer(self, action: str, message_id: str, payload: Payload) -> None:
        ws = self._ws
        self.overlapping_calls += self._in_hand > 0
        self._in_hand += 1
        try:
            delays = self._behaviour.answer_delays_s
            if delay_s := delays.get(action, delays.get("*", 0)):
                await asyncio.sleep(delay_s)
            if self._ws is not ws:
                return
            reply = self._on_call(action, payload)
            if reply is None:
                return
            if reply.error:
                body = {"errorCode": reply.error, "errorDescription": ""}
                await self._send("CALLERROR", action, message_id, body)
            else:
                await self._send("CALLRESULT", action, message_id, reply.payload)
        finally:
            self._in_hand -= 1
        if reply.then:
            await reply.then()

    async def _send(self, kind: Kind, action: str, message_id: str, payload: Payload) -> None:
        message: list[object]
        if kind == "CALL":
            message = [CALL, message_id, action, payload]
        elif kind == "CALLRESULT":
            message = [CALLRESULT, message_id, payload]
        else:
            message = [CALLERROR, message_id, payload["errorCode"], payload["errorDescription"], {}]
        if not self._frozen:
            self._journal.record("sent", kind, action, message_id, payload)
        await self._put(orjson.dumps(message), text=True)

    async def _put(self, frame: str | bytes, *, text: bool) -> None:
        if self._ws is None:
            raise LineDown("there is no line")
        if self._frozen:
            return
        try:
            await self._ws.send(frame, text=text)
        except ConnectionClosed:
            raise LineDown("the line went down") from None
