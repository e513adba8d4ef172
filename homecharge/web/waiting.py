"""`Prefer: wait=N` (RFC 7240 §4.3): ask again at every bell, on the event loop, until there is nothing to wait for."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from homecharge.ports.bell import Bell
from homecharge.web.answers import BELL_HEADER, PATIENCE_HEADER, SETTLED_HEADER
from homecharge.web.wsgi import Headers, Reply, Scope

Ring: TypeAlias = Callable[[float, Iterable[asyncio.Future[Any]]], Awaitable[bool]]

LONGEST_S = 60
LOOK_AGAIN_S = 5.0
_WAIT = re.compile(rb"(?:^|,)\s*wait\s*=\s*\"?(\d{1,9})\"?\s*(?=$|[,;])", re.IGNORECASE)
_CARRIED = frozenset({b"authorization", b"accept-language", b"host", b"x-request-id"})
_BELL, _SETTLED, _PATIENCE = (name.lower().encode() for name in (BELL_HEADER, SETTLED_HEADER, PATIENCE_HEADER))


class ClientGone(Exception):
    """Nobody is there to be answered."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Waits for what a 202 promised. A lost bell costs `look_again_s`."""

    ask: Callable[[Scope, bytes], Awaitable[Reply]]
    bell: Bell
    look_again_s: float = LOOK_AGAIN_S

    async def wait(self, scope: Scope, first: Reply, *, seconds: int, ends: Iterable[asyncio.Future[Any]]) -> Reply:
        """The answer once its representation is settled, or what it is when the time is over (202).

        Settled it is 200; where the client did not ask to wait, 201, as if it had been so at once. `ends` are futures
        that end the waiting early: the client's departure, and the end of this process.
        """
        location, topic = first.find(b"location"), first.find(_BELL)
        if first.status != HTTPStatus.ACCEPTED or location is None or topic is None:
            return first
        again = get_scope(scope, location)
        deadline = asyncio.get_running_loop().time() + seconds
        async with self.bell.bells(topic.decode()) as rings, next_of(rings) as ring:
            while True:
                newest = await self.ask(again, b"")
                is_settled = newest.find(_SETTLED) == b"1"
                left = deadline - asyncio.get_running_loop().time()
                if newest.status != HTTPStatus.OK:  # a token that expired meanwhile; what was accepted still is
                    return first
                if is_settled or left <= 0 or any(end.done() for end in ends):
                    return _combined(first, newest, _waited(scope, seconds), is_settled=is_settled)
                await ring(min(left, self.look_again_s), ends)


def wait_s(scope: Scope, first: Reply) -> int:
    """The seconds that a POST prefers to wait, 60 at most; 0 for none, or for a preference that makes no sense.

    Without any preference it is what the first answer finds right.
    """
    if scope["method"] != "POST":
        return 0
    preferences = _preferences(scope)
    if not preferences:
        return int(first.find(_PATIENCE) or 0)
    found = _WAIT.search(b",".join(preferences))
    return min(int(found[1]), LONGEST_S) if found else 0


@contextlib.asynccontextmanager
async def next_of(rings: AsyncIterator[str]) -> AsyncIterator[Ring]:
    """A function that waits for the next ring or for an end; a ring that comes between two calls is not missed.

    It says whether it rang.
    """
    pending: asyncio.Future[str] = asyncio.ensure_future(anext(rings))

    async def ring(timeout_s: float, ends: Iterable[asyncio.Future[Any]]) -> bool:
        nonlocal pending
        await asyncio.wait({pending, *ends}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        if not pending.done():
            return False
        pending.result()
        pending = asyncio.ensure_future(anext(rings))
        return True

    try:
        yield ring
    finally:
        pending.cancel()
        with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
            await pending


def get_scope(scope: Scope, location: bytes) -> Scope:
    """A GET of `location` by whoever asks in `scope`."""
    parts = urlsplit(location.decode())
    return {
        **scope,
        "method": "GET",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name, value) for name, value in scope["headers"] if name in _CARRIED],
    }


def _preferences(scope: Scope) -> list[bytes]:
    return [value for name, value in scope["headers"] if name == b"prefer"]


def _waited(scope: Scope, seconds: int) -> Headers:
    return [(b"preference-applied", b"wait=%d" % seconds)] if _preferences(scope) else []


def _combined(first: Reply, newest: Reply, waited: Headers, *, is_settled: bool) -> Reply:
    headers = [*newest.headers, (b"location", first.find(b"location") or b""), *waited]
    settled = HTTPStatus.OK if waited else HTTPStatus.CREATED
    return Reply(settled if is_settled else HTTPStatus.ACCEPTED, headers, newest.body)
