"""Cards about which a provider is asked, all at once, against a thread for each check."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time

import httpx

from benchmarks.rig.program import main, progress
from benchmarks.rig.scale import Scale
from benchmarks.rig.servers import HOST, target
from benchmarks.rig.tables import NO_RATIO, Table, count, times
from homecharge.adapters.ocpi_live import OcpiLiveAuthorizer
from homecharge.adapters.outbound import Outbound
from homecharge.domain.live_answers import LiveVerdict, LiveWish

WITHIN_S = 120.0


@dataclass(slots=True)
class Found:
    """What each round of one way to ask found."""

    took_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    threads: int = 0


async def measure(scale: Scale) -> list[Table]:
    """Rounds of each in turn, over connections of their own."""
    checks = scale.pick(3_000, 1_000, 50)
    ways: dict[str, Callable[[str, int], Awaitable[int]]] = {
        "a thread for each check": _threads,
        "Homecharge": _ours,
    }
    found = {name: Found() for name in ways}
    async with target("provider") as server:
        for number in range(scale.pick(3, 2, 1)):
            for name, way in ways.items():
                progress(f"live_checks: round {number + 1}, {name}")
                await _round(found[name], way, f"http://{HOST}:{server.port}", checks)
    table = Table(
        f"{count(checks)} cards at once",
        ("who asks", "threads = 1", "by CPU", "all answered s", "client µs each", "threads"),
        notes=(
            "A provider that answers each check after 1 s, in a process of its own. Ratios of the time until the last",
            "is answered, and of CPU; medians of rounds in turn. Every round begins without connections.",
        ),
    )
    first, *_ = found.values()
    for each, name in zip(found.values(), found, strict=True):
        took_s, cpu_us = median(each.took_s), median(each.cpu_us)
        ratios = (times(median(first.took_s) / took_s), times(median(first.cpu_us) / cpu_us))
        ratios = (NO_RATIO, NO_RATIO) if each is first else ratios
        table.rows.append((name, *ratios, f"{took_s:.2f}", count(cpu_us), count(each.threads)))
    return [table]


async def _round(found: Found, way: Callable[[str, int], Awaitable[int]], url: str, checks: int) -> None:
    before, began, cpu_s = threading.active_count(), perf_counter(), process_time()
    found.threads = max(found.threads, await way(url, checks) - before)
    found.took_s.append(perf_counter() - began)
    found.cpu_us.append(1e6 * (process_time() - cpu_s) / checks)


async def _threads(url: str, checks: int) -> int:
    """A client for each, too: threads that share httpx's pool close each other's connections at this number."""
    tls = httpx.create_ssl_context()

    def ask(number: int) -> int:
        with httpx.Client(verify=tls, timeout=WITHIN_S, trust_env=False) as client:
            client.post(f"{url}/tokens/{number}/authorize", json={"location_id": "home"}).raise_for_status()
        return threading.active_count()

    with ThreadPoolExecutor(checks) as pool:
        loop = asyncio.get_running_loop()
        return max(await asyncio.gather(*(loop.run_in_executor(pool, ask, number) for number in range(checks))))


async def _ours(url: str, checks: int) -> int:
    outbound = Outbound(allow_private=True)
    authorizer = OcpiLiveAuthorizer(outbound)

    async def ask(number: int) -> int:
        wish = LiveWish(provider_id="p", live_url=url, timeout_s=WITHIN_S, uid=str(number), location_id="home")
        answer = await authorizer.ask(wish)
        if answer.verdict is not LiveVerdict.ALLOWED:
            raise ConnectionError(answer.detail)
        return threading.active_count()

    try:
        return max(await asyncio.gather(*map(ask, range(checks))))
    finally:
        await outbound.aclose()


if __name__ == "__main__":
    main(measure)
