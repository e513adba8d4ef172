"""Idle connections and a storm of them: what each costs in memory, and how many are taken a second."""

import time
from collections.abc import Sequence

from benchmarks.rig.charger_load import Load, Target
from benchmarks.rig.databases import KINDS, new_database
from benchmarks.rig.estate import build
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import Server, homecharge, target
from benchmarks.rig.tables import NO_RATIO, Table, count, times
from homecharge.observability.clock import SystemClock
from homecharge.storage.database import Database

NAMES = {"echo": "bare `websockets` echo", "gateway": "Homecharge's gateway", "package": "`ocpp` package's ChargePoint"}


async def measure(scale: Scale) -> list[Table]:
    """One server after the other, each with all connections at once."""
    return [await _without_storage(scale.pick(10_000, 2_000, 20)), await _with_storage(scale.pick(2_000, 1_000, 20))]


async def _without_storage(number: int) -> Table:
    table = Table(
        f"{number:,} connections in a storm, then idle",
        ("server", "echo = 1, by CPU", "connects/s", "connects/s by CPU", "kB each"),
        notes=("No storage. A connection counts when its BootNotification is answered.",),
    )
    found = {kind: await _storm(kind, number) for kind in NAMES}
    for kind, name in NAMES.items():
        per_s, by_cpu, kb = found[kind]
        ratio = NO_RATIO if kind == "echo" else times(by_cpu / found["echo"][1])
        table.rows.append((name, ratio, count(per_s), count(by_cpu), f"{kb:.1f}"))
    return table


async def _with_storage(number: int) -> Table:
    table = Table(
        f"{number:,} connections in a storm, with storage",
        ("server", "without = 1", "connects/s", "server ms each"),
        notes=(
            "`homecharge run`: each charger is admitted by its password, its line and its boot are written, and its",
            "set-up begins. A connection counts when its BootNotification is answered.",
        ),
    )
    without, by_cpu, _ = await _storm("gateway", number)
    table.rows.append(("gateway without storage", NO_RATIO, count(without), f"{1000 / by_cpu:.2f}"))
    for kind in KINDS:
        per_s, cpu_ms = await _stored_storm(kind, number)
        table.rows.append((kind, times(per_s / without), count(per_s), f"{cpu_ms:.2f}"))
    return table


async def _stored_storm(kind: str, number: int) -> tuple[float, float]:
    progress(f"connections: {number:,} with {kind}")
    with new_database(kind) as url:
        database = Database(url)
        with database.write() as db:
            built = build(db, homes=number, now=SystemClock().now())
        database.close()
        async with homecharge(url) as (server, _):
            load = Load(Target(server.port, [home.identity for home in built.homes], built.password))
            cpu_s = server.cpu_s()
            passed_s = await load.connect()
            cpu_s = server.cpu_s() - cpu_s
            load.close()
    return number / passed_s, 1000 * cpu_s / number


async def _storm(kind: str, number: int) -> Sequence[float]:
    progress(f"connections: {number:,} to {kind}")
    async with target(kind) as server:
        load = Load(Target(server.port, [f"CP{each:05}" for each in range(number)], is_echo=kind == "echo"))
        memory_kb, cpu_s, began = server.memory_kb(), server.cpu_s(), time.perf_counter()
        await load.connect()
        found = _figures(server, number, memory_kb=memory_kb, cpu_s=cpu_s, began=began)
        load.close()
    return found


def _figures(server: Server, number: int, *, memory_kb: int, cpu_s: float, began: float) -> tuple[float, float, float]:
    per_s = number / (time.perf_counter() - began)
    return per_s, number / max(server.cpu_s() - cpu_s, 0.01), (server.memory_kb() - memory_kb) / number


if __name__ == "__main__":
    main(measure)
