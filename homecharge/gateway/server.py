"""The gateway: accepts chargers' sockets, holds their lines, and is the `ChargerLink` of this process."""

import asyncio
import functools
import ssl
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, cast

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from homecharge.domain.errors import Unavailable
from homecharge.gateway import handshake, v16
from homecharge.gateway.beat import Beat
from homecharge.gateway.connections import Connections
from homecharge.gateway.handshake import Rejection
from homecharge.gateway.instruments import Instruments
from homecharge.gateway.keepalive import Keepalive
from homecharge.gateway.limits import Limits, Timing
from homecharge.gateway.line import ChargerLine
from homecharge.gateway.shared import Shared
from homecharge.gateway.socket import ChargerSocket
from homecharge.observability.clock import Clock
from homecharge.observability.logging import get_logger
from homecharge.observability.metrics import Metrics
from homecharge.ports.charger_events import ChargerEvents, Line
from homecharge.ports.charger_link import Command, Outcome, Reply

log = get_logger(__name__)

_BACKLOG = 4096
_ABORT_GRACE_S = 1
_MAX_REASON_LENGTH = 40  # RFC 6455 §5.5 leaves 123 bytes, whatever the alphabet


class Gateway:
    """Chargers' sockets on `host:port` (port 0: any free one; see `port`), with `tls` or in the clear.

    `start(events)` before anything else: whoever answers chargers usually needs this object to be built first.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        clock: Clock,
        metrics: Metrics,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._tls = tls
        self._host = host
        self._port = port
        self._clock = clock
        self._limits = limits or Limits()
        self._timing = timing or Timing()
        self._dialects = {dialect.protocol: dialect for dialect in (v16.dialect(),)}
        actions = frozenset().union(*(dialect.inbound_actions for dialect in self._dialects.values()))
        self._instruments = Instruments(metrics, inbound=actions)
        self._connections = Connections(self._instruments.connected)
        self._keepalive = Keepalive(self._timing)
        self._tasks: set[asyncio.Task[None]] = set()
        self._shared: Shared
        self._beat: Beat
        self._server: Server

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, events: ChargerEvents) -> None:
        """Listen. Raises OSError if the address cannot be had."""
        self._shared = Shared(
            events=events, clock=self._clock, limits=self._limits, timing=self._timing, instruments=self._instruments
        )
        self._beat = Beat(self._connections, self._shared)
        socket_factory = functools.partial(ChargerSocket, clock=self._clock, write_s=self._timing.write_s)
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            ssl=self._tls,
            ssl_handshake_timeout=None if self._tls is None else self._timing.open_s,
            process_request=self._admit,
            subprotocols=[*self._dialects],  # type: ignore[list-item] # NewType of the library
            # `serve` calls it like the class; 10,000 chargers share one task for pings, and need no compression.
            create_connection=cast("type[ServerConnection]", socket_factory),
            compression=None,
            ping_interval=None,
            server_header=None,
            open_timeout=self._timing.open_s,
            close_timeout=self._timing.close_s,
            max_size=self._limits.socket_bytes,
            max_queue=4,
            backlog=_BACKLOG,
        )
        self._spawn(self._keepalive.run())
        self._spawn(self._beat.run())
        log.info("gateway.listening", host=self._host, port=self.port, tls=self._tls is not None)

    async def drain(self, timeout_s: float) -> None:
        """Stop: no new sockets; what was read is answered, every socket closed with 1001 and told to be gone.

        Calls in work have half of `timeout_s`; what is not over after all of it is dropped.
        """
        self._server.close(close_connections=False)
        for line in self._connections:
            line.end(CloseCode.GOING_AWAY, "the server is going away", settle_s=timeout_s / 2)
        try:
            async with asyncio.timeout(timeout_s):
                await self._server.wait_closed()
        except TimeoutError:
            for connection in list(self._server.all_connections):
                connection.transport.abort()
            await asyncio.wait([asyncio.ensure_future(self._server.wait_closed())], timeout=_ABORT_GRACE_S)
        for task in self._tasks:
            task.cancel()
        log.info("gateway.drained")

    def is_connected(self, charger_id: str) -> bool:
        """Whether this process holds the charger's socket now."""
        line = self._connections.find(charger_id)
        return line is not None and not line.has_ended

    async def send(
        self, charger_id: str, command: Command, *, timeout_s: float, within_s: float | None = None
    ) -> Reply:
        """Queue a command and wait for what becomes of it; see `ports.charger_link`."""
        line = self._connections.find(charger_id)
        if line is None:
            return Reply(outcome=Outcome.NOT_SENT)
        return await line.send(command, timeout_s=timeout_s, within_s=within_s)

    def disconnect(self, line: Line, *, reason: str) -> None:
        """Close that socket, if held here; one that has replaced it stays."""
        held = self._connections.find(line.charger_id)
        if held is not None and held.about == line:
            log.info("gateway.disconnecting", charger_id=line.charger_id, reason=reason)
            held.end(CloseCode.POLICY_VIOLATION, reason[:_MAX_REASON_LENGTH])
            self._spawn(held.close())

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        decision = await handshake.decide(
            request, events=self._shared.events, clock=self._clock, protocols=self._dialects
        )
        if isinstance(decision, Rejection):
            response = connection.respond(decision.status, decision.text)
            response.headers.update(decision.headers)
            return response
        cast("ChargerSocket", connection).line = decision
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        """The life of a line; its frames are read from the moment that the database knows whose it is."""
        socket = cast("ChargerSocket", connection)
        about = socket.line
        structlog.contextvars.bind_contextvars(charger_id=about.charger_id, connection_id=about.connection_id)
        opened_at = self._clock.now()
        line = ChargerLine(socket, dialect=self._dialects[about.protocol], shared=self._shared)
        replaced = self._connections.put(line)
        if replaced is not None:
            self._retire(replaced, line)
        try:
            if await self._open(line, replaced, at=opened_at):
                self._keepalive.watch(line)
                await line.run()
            else:
                line.end(CloseCode.TRY_AGAIN_LATER)
        finally:
            await line.close()
            self._connections.remove(line)
            if line.successor is not None:  # told first, the end of this one would look like the charger's end
                await line.successor.opened
            await self._beat.closed(line)
            log.info("gateway.disconnected", code=socket.close_code)

    async def _open(self, line: ChargerLine, replaced: ChargerLine | None, *, at: datetime) -> bool:
        """Tell that the line is there, after the one that it replaces; returns whether it may be read."""
        try:
            if replaced is not None:
                await replaced.opened
            if line.successor is not None:
                return False
            await self._shared.events.line_opened(line.about, at=at)
        except Unavailable:
            log.warning("gateway.opening_postponed")
            return False
        finally:
            line.opened.set_result(None)
        log.info("gateway.connected", identity=line.about.identity, protocol=line.about.protocol)
        return True

    def _retire(self, line: ChargerLine, successor: ChargerLine) -> None:
        log.info("gateway.replaced", replaced=line.about.connection_id)
        line.successor = successor
        line.end(CloseCode.NORMAL_CLOSURE, "replaced by a new connection")
        self._spawn(line.close())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
