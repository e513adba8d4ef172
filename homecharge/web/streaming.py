"""Server-Sent Events: Flask says what there is to tell, this keeps the socket and asks again at bells."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

import orjson

from homecharge.domain.errors import TooMany
from homecharge.ports.bell import Bell
from homecharge.web.answers import BELL_HEADER
from homecharge.web.http_problems import SERVER_STOPPING
from homecharge.web.waiting import ClientGone, Ring, next_of
from homecharge.web.wsgi import Reply, Scope

Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]
Ends: TypeAlias = Iterable[asyncio.Future[Any]]

MEDIA_TYPE = "text/event-stream"
STREAMS_EACH = 10
"""So many streams one person may have open at a process."""
HEARTBEAT_S = 15.0
LOOK_AGAIN_S = 900.0
REST_S = 0.5
SLOWEST_S = 30.0
RETRY_AFTER_S = 30
POSITION_HEADER = "Homecharge-Stream-Position"
_OWNER_HEADER = "Homecharge-Stream-Owner"
_ENDS_HEADER = "Homecharge-Stream-Ends-In"
_MORE_HEADER = "Homecharge-Stream-More"
_POSITION, _OWNER, _ENDS, _MORE, _BELL = (
    name.lower().encode() for name in (POSITION_HEADER, _OWNER_HEADER, _ENDS_HEADER, _MORE_HEADER, BELL_HEADER)
)
_CARRIED = frozenset({b"authorization", b"accept-language", b"host", b"x-request-id"})


class TooManyStreams(TooMany):
    """This person listens to as many streams as one may."""

    code = "too_many_streams"
    title = "Too many streams of events are open; close one first"
    advice = "Close streams that nobody reads; one per app is enough."


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHeaders:
    """What Flask says to the edge of a stream: whose it is, where it stands, when to ask again and when it is over."""

    owner: str
    position: str
    topics: tuple[str, ...]
    ends_in_s: int
    has_more: bool

    def as_mapping(self) -> Mapping[str, str]:
        """The headers."""
        return {
            _OWNER_HEADER: self.owner,
            POSITION_HEADER: self.position,
            BELL_HEADER: " ".join(self.topics),
            _ENDS_HEADER: str(self.ends_in_s),
            **({_MORE_HEADER: "1"} if self.has_more else {}),
        }


@dataclass(frozen=True, slots=True)
class _Line:
    """One open stream."""

    scope: Scope
    send: Send

    async def write(self, text: bytes) -> None:
        """Raises ClientGone when a client takes nothing for half a minute: it is not there, or as good as that."""
        try:
            async with asyncio.timeout(SLOWEST_S):
                await self.send({"type": "http.response.body", "body": text, "more_body": True})
        except TimeoutError:
            raise ClientGone from None

    async def end(self, problem: bytes) -> None:
        """The last words, and why they are."""
        text = b"event: end\ndata: " + problem + b"\n\n"
        await self.send({"type": "http.response.body", "body": text, "more_body": False})


class Streams:
    """The open streams of a process; none of them keeps a thread, or asks anything while nothing rings.

    What bells were lost rings again (`engine.housekeeping`); without that, a lost bell costs `look_again_s`.
    """

    def __init__(
        self,
        ask: Callable[[Scope, bytes], Awaitable[Reply]],
        bell: Bell,
        *,
        look_again_s: float = LOOK_AGAIN_S,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._ask, self._bell = ask, bell
        self._look_again_s, self._heartbeat_s = look_again_s, heartbeat_s
        self._open: Counter[bytes] = Counter()

    @staticmethod
    def is_stream(scope: Scope, reply: Reply) -> bool:
        """Whether an answer is the beginning of a stream."""
        return scope["method"] == "GET" and reply.find(_POSITION) is not None

    def has_room(self, reply: Reply) -> bool:
        """Whether its owner may have another one."""
        return self._open[reply.find(_OWNER) or b""] < STREAMS_EACH

    async def serve(self, scope: Scope, first: Reply, send: Send, *, gone: Ends, stopping: Ends) -> None:
        """Tell what there is to tell until the client goes, its token expires or this process stops."""
        owner, line = first.find(_OWNER) or b"", _Line(scope, send)
        self._open[owner] += 1
        try:
            await line.write(first.body)
            await self._tell(line, first, gone=gone, stopping=stopping)
        finally:
            self._open[owner] -= 1
            if not self._open[owner]:
                del self._open[owner]

    async def _tell(self, line: _Line, newest: Reply, *, gone: Ends, stopping: Ends) -> None:
        while not _is_over(gone):
            topics = newest.find(_BELL)
            async with self._bell.bells(*(topics or b"").decode().split()) as rings, next_of(rings) as ring:
                while newest.find(_BELL) == topics:
                    position = newest
                    reply = await self._ask(_again(line.scope, position), b"")
                    if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                        newest = reply
                    if newest.status != HTTPStatus.OK:
                        return await line.end(newest.body)
                    if newest.body and newest is reply:
                        await line.write(newest.body)
                    is_behind = newest.find(_MORE) is not None or newest.find(_BELL) != topics
                    if newest is position or not is_behind:
                        await self._pause(line, ring, newest, ends=(*gone, *stopping))
                    if _is_over(stopping):
                        return await line.end(STOPPING)
                    if _is_over(gone):
                        return None
        return None

    async def _pause(self, line: _Line, ring: Ring, newest: Reply, *, ends: Ends) -> None:
        """Until there may be news; a burst of bells is one."""
        loop = asyncio.get_running_loop()
        until = loop.time() + min(self._look_again_s, float(newest.find(_ENDS) or 0))
        await asyncio.wait(ends, timeout=REST_S, return_when=asyncio.FIRST_COMPLETED)
        while not _is_over(ends) and (left := until - loop.time()) > 0:
            if await ring(min(left, self._heartbeat_s), ends):
                return
            await line.write(b":\n")


def _is_over(ends: Ends) -> bool:
    return any(end.done() for end in ends)


def _again(scope: Scope, position: Reply) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name in _CARRIED]
    return {**scope, "headers": [*kept, (_POSITION, position.find(_POSITION) or b"")]}


STOPPING = orjson.dumps(
    {
        "type": f"urn:homecharge:problem:{SERVER_STOPPING.code}",
        "title": "This server stops",
        "status": SERVER_STOPPING.status.value,
        "detail": "This server stops. Open another stream.",
        "code": SERVER_STOPPING.code,
    }
)
