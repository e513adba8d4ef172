"""Bells within one process."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator


class _Rings(AsyncIterator[str]):
    """What a listener has yet to hear: a topic that already waits says it all, however often it rings."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}  # in the order of ringing
        self._news = asyncio.Event()

    def add(self, topic: str) -> None:
        self._waiting[topic] = None
        self._news.set()

    async def __anext__(self) -> str:
        await self._news.wait()
        topic = next(iter(self._waiting))
        del self._waiting[topic]
        if not self._waiting:
            self._news.clear()
        return topic


class MemoryBell:
    """Implements `ports.bell.Bell` with a set of listeners on one event loop; rings from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[str, set[_Rings]] = defaultdict(set)

    def ring(self, topic: str) -> None:
        """Nobody hears a bell before `open` or after `close`: there is nobody to hear it."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._deliver, topic)

    def ring_here(self, topic: str) -> None:
        """There are no other processes."""
        self.ring(topic)

    def _deliver(self, topic: str) -> None:
        for listener in self._listeners.get(topic, ()):
            listener.add(topic)

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
        """Each topic is heard once for all its rings that came before it was asked for."""
        rings = _Rings()
        for topic in topics:
            self._listeners[topic].add(rings)
        try:
            yield rings
        finally:
            for topic in topics:
                self._listeners[topic].discard(rings)
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
