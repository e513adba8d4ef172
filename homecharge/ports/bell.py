"""Bells: "look again" hints between processes. A lost bell costs one tick, so facts never travel on them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Bell(Protocol):
    """At most once, unordered, repeats allowed."""

    def ring(self, topic: str) -> None:
        """Wake whoever listens to `topic`, in any process. From any thread; never raises, waits 50 ms at most."""
        ...

    def ring_here(self, topic: str) -> None:
        """As `ring`, of those who listen in this process."""
        ...

    def bells(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Listen while the context is open; each item is a topic that rang. Registered before the context is entered.

        A listener that lost its bus and reconnects hears all its topics once.
        """
        ...

    async def is_alive(self) -> bool:
        """Whether the bus can be reached now (for `/readyz`)."""
        ...

    async def open(self) -> None:
        """Connect and start listening; called once by the role loop."""
        ...

    async def close(self) -> None:
        """Stop listening; pending bells may be lost."""
        ...
