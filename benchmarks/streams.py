"""Ten thousand people who listen and hear nothing: what each costs, and what is left for everybody else."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from sqlalchemy import text

from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import HOST, SECRET_KEY, Server, homecharge
from benchmarks.rig.tables import Table, count, times
from homecharge.domain.accounts import Caller, Role
from homecharge.observability.clock import SystemClock
from homecharge.services.access_tokens import AccessTokens
from homecharge.services.accounts import register
from homecharge.services.locations import add_location
from homecharge.storage.database import Database
from homecharge.storage.queries.tokens import add_family
from homecharge.web.streaming import STREAMS_EACH

REDIS = os.environ.get("BENCH_REDIS_URL", "redis://127.0.0.1:6379/9")
AT_ONCE = 50
"""Streams that are being opened: each is a request that reads the database."""
READY = b"event: ready"
CLIENTS = 16
Token = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many streams cost a process; `left` is the share of other requests that it still answers."""

    number: int
    kb_each: float
    threads: int
    files: int
    opened_per_s: float
    idle_cpu: float
    left: float


async def measure(scale: Scale) -> list[Table]:
    """Each database, with bells in the process and over Redis."""
    number, calm_s = scale.pick(10_000, 2_000, 20), scale.pick(60, 20, 1)
    table = Table(
        f"{number:,} idle streams of events at one process",
        ("database, bells", "requests with none = 1", "kB each", "threads", "files", "opened/s", "CPU while idle"),
        notes=(
            f"`homecharge run`, all roles. {number // STREAMS_EACH:,} people with a home, {STREAMS_EACH} streams each.",
            "Threads and open files of the process once all of them listen. `ulimit -n` has to be above the files.",
            f"Requests: `GET /v1/me` by {CLIENTS} clients, with the streams and before them.",
        ),
    )
    for kind, redis_url in zip(KINDS, (None, REDIS), strict=True):
        progress(f"streams: {number:,} with {kind}")
        cost = await _listen(kind, redis_url, number, calm_s)
        figures = (f"{cost.kb_each:.1f}", count(cost.threads), count(cost.files), count(cost.opened_per_s))
        name = f"{kind}, {'Redis' if redis_url else 'in the process'}"
        table.rows.append((name, times(cost.left), *figures, f"{cost.idle_cpu:.0%}"))
    return [table]


async def _listen(kind: str, redis_url: str | None, number: int, calm_s: float) -> Cost:
    with new_database(kind) as url:
        people = _sign_in(url, number // STREAMS_EACH)
        async with homecharge(url, redis_url=redis_url) as (gateway, http_port), AsyncExitStack() as streams:
            server = Server(gateway.pid, http_port)
            await _requests(server, people[0](), calm_s / 6)
            before = await _requests(server, people[0](), calm_s / 2)
            memory_kb, began = server.memory_kb(), perf_counter()
            await _open(streams, server, [person for person in people for _ in range(STREAMS_EACH)])
            opened_per_s = number / (perf_counter() - began)
            await asyncio.sleep(calm_s / 6)
            cpu_s = server.cpu_s()
            await asyncio.sleep(calm_s)
            idle_cpu = (server.cpu_s() - cpu_s) / calm_s
            after = await _requests(server, people[0](), calm_s / 2)
            return Cost(
                number=number,
                kb_each=(server.memory_kb() - memory_kb) / number,
                threads=server.threads(),
                files=server.files(),
                opened_per_s=opened_per_s,
                idle_cpu=idle_cpu,
                left=after / before,
            )


def _sign_in(url: str, people: int) -> list[Token]:
    """What gives each of them, who has a home, an access token that lasts from then on."""
    clock, database, access = SystemClock(), Database(url), AccessTokens(SECRET_KEY)
    place = {"name": "Home", "country": "GB", "time_zone": "Europe/London", "currency": "GBP"}
    found, now = [], clock.now()
    with database.write() as db:
        for number in range(people):
            account = register(db, email=f"{number}@example.org", password_hash="-", name="Ada", now=now)
            family_id = add_family(db, account.id, device=None, network=None, now=now)
            caller = Caller(
                account_id=account.id, name="Ada", locale="en", role=Role.DRIVER, family_id=family_id, device=None
            )
            add_location(db, **place, caller=caller, now=now)
            found.append(partial(_token, access, clock, account.id, family_id))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(text("ANALYZE"))
    database.close()
    return found


def _token(access: AccessTokens, clock: SystemClock, account_id: str, family_id: str) -> str:
    return access.issue(account_id=account_id, family_id=family_id, now=clock.now())


async def _open(streams: AsyncExitStack, server: Server, people: Sequence[Token]) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(person: Token) -> None:
        async with room:
            await streams.enter_async_context(_stream(server, person()))

    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(one(person))


@asynccontextmanager
async def _stream(server: Server, token: str) -> AsyncIterator[None]:
    """Open once the server has said that it is; what comes after that is left in the socket, which holds it all."""
    reader, writer = await asyncio.open_connection(HOST, server.port, limit=4096)
    writer.write(_request("/v1/events", token))
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(head.decode(errors="replace"))
    while READY not in await reader.readline():
        pass
    try:
        yield
    finally:
        writer.transport.abort()


async def _requests(server: Server, token: str, duration_s: float) -> float:
    """So many requests are answered a second."""
    began = perf_counter()
    answered = sum(await asyncio.gather(*(_client(server, token, began + duration_s) for _ in range(CLIENTS))))
    return answered / (perf_counter() - began)


async def _client(server: Server, token: str, end: float) -> int:
    reader, writer = await asyncio.open_connection(HOST, server.port)
    answered = 0
    while perf_counter() < end:
        writer.write(_request("/v1/me", token))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(b"\r\n")[0]))
        answered += 1
    writer.close()
    return answered


def _request(path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


if __name__ == "__main__":
    main(measure)
