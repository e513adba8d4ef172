"""One contract for every source of prices, and the door that leads out to those on the web."""

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
            yield HttpTariffFeed(Outbound(allow_private=True)), f"{address}/rates"


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


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[::ffff:127.0.0.1]",
        "[2002:7f00:1::]",
        "2130706433",
        "224.0.0.1",
    ],
)
async def test_private_addresses_are_refused_by_default(host: str) -> None:
    with pytest.raises(FeedUnavailable) as away:
        await HttpTariffFeed(Outbound(allow_private=False)).fetch(f"http://{host}:9/")

    assert away.value.reason == "private address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://prices.example/", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("http://no-such-host.invalid/", "unknown host"),
        ("http://prices.example:port/", "Invalid port"),
    ],
)
async def test_only_the_web_is_asked(url: str, reason: str) -> None:
    with pytest.raises(FeedUnavailable) as away:
        await HttpTariffFeed(Outbound(allow_private=False)).fetch(url)

    assert reason.lower() in away.value.reason.lower()


async def test_the_server_is_told_the_name_it_was_asked_by() -> None:
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK + b"{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await HttpTariffFeed(Outbound(allow_private=True)).fetch(f"http://localhost:{port}/rates?area=C")

    assert f"Host: localhost:{port}".encode() in heads[0]
    assert heads[0].startswith(b"GET /rates?area=C ")
