"""Requests through the edge, against a bare Flask view on the same server with as many threads."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import update

from benchmarks.rig.databases import new_database
from benchmarks.rig.estate import build
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import HOST, SECRET_KEY, Server, homecharge, target
from benchmarks.rig.tables import NO_RATIO, Table, count, times
from benchmarks.rig.tries import boosts
from homecharge.domain.session_state import Status
from homecharge.domain.timeline import Actor
from homecharge.observability.clock import SystemClock
from homecharge.services.access_tokens import AccessTokens
from homecharge.services.planning import plan_sessions
from homecharge.services.tokens import log_in
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import TABLE

KINDS = {"flask_bare": "bare Flask view, a2wsgi", "flask_edge": "the same view behind our edge"}
PATHS = {"GET /v1/me": "/v1/me", "GET /v1/sessions, a page of 20": "/v1/sessions?limit=20"}
CLIENTS = 32
HOMES = 3
DAYS = 20


@dataclass(slots=True)
class Contender:
    """A server, what is asked of it, and what each round found."""

    server: Server
    request: bytes
    per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)


async def measure(scale: Scale) -> list[Table]:
    """Rounds of each in turn."""
    async with AsyncExitStack() as stack:
        contenders = await _contenders(stack)
        for contender in contenders.values():
            await _round(contender, scale.pick(1_000, 1_000, 50) / 1000)  # what is compiled once is not measured
            contender.per_s.clear()
            contender.cpu_us.clear()
        for number in range(scale.pick(5, 3, 1)):
            for name, contender in contenders.items():
                progress(f"edge: round {number + 1}, {name}")
                await _round(contender, scale.pick(3_000, 1_000, 100) / 1000)
    table = Table(
        "API requests of the edge",
        ("what is asked", "bare view = 1", "requests/s", "server µs each"),
        notes=(
            f"{CLIENTS} clients that keep their connection; medians of rounds in turn. The API is `homecharge run` on",
            "SQLite: each request checks its token and reads the database.",
        ),
    )
    bare = median(contenders[KINDS["flask_bare"]].per_s)
    for name, contender in contenders.items():
        found = median(contender.per_s)
        ratio = NO_RATIO if name == KINDS["flask_bare"] else times(found / bare)
        table.rows.append((name, ratio, count(found), count(median(contender.cpu_us))))
    return [table]


async def _contenders(stack: AsyncExitStack) -> dict[str, Contender]:
    contenders = {
        name: Contender(await stack.enter_async_context(target(kind)), _request("/")) for kind, name in KINDS.items()
    }
    url = stack.enter_context(new_database("SQLite"))
    token = _fill(url)
    gateway, http_port = await stack.enter_async_context(homecharge(url))
    api = Server(gateway.pid, http_port)
    return contenders | {name: Contender(api, _request(path, token)) for name, path in PATHS.items()}


def _request(path: str, token: str | None = None) -> bytes:
    authorization = "" if token is None else f"Authorization: Bearer {token}\r\n"
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{authorization}\r\n".encode()


def _fill(url: str) -> str:
    """A driver with charges of the past, one a day at each home; returns an access token."""
    now, database = SystemClock().now(), Database(url)
    with database.write() as db:
        estate = build(db, homes=HOMES, now=now)
        for day in range(DAYS):
            plan_sessions(db, boosts(estate, due_at=now - timedelta(days=day + 1)), actor=Actor.DRIVER, now=now)
        db.execute(update(TABLE).values(status=Status.COMPLETED, wake_at=None, energy_wh=7_000))
        access = AccessTokens(SECRET_KEY)
        tokens = log_in(db, estate.owner.account_id, device=None, access=access, now=now)
    database.close()
    return tokens.access_token


async def _round(contender: Contender, duration_s: float) -> None:
    began, cpu_s = perf_counter(), contender.server.cpu_s()
    clients = (_client(contender, began + duration_s) for _ in range(CLIENTS))
    answered = sum(await asyncio.gather(*clients))
    contender.per_s.append(answered / (perf_counter() - began))
    contender.cpu_us.append(1e6 * (contender.server.cpu_s() - cpu_s) / max(answered, 1))


async def _client(contender: Contender, end: float) -> int:
    reader, writer = await asyncio.open_connection(HOST, contender.server.port)
    answered = 0
    while perf_counter() < end:
        writer.write(contender.request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(head.decode(errors="replace"))
        await reader.readexactly(_length(head))
        answered += 1
    writer.close()
    return answered


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))


if __name__ == "__main__":
    main(measure)
