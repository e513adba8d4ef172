"""One contract for every source of prices, and what comes of asking those on the web."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from homecharge.adapters.outbound import Outbound
from homecharge.adapters.tariff_http import HttpTariffFeed
from homecharge.adapters.tariff_memory import MemoryTariffFeed
from homecharge.ports.tariff_feed import FeedUnavailable, TariffFeed

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
Answers = dict[str, bytes]


@asynccontextmanager
async def listening(answers: Answers) -> AsyncIterator[str]:
    """A server that answers each path with raw bytes; a path it does not know with 404."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split()[1].decode()
        writer.write(answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}"


@pytest.fixture(params=["memory", "http"])
async def feed(request: pytest.FixtureRequest) -> AsyncIterator[tuple[TariffFeed, str]]:
    """A source of prices, and the URL at which there is one."""
    text = '{"results": "\u00a3"}'
    if request.param == "memory":
        yield MemoryTariffFeed({"https://prices.example/rates": text}), "https://prices.example/rates"
    else:
        async with listening({"/rates": OK + text.encode()}) as address:
            outbound = Outbound(allow_private=True)
            yield HttpTariffFeed(outbound), f"{address}/rates"
            await outbound.aclose()


async def test_a_source_gives_its_text(feed: tuple[TariffFeed, str]) -> None:
    source, url = feed

    assert await source.fetch(url) == '{"results": "\u00a3"}'


async def test_a_source_that_has_nothing_is_unavailable(feed: tuple[TariffFeed, str]) -> None:
    source, url = feed

    with pytest.raises(FeedUnavailable) as away:
        await source.fetch(f"{url}/nothing")

    assert away.value.reason == "status 404"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: /rates\r\nConnection: close\r\n\r\n", "status 302"),
        (b"HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n", "status 500"),
        (OK + b"\xff", "not UTF-8"),
        (OK + b"x" * (4 * 1024 * 1024 + 1), "too large"),
        (b"what?\r\n\r\n", "illegal status line"),
        (b"", "Server disconnected"),
    ],
)
async def test_an_answer_that_is_none_is_told(answer: bytes, reason: str) -> None:
    async with listening({"/": answer, "/rates": OK + b"{}"}) as address:
        with pytest.raises(FeedUnavailable) as away:
            await HttpTariffFeed(Outbound(allow_private=True)).fetch(f"{address}/")

    assert reason in away.value.reason


async def test_nobody_listening_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(FeedUnavailable):
        await HttpTariffFeed(Outbound(allow_private=True)).fetch(f"http://127.0.0.1:{port}/")
