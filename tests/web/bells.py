"""A bell that tests can hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class LocalBell:
    """The port's contract within one loop; counts who listens, and may lose what it is told."""

    def __init__(self) -> None:
        self.listeners: dict[str, list[asyncio.Queue[str]]] = {}
        self.heard = asyncio.Condition()
        self.is_up = True

    def ring(self, topic: str) -> None:
        for queue in self.listeners.get(topic, []):
            queue.put_nowait(topic)

    def ring_here(self, topic: str) -> None:
        self.ring(topic)

    @asynccontextmanager
    async def bells(self, *topics: str) -> AsyncIterator[AsyncIterator[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        for topic in topics:
            self.listeners.setdefault(topic, []).append(queue)
        async with self.heard:
            self.heard.notify_all()
        try:
            yield _items(queue)
        finally:
            for topic in topics:
                self.listeners[topic].remove(queue)
            async with self.heard:
                self.heard.notify_all()

    def count(self) -> int:
        return sum(map(len, self.listeners.values()))

    async def until(self, count: int) -> None:
        """Wait until so many are listening."""
        async with self.heard, asyncio.timeout(20):
            await self.heard.wait_for(lambda: self.count() == count)

    async def is_alive(self) -> bool:
        return self.is_up

    async def open(self) -> None:
        """There is nothing to connect to."""

    async def close(self) -> None:
        """There is nothing to leave."""


async def _items(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await queue.get()
