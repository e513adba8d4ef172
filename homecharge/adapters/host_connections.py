"""Connections to hosts, kept for the next request, in lanes of a few each.

httpx's own pool looks through all of its connections at each request, and asks the system about each idle one:
a thousand requests at once took 18 s of processor time in one pool, and 2 s in lanes. A lane is a small pool of one
host; nobody waits for a place in it.
"""

import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property

import httpx

PER_LANE = 8
MOST_LANES = 1_000
MOST_IDLE_LANES = 32
KEPT_S = 3.0
"""Shorter than servers commonly keep an idle connection, so that a request seldom meets one that is being closed."""
Host = tuple[str, str, int | None]
"""Scheme, name and port: connections are never shared between names, whose certificates were not compared."""


class TooManyRequests(httpx.TransportError):
    """A host has all the requests at once that it may have."""


@dataclass(slots=True, eq=False)
class _Lane:
    transport: httpx.AsyncHTTPTransport
    in_flight: int = 0


class HostConnections:
    """The lanes of every host; those that have been idle longest are closed when there are many."""

    def __init__(self) -> None:
        self._lanes: dict[Host, list[_Lane]] = {}
        self._idle: dict[_Lane, Host] = {}

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """What we trust, read once."""
        return httpx.create_ssl_context(trust_env=False)

    @contextlib.asynccontextmanager
    async def lane(self, host: Host) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        """A transport with room for one more request, for as long as that lasts. Raises TooManyRequests."""
        lane = self._take(host)
        lane.in_flight += 1
        try:
            yield lane.transport
        finally:
            lane.in_flight -= 1
            if lane.in_flight == 0:
                self._idle[lane] = host
                await self._close_idle(MOST_IDLE_LANES)

    def _take(self, host: Host) -> _Lane:
        lanes = self._lanes.setdefault(host, [])
        lane = next((lane for lane in lanes if lane.in_flight < PER_LANE), None)
        if lane is None:
            if len(lanes) == MOST_LANES:
                raise TooManyRequests("too many requests to this host at once")
            lane = _Lane(self._transport())
            lanes.append(lane)
        self._idle.pop(lane, None)
        return lane

    def _transport(self) -> httpx.AsyncHTTPTransport:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=PER_LANE, keepalive_expiry=KEPT_S)
        return httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=limits)

    async def _close_idle(self, most: int) -> None:
        while len(self._idle) > most:
            lane = next(iter(self._idle))
            host = self._idle.pop(lane)
            self._lanes[host].remove(lane)
            if not self._lanes[host]:
                del self._lanes[host]
            await lane.transport.aclose()

    async def aclose(self) -> None:
        """Close every connection; what is still in flight fails."""
        lanes = [lane for of_host in self._lanes.values() for lane in of_host]
        self._idle.clear()
        self._lanes.clear()
        for lane in lanes:
            await lane.transport.aclose()
