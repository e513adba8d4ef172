"""The ASGI edge around Flask: it knows no rule and no token; it reads bodies, asks Flask, and waits in its stead."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeAlias
from wsgiref.types import WSGIApplication

import orjson

from homecharge.observability.logging import get_logger
from homecharge.ports.bell import Bell
from homecharge.web.bodies import FILES_AT_ONCE, LARGEST_BODY, largest_body
from homecharge.web.headers import PLAIN
from homecharge.web.health import BUS_HEADER
from homecharge.web.http_problems import BODY_TOO_LARGE, BODY_TOO_SLOW, INTERNAL_ERROR, HttpProblem
from homecharge.web.parts import next_of, send_parts
from homecharge.web.streaming import HEARTBEAT_S, RETRY_AFTER_S, Streams, TooManyStreams
from homecharge.web.streaming import LOOK_AGAIN_S as STREAM_LOOK_AGAIN_S
from homecharge.web.telemetry import request_id_of
from homecharge.web.waiting import LOOK_AGAIN_S, ClientGone, Waiter, wait_s
from homecharge.web.wsgi import Headers, Reply, Scope, WsgiWorkers

Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

WORKERS = 4  # threads of Python share one interpreter: 8 answered a third fewer requests on two cores
HASHING_WORKERS = 2
_OF_PASSWORDS = ("login", "register", "password/change", "password/reset", "email/change")
HASHING_PATHS = frozenset({"/support/login", *(f"/v1/auth/{path}" for path in _OF_PASSWORDS)})
BODY_TIMEOUT_S = 30.0
_OURS = b"homecharge-"
_SIZED = frozenset({b"content-length", b"link"})
"""What is true of a part, and not of the whole that is sent."""
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
log = get_logger(__name__)


class Edge:
    """An ASGI application. Hashing passwords has workers of its own, so that a flood of log-ins stops nobody else."""

    def __init__(
        self,
        app: WSGIApplication,
        bell: Bell,
        *,
        look_again_s: float = LOOK_AGAIN_S,
        body_timeout_s: float = BODY_TIMEOUT_S,
        stream_look_again_s: float = STREAM_LOOK_AGAIN_S,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._workers = WsgiWorkers(app, workers=WORKERS, name="web")
        self._hashing = WsgiWorkers(app, workers=HASHING_WORKERS, name="web-hashing")
        self._bell = bell
        self._body_timeout_s = body_timeout_s
        self._waiter = Waiter(self._workers.ask, bell, look_again_s)
        self._streams = Streams(self._workers.ask, bell, look_again_s=stream_look_again_s, heartbeat_s=heartbeat_s)
        self._stopping = asyncio.Event()
        self._files = asyncio.Semaphore(FILES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. There are no WebSockets here; `lifespan` is for servers other than `homecharge run`."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        request_id = request_id_of(_header(scope, b"x-request-id"))
        scope = {**scope, "headers": [*_cleaned(scope["headers"]), (b"x-request-id", request_id.encode())]}
        try:
            reply = await self._reply(scope, receive, request_id)
        except ClientGone:
            return
        except Exception:  # the outermost loop: uvicorn would answer with text/plain
            log.exception("edge.failed", request_id=request_id)
            reply = _http_problem(INTERNAL_ERROR, request_id)
        if next_of(scope, reply) is not None:
            await self._send_parts(scope, reply, receive, send)
        elif not Streams.is_stream(scope, reply):
            await _send(reply, send)
        elif self._streams.has_room(reply):
            await self._stream(scope, reply, receive, send)
        else:
            await _send(_too_many_streams(request_id), send)

    def stop(self) -> None:
        """End all waiting: those who wait are answered 202 now, those who listen are told to come back."""
        self._stopping.set()

    def close(self) -> None:
        """After the server has stopped: let the worker threads finish."""
        self._workers.close()
        self._hashing.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._bell.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.stop()
        await self._bell.close()
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _reply(self, scope: Scope, receive: Receive, request_id: str) -> Reply:
        try:
            async with asyncio.timeout(self._body_timeout_s), self._room_for(scope):
                body = await _read_body(scope, receive)
        except _BodyTooLarge:
            return _http_problem(BODY_TOO_LARGE, request_id)
        except TimeoutError:
            return _http_problem(BODY_TOO_SLOW, request_id)
        if scope["path"] == "/readyz":
            is_up = await self._bell.is_alive()
            scope["headers"].append((BUS_HEADER.lower().encode(), b"up" if is_up else b"down"))
        workers = self._hashing if scope["path"] in HASHING_PATHS else self._workers
        reply = await workers.ask(scope, body)
        if seconds := wait_s(scope, reply):
            async with self._ends(receive) as (gone, stopping):
                reply = await self._waiter.wait(scope, reply, seconds=seconds, ends=(gone, stopping))
                if gone.done():
                    raise ClientGone
        return reply

    async def _send_parts(self, scope: Scope, first: Reply, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": first.status, "headers": _told(first, without=_SIZED)})
        async with self._ends(receive) as (gone, _):
            with contextlib.suppress(ClientGone):
                await send_parts(scope, first, self._workers.ask, send, gone=gone)

    async def _stream(self, scope: Scope, first: Reply, receive: Receive, send: Send) -> None:
        """Keep a stream of events; a failure in it ends it, and its client comes back."""
        await send({"type": "http.response.start", "status": first.status, "headers": _told(first, without=_SIZED)})
        try:
            async with self._ends(receive) as (gone, stopping):
                await self._streams.serve(scope, first, send, gone=(gone,), stopping=(stopping,))
        except ClientGone:
            return

    def _room_for(self, scope: Scope) -> AbstractAsyncContextManager[object]:
        """A few files at once, any number of what is small."""
        return self._files if largest_body(scope["path"]) > LARGEST_BODY else contextlib.nullcontext()

    @contextlib.asynccontextmanager
    async def _ends(self, receive: Receive) -> AsyncIterator[tuple[asyncio.Future[Any], asyncio.Future[Any]]]:
        """What ends the waiting early: the client goes, or this process does."""
        gone: asyncio.Future[Any] = asyncio.ensure_future(_disconnected(receive))
        stopping: asyncio.Future[Any] = asyncio.ensure_future(self._stopping.wait())
        try:
            yield gone, stopping
        finally:
            gone.cancel()
            stopping.cancel()


class _BodyTooLarge(Exception):
    pass


def _header(scope: Scope, wanted: bytes) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), None)


def _cleaned(headers: Headers) -> Headers:
    """Without what only we may say (WSGI takes `_` for `-`), and without the request id, which is settled already."""
    kept = ((name, value) for name, value in headers if not name.replace(b"_", b"-").startswith(_OURS))
    return [(name, value) for name, value in kept if name.replace(b"_", b"-") != b"x-request-id"]


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body; raises _BodyTooLarge or ClientGone."""
    length = _header(scope, b"content-length")
    if length is None and _header(scope, b"transfer-encoding") is None:
        return b""
    largest = largest_body(scope["path"])
    if length is not None and int(length) > largest:
        raise _BodyTooLarge
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > largest:
            raise _BodyTooLarge
        if not message.get("more_body", False):
            return bytes(body)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(reply: Reply, send: Send) -> None:
    headers = _told(reply)
    if reply.find(b"content-length") is None and reply.status not in _BODILESS:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


def _told(reply: Reply, *, without: frozenset[bytes] = frozenset()) -> Headers:
    """What of the headers is for the client."""
    return [(name, value) for name, value in reply.headers if not name.startswith(_OURS) and name not in without]


def _too_many_streams(request_id: str) -> Reply:
    kind = TooManyStreams
    reply = _problem(HTTPStatus.TOO_MANY_REQUESTS, kind.code, request_id, detail=f"{kind.title}.")
    return replace(reply, headers=[*reply.headers, (b"retry-after", str(RETRY_AFTER_S).encode())])


def _http_problem(problem: HttpProblem, request_id: str) -> Reply:
    status = problem.status
    return _problem(status, problem.code, request_id, detail=f"{status.description or status.phrase}.")


def _problem(status: HTTPStatus, code: str, request_id: str, *, detail: str) -> Reply:
    document = {
        "type": f"urn:homecharge:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"x-request-id", request_id.encode()),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in PLAIN.items()),
    ]
    return Reply(status, headers, orjson.dumps(document))
