"""A million sessions as CSV through the edge: a download of any length needs the room of one page."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from benchmarks.history import fill
from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import HOST, SECRET_KEY, Server, homecharge
from benchmarks.rig.tables import Table, count, times
from homecharge.observability.clock import SystemClock
from homecharge.services.access_tokens import AccessTokens
from homecharge.services.tokens import log_in
from homecharge.storage.database import Database

EVERY_S = 0.1
PATH = "/v1/sessions/export?format=csv"


@dataclass(frozen=True, slots=True)
class Download:
    """Resident memory of the server in MB, before, at most and after; what came, and in which time."""

    before: float
    most: float
    after: float
    lines: int
    megabytes: float
    passed_s: float


async def measure(scale: Scale) -> list[Table]:
    """Each database, a short file and a long one, each by a server of its own."""
    short, long = scale.pick(10_000, 10_000, 20), scale.pick(1_000_000, 100_000, 600)
    table = Table(
        f"{long:,} sessions as CSV, through the edge",
        ("database", f"most memory, {short:,} = 1", "MB before", "at most", "after", "MB sent", "lines/s", "s"),
        notes=("`homecharge run`, all roles, and one client that takes all it gets. Memory of the server's process.",),
    )
    for kind in KINDS:
        small, large = await _download(kind, short), await _download(kind, long)
        memory = (f"{large.before:.0f}", f"{large.most:.0f}", f"{large.after:.0f}", f"{large.megabytes:.0f}")
        per_s = count(large.lines / large.passed_s)
        table.rows.append((kind, times(large.most / small.most), *memory, per_s, f"{large.passed_s:.0f}"))
    return [table]


async def _download(kind: str, number: int) -> Download:
    progress(f"export: {kind}, {number:,} sessions")
    with new_database(kind) as url:
        database = Database(url)
        estate = fill(database, kind, number)
        with database.write() as db:
            now, access = SystemClock().now(), AccessTokens(SECRET_KEY)
            token = log_in(db, estate.owner.account_id, device=None, access=access, now=now).access_token
        database.close()
        async with homecharge(url) as (gateway, http_port):
            server = Server(gateway.pid, http_port)
            await _take(server, "/v1/me", token)  # what is imported and compiled once is no part of a download
            before = server.memory_kb()
            async with _Watch(server.memory_kb) as watch:
                began = perf_counter()
                lines, size = await _take(server, PATH, token)
                passed_s = perf_counter() - began
            if lines != number + 1:
                raise ConnectionError(f"{lines:,} lines came of {number:,} sessions")
            return Download(before / 1024, watch.most / 1024, server.memory_kb() / 1024, lines, size / 1e6, passed_s)


class _Watch:
    """The most that was seen of something while inside."""

    def __init__(self, look: Callable[[], int]) -> None:
        self._look, self.most = look, look()

    async def __aenter__(self) -> "_Watch":
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while True:
            self.most = max(self.most, self._look())
            await asyncio.sleep(EVERY_S)


async def _take(server: Server, path: str, token: str) -> tuple[int, int]:
    """The lines and the bytes of an answer, to its end."""
    reader, writer = await asyncio.open_connection(HOST, server.port)
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    writer.write(request.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(head.decode(errors="replace"))
    lines = size = 0
    if b"chunked" not in head.lower():
        body = await reader.read()
        return body.count(b"\n"), len(body)
    while length := int(await reader.readline(), 16):
        body = await reader.readexactly(length + 2)
        lines += body.count(b"\n", 0, length)
        size += length
    writer.close()
    return lines, size


if __name__ == "__main__":
    main(measure)
