"""Where host names lead, kept for a short while and asked for once at a time."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

KEPT_S = 30.0
MOST_KEPT = 1_000
Lookup = Callable[[str], Awaitable[tuple[str, ...]]]


async def look_up(host: str) -> tuple[str, ...]:
    """All addresses of a host in the system's order; none where nobody knows it."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # the latter for a label of more than 63 characters
        return ()
    return tuple(str(address[0]) for *_, address in found)


@dataclass(frozen=True, slots=True)
class _Known:
    addresses: tuple[str, ...]
    until: float


class HostNames:
    """The system looks names up in a few threads; a slow one takes one of them at most, whoever waits for it."""

    def __init__(self, lookup: Lookup = look_up) -> None:
        self._lookup = lookup
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Task[tuple[str, ...]]] = {}

    async def addresses_of(self, host: str) -> tuple[str, ...]:
        """All addresses, as they were at most 30 s ago; none where nobody knows the host."""
        known = self._known.get(host)
        if known is not None and asyncio.get_running_loop().time() < known.until:
            return known.addresses
        if host not in self._asking:
            self._asking[host] = asyncio.create_task(self._ask(host))
        return await asyncio.shield(self._asking[host])

    async def _ask(self, host: str) -> tuple[str, ...]:
        try:
            addresses = await self._lookup(host)
        finally:
            del self._asking[host]
        self._known.pop(host, None)
        if addresses:
            while len(self._known) >= MOST_KEPT:
                del self._known[next(iter(self._known))]
            self._known[host] = _Known(addresses, asyncio.get_running_loop().time() + KEPT_S)
        return addresses

    async def aclose(self) -> None:
        """Wait for no lookup any more."""
        asking = tuple(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
