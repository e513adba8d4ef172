"""Messages through all of `homecharge run`, every sample durable before its answer, on both databases."""

import asyncio
import functools
import time

from sqlalchemy import func, select

from benchmarks.rig import estate
from benchmarks.rig.charger_load import SAMPLES_SHARE, Load, Target
from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import homecharge
from benchmarks.rig.single_commits import samples_per_s
from benchmarks.rig.tables import Table, count, times
from homecharge.observability.clock import SystemClock
from homecharge.storage.database import Database
from homecharge.storage.models import Message, Reading

WARM_UP_S = 4.0
SETTLE_S = 1.0


async def measure(scale: Scale) -> list[Table]:
    """One database after the other."""
    connections = scale.pick(1_000, 1_000, 10)
    table = Table(
        f"Messages with durable writes, {connections:,} connections charging",
        ("database", "a commit each = 1", "samples/s", "messages/s", "server µs each", "readings kept", "frames kept"),
        notes=(
            "`homecharge run`, all roles, one process, the mix of messages above. Each sample is committed before its",
            "answer, with its transaction, session and reading; both frames go to the message log. The baseline",
            "commits the same sample with the same service, without sockets and message log. Aim: 8,000 samples/s.",
        ),
    )
    for kind in KINDS:
        progress(f"samples: {kind}")
        table.rows.append(await _row(kind, connections, scale))
    return [table]


async def _row(kind: str, connections: int, scale: Scale) -> tuple[str, ...]:
    duration_s = scale.pick(10_000, 4_000, 300) / 1000
    with new_database(kind) as url:
        database = Database(url)
        with database.write() as db:
            built = estate.build(db, homes=connections, now=SystemClock().now())
        async with homecharge(url) as (server, _):
            load = Load(Target(server.port, [home.identity for home in built.homes], built.password))
            await load.connect()
            await load.open_transactions()
            await load.until_quiet()
            load.begin()
            await asyncio.sleep(min(WARM_UP_S, 2 * duration_s))
            began_s, cpu_s, before = time.perf_counter(), server.cpu_s(), load.answers
            await asyncio.sleep(duration_s)
            passed_s, answers = time.perf_counter() - began_s, load.answers - before
            server_us = 1e6 * (server.cpu_s() - cpu_s) / max(answers, 1)
            load.pause()
            await asyncio.sleep(SETTLE_S)
            load.close()
        if load.refusals:
            progress(f"samples: {load.refusals} calls refused")
        per_s = answers / passed_s * SAMPLES_SHARE
        with database.read() as db:
            readings = db.scalar(select(func.count()).select_from(Reading)) or 0
            frames = db.scalar(select(func.count()).select_from(Message)) or 0
        single = await asyncio.to_thread(functools.partial(samples_per_s, database, calls=scale.pick(2_000, 500, 20)))
        database.close()
    kept = (f"{readings / max(load.samples, 1):.0%}", f"{frames / max(load.frames, 1):.0%}")
    return (kind, times(per_s / single), count(per_s), count(answers / passed_s), f"{server_us:.0f}", *kept)


if __name__ == "__main__":
    main(measure)
