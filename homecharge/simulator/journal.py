"""What one charge point said and heard: a bounded record of frames, counters, and waiting for things to happen."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

import orjson

from homecharge.observability.clock import Clock, SystemClock
from homecharge.simulator.behaviour import Payload

Direction = Literal["sent", "received"]
Kind = Literal["CALL", "CALLRESULT", "CALLERROR", "RAW"]
Found = TypeVar("Found")

SECRET_FIELDS = frozenset({"idTag", "parentIdTag"})
LONG_ENOUGH_FOR_A_HINT = 8


@dataclass(frozen=True, slots=True)
class Frame:
    """One message on the wire; `action` of an answer is that of its CALL, `payload` of a CALLERROR has its fields."""

    number: int
    at: datetime
    direction: Direction
    kind: Kind
    action: str
    message_id: str
    payload: Payload

    def __str__(self) -> str:
        """The frame as a line for people: direction, what it is, its fields; id tags masked."""
        arrow = "→" if self.direction == "sent" else "←"
        name = self.action if self.kind == "CALL" else f"{self.action} {self.kind.lower()}"
        return f"{arrow} {name} {orjson.dumps(_masked(self.payload)).decode()}"


def _masked(value: object) -> object:
    if isinstance(value, list):
        return [_masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    is_key = value.get("key") == "AuthorizationKey"
    return {
        key: _hint(str(item)) if key in SECRET_FIELDS else "…" if is_key and key == "value" else _masked(item)
        for key, item in value.items()
    }


def _hint(id_tag: str) -> str:
    return f"{id_tag[:4]}…" if len(id_tag) >= LONG_ENOUGH_FOR_A_HINT else "…"


@dataclass(slots=True)
class Counters:
    """What happened, added up over every charge point that was given the same counters."""

    connected: int = 0
    connects: int = 0
    refused_connects: int = 0
    boots: int = 0
    frames_sent: int = 0
    frames_received: int = 0
    starts: int = 0
    stops: int = 0
    callerrors: int = 0
    timeouts: int = 0

    def __str__(self) -> str:
        """The counters as a line for people."""
        return " ".join(f"{name}={getattr(self, name)}" for name in self.__slots__)


class Journal:
    """The last `frames_kept` frames of one charge point, and who is told of each event.

    `listener` is called with the instant and a line of text for every frame and every physical event.
    """

    __slots__ = ("_expected", "_number", "_waiters", "clock", "counters", "frames", "listener")

    def __init__(
        self,
        *,
        frames_kept: int = 2000,
        counters: Counters | None = None,
        listener: Callable[[datetime, str], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.frames: deque[Frame] = deque(maxlen=frames_kept)
        self.counters = counters or Counters()
        self.listener = listener
        self._number = 0
        self._expected: set[int] = set()
        self._waiters: list[asyncio.Future[None]] = []

    def record(self, direction: Direction, kind: Kind, action: str, message_id: str, payload: Payload) -> None:
        """Count a frame, keep it, and wake whoever waits for one."""
        if direction == "sent":
            self.counters.frames_sent += 1
        else:
            self.counters.frames_received += 1
        if not self.frames.maxlen and not self.listener:
            return
        self._number += 1
        frame = Frame(self._number, self.clock.now(), direction, kind, action, message_id, payload)
        self.frames.append(frame)
        if self.listener:
            self.listener(frame.at, str(frame))
        self.wake()

    def note(self, text: str) -> None:
        """Tell the listener of something that happened to the charge point, and wake whoever waits for it."""
        if self.listener:
            self.listener(self.clock.now(), text)
        self.wake()

    def wake(self) -> None:
        """Have everybody in `until` look again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, found: Callable[[], Found | None], *, within_s: float | None) -> Found:
        """What `found` returns once it is neither None nor False; `within_s` None waits for ever.

        Raises:
            TimeoutError: it was not in time.
        """
        async with asyncio.timeout(within_s):
            while (value := found()) is None or value is False:
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
        return value

    def expected(self, action: str, direction: Direction, kind: Kind) -> Frame | None:
        """The oldest such frame that this has not returned before."""
        for frame in self.frames:
            if (frame.action, frame.direction, frame.kind) == (action, direction, kind):
                if frame.number in self._expected:
                    continue
                self._expected.add(frame.number)
                return frame
        return None
