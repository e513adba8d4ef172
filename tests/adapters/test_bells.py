"""One contract for every bell: what rings is heard, by whoever listens, in any process, and nobody waits for it."""

import asyncio
import os
import signal
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.adapters.bell_redis import RedisBell
from homecharge.observability.clock import SystemClock
from homecharge.ports.bell import Bell

CLOCK = SystemClock()


@pytest.fixture(params=["memory", "redis"])
async def bell(request: pytest.FixtureRequest) -> AsyncIterator[Bell]:
    opened = MemoryBell() if request.param == "memory" else RedisBell(request.getfixturevalue("redis_url"))
    await opened.open()
    yield opened
    await opened.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OwnRedis:
    """A Redis of this test's own, that may be stopped and started."""

    def __init__(self, port: int) -> None:
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = [
            "redis-server",
            "--port",
            str(self._port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--bind",
            "127.0.0.1",
        ]
        self._process = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if b"Ready to accept connections" in line:
                break

    def stop(self) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGTERM)
            self._process.communicate()
            self._process = None


@pytest.fixture
def redis_server(redis_url: str) -> Iterator[OwnRedis]:
    """Only where there is a redis-server at all, which `redis_url` has looked for."""
    assert redis_url
    server = OwnRedis(free_port())
    server.start()
    yield server
    server.stop()


async def next_ring(rings: AsyncIterator[str], *, within_s: float = 5.0) -> str:
    return await asyncio.wait_for(anext(rings), within_s)


async def test_a_bell_that_rings_is_heard(bell: Bell) -> None:
    async with bell.bells("alarms") as rings:
        bell.ring("alarms")
        assert await next_ring(rings) == "alarms"


async def test_a_bell_may_ring_for_one_process_alone(bell: Bell) -> None:
    async with bell.bells("alarms") as rings:
        bell.ring_here("alarms")
        assert await next_ring(rings) == "alarms"


async def test_a_listener_hears_its_own_topics_only(bell: Bell) -> None:
    async with bell.bells("session:1", "session:2") as rings:
        for topic in ("session:3", "session:2"):
            bell.ring(topic)
        assert await next_ring(rings) == "session:2"


async def test_every_listener_of_a_topic_hears_it(bell: Bell) -> None:
    async with bell.bells("alarms") as one, bell.bells("alarms") as other:
        bell.ring("alarms")
        assert [await next_ring(one), await next_ring(other)] == ["alarms", "alarms"]


async def test_a_topic_that_rings_often_drowns_no_other(bell: Bell) -> None:
    async with bell.bells("alarms", "lines") as rings:
        for topic in ("alarms", "alarms", "alarms", "lines"):
            bell.ring(topic)
        heard = {await next_ring(rings), await next_ring(rings)}

    assert heard == {"alarms", "lines"}


async def test_a_bell_rung_between_looking_and_waiting_is_not_lost(bell: Bell) -> None:
    async with bell.bells("alarms") as rings:
        bell.ring("alarms")
        await asyncio.sleep(0.05)
        assert await next_ring(rings) == "alarms"


async def test_a_ring_may_come_from_any_thread(bell: Bell) -> None:
    async with bell.bells("alarms") as rings:
        threading.Thread(target=bell.ring, args=("alarms",)).start()
        assert await next_ring(rings) == "alarms"


async def test_a_thousand_rings_to_nobody_take_no_time(bell: Bell) -> None:
    began = CLOCK.monotonic()
    for _ in range(1_000):
        bell.ring("nobody")
    assert CLOCK.monotonic() - began < 20  # waiting for each would take 50


async def test_a_bell_after_closing_is_lost_and_raises_nothing(redis_url: str) -> None:
    for bell in (MemoryBell(), RedisBell(redis_url)):
        await bell.open()
        await bell.close()
        bell.ring("alarms")
        assert not await asyncio.wait_for(_hears(bell), 5)


async def _hears(bell: Bell) -> bool:
    async with bell.bells("alarms") as rings:
        try:
            await asyncio.wait_for(anext(rings), 0.1)
        except TimeoutError:
            return False
        return True


async def test_a_bell_is_alive_while_its_bus_is(bell: Bell) -> None:
    assert await bell.is_alive()


async def test_bells_cross_processes(redis_url: str) -> None:
    here, there = RedisBell(redis_url), RedisBell(redis_url)
    await here.open()
    await there.open()
    async with there.bells("session:1", "alarms") as rings:
        assert await next_ring(rings) in {"session:1", "alarms"}, "a listener that connects hears all its topics"
        await asyncio.sleep(0.1)
        here.ring("session:1")
        heard = await next_ring(rings)
        while heard != "session:1":
            heard = await next_ring(rings)
    await here.close()
    await there.close()
    assert heard == "session:1"


async def test_without_a_bus_nobody_waits_and_its_return_rings_everything(redis_server: OwnRedis) -> None:
    bell = RedisBell(redis_server.url)
    await bell.open()
    async with bell.bells("alarms") as rings:
        await next_ring(rings)
        redis_server.stop()
        began = CLOCK.monotonic()
        bell.ring("elsewhere")
        waited_s = CLOCK.monotonic() - began
        is_alive = await bell.is_alive()
        redis_server.start()
        assert await next_ring(rings, within_s=10) == "alarms"
    await bell.close()
    assert waited_s < 2
    assert not is_alive
