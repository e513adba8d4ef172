"""The one door for requests to URLs that others gave us: http(s) only, no redirects, no private addresses."""

import asyncio
import ipaddress
import socket

import httpx

SCHEMES = frozenset({"http", "https"})
TIMEOUT_S = 10.0
WHOLE_S = 25.0
MOST_BYTES = 4 * 1024 * 1024


class OutboundRefused(httpx.TransportError):
    """We do not go there; the words say why."""


class Outbound:
    """Asks others over HTTP. `allow_private` is HOMECHARGE_OUTBOUND_PRIVATE: the loopback and home networks, too."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    async def get(self, url: str) -> bytes:
        """The body of a 200 answer. Raises httpx.HTTPError, httpx.InvalidURL or TimeoutError for anything else."""
        if httpx.URL(url).scheme not in SCHEMES:
            raise OutboundRefused("neither http nor https")
        async with (
            asyncio.timeout(WHOLE_S),
            httpx.AsyncClient(
                transport=_Pinned(allow_private=self._allow_private),
                timeout=TIMEOUT_S,
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise OutboundRefused(f"status {answer.status_code}")
            found = bytearray()
            async for part in answer.aiter_bytes():
                found += part
                if len(found) > MOST_BYTES:
                    raise OutboundRefused("too large")
            return bytes(found)


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to the very address that was looked at: a name may lead elsewhere the next moment."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpx.AsyncHTTPTransport()

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        addresses = await _addresses_of(host, request.url.port)
        if not self._allow_private and not all(map(_is_public, addresses)):
            raise OutboundRefused("private address")
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=addresses[0])
        return await self._inner.handle_async_request(request)


async def _addresses_of(host: str, port: int | None) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise OutboundRefused("unknown host") from None
    return [str(address[0]) for *_, address in found]


def _is_public(address: str) -> bool:
    """Out there for everybody; an IPv4 address in the clothes of IPv6 is what it is beneath."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    return ip.is_global and not ip.is_multicast
