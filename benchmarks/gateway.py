"""Messages through the gateway without storage, against the `ocpp` package's server and against a bare echo."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from benchmarks.rig.charger_load import Load, Target
from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import Server, target
from benchmarks.rig.tables import NO_RATIO, Table, count, times

NAMES = {"gateway": "Homecharge's gateway", "package": "`ocpp` package's ChargePoint", "echo": "bare `websockets` echo"}
WARM_UP_S = 0.5
SETTLE_S = 0.3


@dataclass(slots=True)
class Contender:
    """A server with its chargers, and what each round found."""

    server: Server
    load: Load
    per_s: list[float]
    server_us: list[float]
    client_busy: list[float]


async def measure(scale: Scale) -> list[Table]:
    """Rounds of each server in turn, so that whatever else the machine does meets all of them."""
    async with AsyncExitStack() as stack:
        contenders = {kind: await _contender(stack, kind, scale) for kind in NAMES}
        for number in range(scale.pick(5, 3, 1)):
            for kind, contender in contenders.items():
                progress(f"gateway: round {number + 1}, {kind}")
                await _round(contender, scale.pick(3_000, 1_500, 200) / 1000)
    refusals = sum(contender.load.refusals for contender in contenders.values())
    return [_table(contenders, connections=_connections(scale), refusals=refusals)]


def _connections(scale: Scale) -> int:
    return scale.pick(1_000, 1_000, 10)


async def _contender(stack: AsyncExitStack, kind: str, scale: Scale) -> Contender:
    server = await stack.enter_async_context(target(kind))
    identities = [f"CP{number:05}" for number in range(_connections(scale))]
    load = Load(Target(server.port, identities, is_echo=kind == "echo"))
    stack.callback(load.close)
    await load.connect()
    return Contender(server, load, [], [], [])


async def _round(contender: Contender, duration_s: float) -> None:
    load = contender.load
    load.begin()
    await asyncio.sleep(min(WARM_UP_S, duration_s))
    began_s, cpu_s, own_s, answers = time.perf_counter(), contender.server.cpu_s(), time.process_time(), load.answers
    await asyncio.sleep(duration_s)
    passed_s, answered = time.perf_counter() - began_s, load.answers - answers
    cpu_s, own_s = contender.server.cpu_s() - cpu_s, time.process_time() - own_s
    load.pause()
    await asyncio.sleep(SETTLE_S)
    contender.per_s.append(answered / passed_s)
    contender.server_us.append(1e6 * cpu_s / max(answered, 1))
    contender.client_busy.append(own_s / passed_s)


def _table(contenders: dict[str, Contender], *, connections: int, refusals: int) -> Table:
    per_s = {kind: median(contender.per_s) for kind, contender in contenders.items()}
    cpu_us = {kind: median(contender.server_us) for kind, contender in contenders.items()}
    table = Table(
        f"Messages without storage, {connections:,} connections",
        ("server", "`ocpp` = 1", "by CPU", "echo = 1", "by CPU", "messages/s", "server µs each", "load busy"),
        notes=(
            "80 % MeterValues of four values, 18 % Heartbeat, 2 % StatusNotification; one outstanding call each.",
            "Every server has uvloop and one thread. Ratios are of messages/s and of CPU; medians of rounds in turn.",
            f"Aims: 8 times `ocpp`, 0.6 of the echo. Calls refused: {refusals}.",
        ),
    )
    for kind, contender in contenders.items():
        ratios = []
        for baseline in ("package", "echo"):
            by_cpu = cpu_us[baseline] / cpu_us[kind]
            is_itself = baseline == kind
            ratios += [NO_RATIO, NO_RATIO] if is_itself else [times(per_s[kind] / per_s[baseline]), times(by_cpu)]
        busy = f"{median(contender.client_busy):.0%}"
        table.rows.append((NAMES[kind], *ratios, count(per_s[kind]), f"{cpu_us[kind]:.1f}", busy))
    return table


if __name__ == "__main__":
    main(measure)
