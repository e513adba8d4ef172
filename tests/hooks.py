"""A server that takes webhooks on a real socket, answers as told, and keeps what it was sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

WITHIN_S = 30


@dataclass(frozen=True)
class Hooked:
    """One request as it came; names of headers in lower case."""

    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.body)
        return document


class HookServer:
    """`statuses` are answered in turn, then 200; each with `says`."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.says = b""
        self.taken: list[Hooked] = []
        self.url = ""
        self._news = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")[1:-2]
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                async with self._news:
                    self.taken.append(Hooked(headers, body))
                    self._news.notify_all()
                status = self.statuses.pop(0) if self.statuses else 200
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(self.says)}\r\n\r\n".encode() + self.says)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self._news, asyncio.timeout(WITHIN_S):
            await self._news.wait_for(holds)

    def kinds(self) -> list[str]:
        return [hooked.document["data"]["kind"] for hooked in self.taken]


@asynccontextmanager
async def hook_server() -> AsyncIterator[HookServer]:
    hooks = HookServer()
    server = await asyncio.start_server(hooks.serve, "127.0.0.1", 0)
    hooks.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    try:
        yield hooks
    finally:
        server.close()
