"""Bells within one process."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator


class MemoryBell:
    """Implements `ports.bell.Bell` with a set of listeners on one event loop; rings from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)

    def ring(self, topic: str) -> None:
        """Nobody hears a bell before `open` or after `close`: there is nobody to hear it."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._deliver, topic)

    def _deliver(self, topic: str) -> None:
        for listener in self._listeners.get(topic, ()):
            with contextlib.suppress(asyncio.QueueFull):
                listener.put_nowait(topic)

    def ring_everything(self) -> None:
        """Every listener hears each of its topics: what was missed is looked at again."""
        for topic in list(self._listeners):
            self._deliver(topic)

    @property
    def topics(self) -> tuple[str, ...]:
        """What is listened to now."""
        return tuple(self._listeners)

    @contextlib.asynccontextmanager
    async def bells(self, *topics: str) -> AsyncIterator[AsyncIterator[str]]:
        """A queue of one per topic is enough: a bell that already waits says it all."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=max(1, len(topics)))
        for topic in topics:
            self._listeners[topic].add(queue)
        try:
            yield _rings(queue)
        finally:
            for topic in topics:
                self._listeners[topic].discard(queue)
                if not self._listeners[topic]:
                    del self._listeners[topic]

    async def is_alive(self) -> bool:
        """A process reaches itself."""
        return True

    async def open(self) -> None:
        """Bells reach listeners on the running loop."""
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        """Later bells are lost."""
        self._loop = None


async def _rings(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
    while True:
        yield await queue.get()
