"""One charger's WebSocket: `websockets` for the protocol, with frames handed over as they come and writes at once."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode
from websockets.protocol import Event, State

from homecharge.gateway import frames
from homecharge.observability.clock import Clock
from homecharge.ports.charger_events import Line

_TEXT = Opcode.TEXT
_FRAGMENTED = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class ChargerSocket(ServerConnection):
    """A server connection to a charger.

    `line` is set when the handshake admitted the charger. Messages are not awaited, they go to whoever attached: one
    task less wakes up for each, and an answer of the charger can never wait behind its own calls. `heard_at` is when
    anything at all came in, a pong too; `is_quiet` holds from a ping until then. A charger that does not read what we
    send for `write_s` seconds is dropped.
    """

    line: Line
    heard_at: datetime
    is_quiet: bool = False
    is_held: bool = False
    """Whether we have stopped reading."""
    _receive: Callable[[bytes], None] | None = None
    _lost: Callable[[], None] | None = None
    _stall: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, clock: Clock, write_s: float, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock
        self._write_s = write_s
        self._early: list[bytes] = []
        self._fragments = bytearray()
        self.heard_at = clock.now()

    @property
    def is_open(self) -> bool:
        """Whether frames can go out."""
        return self.protocol.state is State.OPEN and not self.transport.is_closing()

    def attach(self, receive: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        """Hand every message to `receive`, beginning with those that came already, and tell `lost` when none will."""
        self.request = self.response = None  # read already; ten thousand of them are not worth keeping
        early, self._early = self._early, []
        self._receive, self._lost = receive, lost
        for message in early:
            receive(message)
        if self.protocol.state is State.CLOSED:
            lost()

    def push(self, message: bytes) -> bool:
        """Send a text message, in order, without waiting. False if the socket is not open any more."""
        if not self.is_open:
            return False
        self.transport.write(frames.write(message))
        return True

    async def drain(self) -> None:
        """Wait until the charger has read enough of what we sent, or is gone."""
        with contextlib.suppress(OSError):
            await super().drain()

    def probe(self) -> None:
        """Ask for a sign of life with a ping; whatever comes in is one."""
        if self.is_open:
            self.is_quiet = True
            self.protocol.send_ping(b"")
            self.send_data()

    def hold(self, *, is_held: bool) -> None:
        """Stop reading, which makes TCP slow the charger down, or go on."""
        if is_held is not self.is_held and not self.transport.is_closing():
            self.is_held = is_held
            if is_held:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    def abort(self) -> None:
        """Drop the line at once."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Called by the transport. A whole message in a frame of its own needs none of the library's states."""
        message = frames.read_whole(data) if self._receive is not None and self._expects(len(data)) else None
        if message is None:
            super().data_received(data)
        else:
            self._heard()
            self._deliver(message)

    def process_event(self, event: Event) -> None:
        """Take note that the charger lives, and pass its messages on. Called by `websockets` for each frame."""
        self._heard()
        if not isinstance(event, WebSocketFrame):
            super().process_event(event)
        elif event.opcode is _TEXT and event.fin:
            self._deliver(bytes(event.data))
        elif event.opcode in _FRAGMENTED:
            self._fragments += event.data
            if event.fin:
                message = bytes(self._fragments)
                self._fragments.clear()
                self._deliver(message)

    def pause_writing(self) -> None:
        """The charger reads too slowly: its time runs. Called by the transport."""
        super().pause_writing()
        self._stall = self.loop.call_later(self._write_s, self.abort)

    def resume_writing(self) -> None:
        """The charger has caught up. Called by the transport."""
        super().resume_writing()
        self._forget_stall()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone. Called by the transport."""
        self._forget_stall()
        super().connection_lost(exc)
        if self._lost is not None:
            self._lost()

    def _expects(self, size: int) -> bool:
        """Whether a message may begin with what comes, and be of that size."""
        protocol = self.protocol
        is_between_messages = not protocol.reader.buffer and protocol.current_size is None
        is_small = protocol.max_message_size is None or size <= protocol.max_message_size
        return is_between_messages and is_small and protocol.state is State.OPEN

    def _heard(self) -> None:
        self.heard_at = self._clock.now()
        self.is_quiet = False

    def _deliver(self, message: bytes) -> None:
        if self._receive is None:
            self._early.append(message)
        else:
            self._receive(message)

    def _forget_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
