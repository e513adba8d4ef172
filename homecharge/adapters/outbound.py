"""The one door for requests to URLs that others gave us: http(s) only, no redirects, no private addresses.

Requests go straight to httpx's transports: what its client adds (cookies shared by all, proxies of the environment,
redirects, bodies that unpack to any size) is what a door of ours must not have.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from homecharge import __version__
from homecharge.adapters.host_connections import HostConnections
from homecharge.adapters.host_names import HostNames, Lookup, look_up
from homecharge.domain.web_addresses import is_public, url_problem

WITHIN_S = 25.0
CONNECT_S = 4.0
"""Until the next address of a host is tried; the last one has the rest of the time."""
MOST_BYTES = 4 * 1024 * 1024
MOST_ADDRESSES = 3
LONGEST_URL = 2_000
HEADERS = {
    "User-Agent": f"Homecharge/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}
_UNPACKED = frozenset({"", "identity"})


class OutboundFailed(Exception):
    """No answer; `reason` says why in a few words, which hold nothing of what was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutboundRefused(OutboundFailed):
    """We do not go there."""


class OutboundUnreachable(OutboundFailed):
    """Nobody is there, or what is there broke off or does not speak HTTP."""


class OutboundTimeout(OutboundFailed):
    """The whole answer was not there in time."""


class OutboundUnreadable(OutboundFailed):
    """There is an answer, but it is too large or packed."""


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """What came back, whatever its status; a redirect is not followed."""

    status: int
    body: bytes


class Outbound:
    """Asks others over HTTP, over connections that are kept; one for each process, closed at its end.

    `allow_private` is HOMECHARGE_OUTBOUND_PRIVATE: the loopback and home networks, too.
    """

    def __init__(self, *, allow_private: bool, lookup: Lookup = look_up) -> None:
        self._allow_private = allow_private
        self._names = HostNames(lookup)
        self._connections = HostConnections()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        within_s: float = WITHIN_S,
        most_bytes: int = MOST_BYTES,
    ) -> OutboundAnswer:
        """One request, sent once. Raises OutboundFailed, and nothing else.

        `within_s` bounds all of it: finding the address, connecting, each byte of the answer.
        """
        if problem := url_problem(url, allow_private=self._allow_private, longest=LONGEST_URL):
            raise OutboundRefused(_in_few_words(problem))
        try:
            request = httpx.Request(method, url, headers=HEADERS | dict(headers or {}), content=content)
            async with asyncio.timeout(within_s):
                return await self._answer(request, most_bytes)
        except TimeoutError:
            raise OutboundTimeout("no answer in time") from None
        except (httpx.InvalidURL, httpx.LocalProtocolError):
            raise OutboundRefused("such a request cannot be sent") from None  # httpx's words may repeat its headers
        except httpx.TransportError as failed:
            raise OutboundUnreachable(str(failed)[:100] or type(failed).__name__) from failed

    async def _answer(self, request: httpx.Request, most_bytes: int) -> OutboundAnswer:
        url, name = request.url, request.url.raw_host.decode("ascii")
        addresses = await self._addresses_of(name)
        async with self._connections.lane((url.scheme, name, url.port)) as transport:
            response = await self._send(request, transport, name, addresses)
            try:
                return OutboundAnswer(response.status_code, await _body(response, most_bytes))
            finally:
                await response.aclose()

    async def _addresses_of(self, name: str) -> tuple[str, ...]:
        """Where a name leads now, all of it looked at: it may lead elsewhere the next time."""
        addresses = await self._names.addresses_of(name)
        if not addresses:
            raise OutboundUnreachable("unknown host")
        if not self._allow_private and not all(map(is_public, addresses)):
            raise OutboundRefused("a private address")
        return addresses[:MOST_ADDRESSES]

    async def _send(
        self, request: httpx.Request, transport: httpx.AsyncHTTPTransport, name: str, addresses: tuple[str, ...]
    ) -> httpx.Response:
        """To the very addresses that were looked at, one after another until one is there; nothing is sent twice."""
        request.extensions = {"sni_hostname": name, "timeout": {"connect": CONNECT_S}}
        url = request.url
        for address in addresses[:-1]:
            request.url = url.copy_with(host=address)
            try:
                return await transport.handle_async_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        request.url = url.copy_with(host=addresses[-1])
        request.extensions = {"sni_hostname": name}
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is kept; what is still in flight fails."""
        await self._names.aclose()
        await self._connections.aclose()


def _in_few_words(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].removesuffix(".")


async def _body(response: httpx.Response, most_bytes: int) -> bytes:
    if response.headers.get("Content-Encoding", "").lower() not in _UNPACKED:
        raise OutboundUnreadable("packed, which was not asked for")
    found = bytearray()
    async for part in response.aiter_raw():
        found += part
        if len(found) > most_bytes:
            raise OutboundUnreadable("too large")
    return bytes(found)
