"""Bells between processes, over Redis publish/subscribe."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator

import redis
import redis.asyncio
from redis.exceptions import RedisError

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.observability.logging import get_logger

log = get_logger(__name__)

CHANNEL = "homecharge:bells"
"""One channel for all topics: bells are small and few, and one subscription survives a reconnect as a whole."""
TIMEOUT_S = 0.05
RECONNECT_S = 0.5
CANCEL_AGAIN_S = 0.1
MOST_WAITING = 1_000


class RedisBell:
    """Implements `ports.bell.Bell`. A ring is handed to one sender thread, so that callers never wait for the bus."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = MemoryBell()
        self._outgoing: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._sender = threading.Thread(target=self._send, name="bells", daemon=True)
        self._listener: asyncio.Task[None] | None = None

    def ring(self, topic: str) -> None:
        """Listeners in this process hear it at once, the others over the bus; a full queue drops it."""
        self.ring_here(topic)
        with contextlib.suppress(queue.Full):
            self._outgoing.put_nowait(topic)

    def ring_here(self, topic: str) -> None:
        """Without the bus."""
        self._local.ring(topic)

    def _send(self) -> None:
        client = redis.Redis.from_url(self._url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        while (topic := self._outgoing.get()) is not None:
            try:
                client.publish(CHANNEL, topic)
            except RedisError as error:
                log.warning("bell.lost", topic=topic, error=str(error))
        client.close()

    def bells(self, *topics: str) -> contextlib.AbstractAsyncContextManager[AsyncIterator[str]]:
        """What rings on the bus is delivered to the listeners of this process."""
        return self._local.bells(*topics)

    async def is_alive(self) -> bool:
        """Whether Redis answers a ping within a second."""
        client = redis.asyncio.Redis.from_url(self._url, socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(await client.ping())
        except RedisError:
            return False
        finally:
            await client.aclose()

    async def open(self) -> None:
        """Subscribe in the background; a bus that is away is waited for."""
        await self._local.open()
        self._sender.start()
        self._listener = asyncio.create_task(self._listen(), name="bells")

    async def _listen(self) -> None:
        while True:
            client = redis.asyncio.Redis.from_url(self._url, socket_connect_timeout=1, health_check_interval=5)
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    self._local.ring_everything()
                    async for message in subscription.listen():
                        if message["type"] == "message":
                            self._local.ring(message["data"].decode())
            except RedisError as error:
                log.warning("bell.bus_away", error=str(error))
            finally:
                await client.aclose()
            await asyncio.sleep(RECONNECT_S)

    async def close(self) -> None:
        """Stop sender and listener."""
        while self._listener is not None and not self._listener.done():
            self._listener.cancel()  # more than once: the client swallows one that comes while it connects
            await asyncio.wait({self._listener}, timeout=CANCEL_AGAIN_S)
        if self._sender.is_alive():
            self._outgoing.put(None)
            await asyncio.to_thread(self._sender.join, 1.0)
        await self._local.close()
