"""A mobility provider's OCPI interface on a real socket: answers as told, badly too, and keeps what it was asked."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

BASE = "/ocpi/emsp/2.2.1"


@dataclass(frozen=True)
class Asked:
    """One request as it came; names of headers in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any

    @property
    def uid(self) -> str:
        return unquote(urlsplit(self.target).path.removeprefix(f"{BASE}/tokens/").removesuffix("/authorize"))

    @property
    def token_type(self) -> str:
        return parse_qs(urlsplit(self.target).query)["type"][0]


class ProviderStub:
    """`answers` maps uids to OCPI's `allowed`; a uid that is not there is unknown (404 and 2004).

    `data` is merged into what is answered, `info` is its text. `answers_about` names another token than was asked for.
    `status` replaces HTTP's status, `status_code` OCPI's, `body` all of the body, `raw` all of the answer, on a
    connection that ends with it. `delay_s` passes before the answer, `drip_s` before each of its bytes; while `gate` is
    not set nothing is answered. `asked` holds every request, `connections` counts those that were accepted.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.data: dict[str, Any] = {}
        self.info: str | None = None
        self.answers_about: str | None = None
        self.status: int | None = None
        self.status_code: int | None = None
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.raw: bytes | None = None
        self.delay_s = 0.0
        self.drip_s: float | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[Asked] = []
        self.connections = 0
        self._news = asyncio.Condition()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The base that a provider's `live_url` is set to."""
        return f"http://127.0.0.1:{self._port}{BASE}"

    async def start(self) -> None:
        """Listen, at the same port as before if there was one."""
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", self._port, backlog=4096)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be down: no connection is accepted or kept."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await asyncio.sleep(0)  # what was closed last is told so

    async def until_asked(self, times: int, *, within_s: float = 30) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: len(self.asked) >= times)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections += 1
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection is kept."""
        asked = await _read(reader)
        async with self._news:
            self.asked.append(asked)
            self._news.notify_all()
        await asyncio.sleep(self.delay_s)
        await self.gate.wait()
        answer = self._answer(asked) if self.raw is None else self.raw
        for start in range(0, len(answer), 1) if self.drip_s is not None else ():
            writer.write(answer[start : start + 1])
            await writer.drain()
            await asyncio.sleep(self.drip_s or 0)
        if self.drip_s is None:
            writer.write(answer)
            await writer.drain()
        return self.raw is None

    def _answer(self, asked: Asked) -> bytes:
        allowed = self.answers.get(asked.uid)
        envelope: dict[str, Any] = {"status_code": 2004, "status_message": "Unknown Token"}
        if allowed is not None:
            token = {"uid": self.answers_about or asked.uid, "type": asked.token_type, "country_code": "DE"}
            envelope = {"data": {"allowed": allowed, "token": token} | self._extras(), "status_code": 1000}
        envelope["timestamp"] = "2026-11-20T12:00:00Z"
        if self.status_code is not None:
            envelope["status_code"] = self.status_code
        body = json.dumps(envelope).encode() if self.body is None else self.body
        status = self.status or (404 if allowed is None else 200)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))} | self.headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {status} Told\r\n{lines}\r\n".encode() + body

    def _extras(self) -> dict[str, Any]:
        info = {} if self.info is None else {"info": {"language": "en", "text": self.info}}
        return info | self.data


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, json.loads(body) if body else None)


@contextlib.asynccontextmanager
async def provider_stub() -> AsyncIterator[ProviderStub]:
    """A provider that listens while the context is open."""
    stub = ProviderStub()
    await stub.start()
    try:
        yield stub
    finally:
        await stub.stop()
