"""A small central system that forgives nothing: every frame of the charge point is checked against OCPP 1.6-J."""

import asyncio
import base64
import itertools
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import jsonschema_rs
import ocpp
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

SCHEMAS = Path(ocpp.__file__).parent / "v16" / "schemas"
SILENCE = object()
Answer = Callable[[dict[str, Any]], Any]


class CallError(Exception):
    """What `StrictServer.call` raises for a CALLERROR of the charge point; an answer function raises it to send one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def schema_of(name: str) -> jsonschema_rs.Draft4Validator:
    text = (SCHEMAS / f"{name}.json").read_text("utf-8-sig")
    return jsonschema_rs.Draft4Validator(json.loads(text), validate_formats=True)


class StrictServer:
    """Listens on a free loopback port; `answers` by action replace the friendly ones; `violations` must stay empty."""

    def __init__(self) -> None:
        self.url = ""
        self.password = "secret-of-the-charger"
        self.answers: dict[str, Answer] = {}
        self.violations: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.message_ids: list[list[str]] = []
        self.raw: list[str | bytes] = []
        self.closed: list[int | None] = []
        self.think_s = 0.0
        self._connections: list[ServerConnection] = []
        self._server: Server | None = None
        self._ids = itertools.count(1)
        self._transactions = itertools.count(100)
        self._known: dict[str, int] = {}
        self._waiting: dict[str, tuple[str, asyncio.Future[dict[str, Any]]]] = {}
        self._validators: dict[str, jsonschema_rs.Draft4Validator] = {}
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "StrictServer":
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            subprotocols=["ocpp1.6"],
            process_request=self._admit,
            compression=None,
            ping_interval=None,
            close_timeout=1,
        )
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}/ocpp"
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        for task in self._tasks:
            task.cancel()

    @property
    def line(self) -> ServerConnection:
        return self._connections[-1]

    def bodies(self, action: str) -> list[dict[str, Any]]:
        return [body for name, body in self.calls if name == action]

    def actions(self) -> list[str]:
        return [name for name, _ in self.calls]

    def friendly(self, action: str) -> Answer:
        """The answer to an action where no test says otherwise."""
        answer: Answer = getattr(self, f"_{action}", lambda _: {})
        return answer

    async def until(self, holds: Callable[[], object], within_s: float = 5) -> None:
        async with asyncio.timeout(within_s), self._changed:
            await self._changed.wait_for(lambda: bool(holds()))

    async def call(self, action: str, payload: dict[str, Any], within_s: float = 5) -> dict[str, Any]:
        message_id = f"server-{next(self._ids)}"
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = (action, answer)
        await self.line.send(json.dumps([2, message_id, action, payload]))
        async with asyncio.timeout(within_s):
            return await answer

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        identity = request.path.rsplit("/", 1)[-1]
        expected = base64.b64encode(f"{identity}:{self.password}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return connection.respond(401, "wrong password\n")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        self._connections.append(connection)
        ids: list[str] = []
        self.message_ids.append(ids)
        busy = asyncio.Event()
        await self._notify()
        try:
            async for raw in connection:
                self._receive(connection, raw, ids, busy)
                await self._notify()
        except ConnectionClosed:
            pass
        self.closed.append(connection.close_code)
        await self._notify()

    def _receive(self, connection: ServerConnection, raw: str | bytes, ids: list[str], busy: asyncio.Event) -> None:
        try:
            kind, message_id, *rest = json.loads(raw)
        except ValueError:
            self.raw.append(raw)
            return
        if not isinstance(raw, str):
            self.violations.append("a binary frame")
        if kind == 2:
            action, body = rest
            if busy.is_set():
                self.violations.append(f"{action} was sent before the answer to the CALL before it")
            if message_id in ids:
                self.violations.append(f"message id {message_id} twice on one connection")
            ids.append(message_id)
            self._check(action, body)
            self.calls.append((action, body))
            busy.set()
            self._spawn(self._answer(connection, message_id, action, body, busy))
        elif message_id not in self._waiting:
            self.violations.append(f"an answer to nothing: {raw!r}")
        else:
            self._settle(kind, *self._waiting.pop(message_id), rest)

    def _settle(self, kind: int, action: str, answer: asyncio.Future[dict[str, Any]], rest: list[Any]) -> None:
        if answer.done():
            return
        if kind == 3:
            self._check(f"{action}Response", rest[0])
            answer.set_result(rest[0])
        else:
            if len(rest) != 3 or not isinstance(rest[2], dict):
                self.violations.append(f"malformed CALLERROR: {rest}")
            answer.set_exception(CallError(rest[0]))

    def _check(self, name: str, body: dict[str, Any]) -> None:
        if name not in self._validators:
            self._validators[name] = schema_of(name)
        for error in self._validators[name].iter_errors(body):
            self.violations.append(f"{name}: {error}")

    async def _answer(
        self, connection: ServerConnection, message_id: str, action: str, body: dict[str, Any], busy: asyncio.Event
    ) -> None:
        await asyncio.sleep(self.think_s)
        frame: list[Any]
        try:
            answer = self.answers.get(action, self.friendly(action))(body)
            frame = [3, message_id, answer]
        except CallError as error:
            answer = None
            frame = [4, message_id, error.code, "", {}]
        busy.clear()
        if answer is SILENCE:
            return
        try:
            await connection.send(json.dumps(frame))
        except ConnectionClosed:
            return
        await self._notify()

    def _BootNotification(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as its action
        return {"status": "Accepted", "currentTime": "2026-11-20T00:00:00Z", "interval": 300}

    def _Heartbeat(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as its action
        return {"currentTime": "2026-11-20T00:00:00Z"}

    def _Authorize(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as its action
        return {"idTagInfo": {"status": "Accepted"}}

    def _StartTransaction(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - named as its action
        key = json.dumps(body)
        self._known.setdefault(key, next(self._transactions))
        return {"transactionId": self._known[key], "idTagInfo": {"status": "Accepted"}}

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()
