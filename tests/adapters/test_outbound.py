"""The one door that leads out: where it does not go, what it does not wait for, and what it keeps."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from homecharge.adapters.host_connections import MOST_IDLE_LANES, PER_LANE, HostConnections
from homecharge.adapters.host_names import Lookup, look_up
from homecharge.adapters.outbound import Outbound, OutboundFailed, OutboundRefused, OutboundUnreachable
from tests.domain.test_web_addresses import PRIVATE
from tests.ocpi_provider import ProviderStub, provider_stub

LOOPBACK = "127.0.0.1"
NOBODY = "127.9.9.9"
PUBLIC = "8.8.8.8"


@contextlib.asynccontextmanager
async def door(*, allow_private: bool = True, lookup: Lookup = look_up) -> AsyncIterator[Outbound]:
    outbound = Outbound(allow_private=allow_private, lookup=lookup)
    try:
        yield outbound
    finally:
        await outbound.aclose()


class Names:
    """A name server that says something else each time, the last for ever."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str) -> tuple[str, ...]:  # noqa: ARG002 - its port gives it
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def named(stub: ProviderStub, name: str) -> str:
    return stub.url.replace(LOOPBACK, name)


@pytest.mark.parametrize("host", PRIVATE)
async def test_a_private_address_is_refused_however_it_is_written(host: str) -> None:
    async with door(allow_private=False) as outbound:
        with pytest.raises(OutboundRefused) as refused:
            await outbound.ask("GET", f"http://{host}:9/")

    assert refused.value.reason == "a private address"


@pytest.mark.parametrize("addresses", [(LOOPBACK,), (PUBLIC, LOOPBACK), (PUBLIC, "::ffff:10.0.0.1")])
async def test_a_name_that_leads_to_any_private_address_is_refused(addresses: tuple[str, ...]) -> None:
    async with provider_stub() as stub, door(allow_private=False, lookup=Names(addresses)) as outbound:
        with pytest.raises(OutboundRefused) as refused:
            await outbound.ask("GET", named(stub, "rebinding.example"))

    assert (refused.value.reason, stub.connections) == ("a private address", 0)


async def test_what_is_connected_to_is_the_very_address_that_was_looked_at() -> None:
    names = Names((LOOPBACK,), (NOBODY,))
    async with provider_stub() as stub, door(lookup=names) as outbound:
        stub.answers["1"] = "ALLOWED"

        await asyncio.gather(*(outbound.ask("GET", named(stub, "rebinding.example")) for _ in range(3)))

    assert (names.asked, len(stub.asked)) == (1, 3)
    assert stub.asked[0].headers["host"] == f"rebinding.example:{stub.url.split(':')[2].split('/')[0]}"


async def test_the_next_address_of_a_name_is_taken_where_nobody_is_at_the_first() -> None:
    async with provider_stub() as stub, door(lookup=Names((NOBODY, LOOPBACK))) as outbound:
        await outbound.ask("GET", named(stub, "two.example"))

    assert len(stub.asked) == 1


async def test_connections_are_not_shared_between_names_of_one_address() -> None:
    async with provider_stub() as stub, door(lookup=Names((LOOPBACK,))) as outbound:
        for name in ("one.example", "other.example"):
            await outbound.ask("GET", named(stub, name))

    assert stub.connections == 2


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://prices.example/", "not an http or https URL"),
        ("http://prices.example:0/", "not an http or https URL"),
        ("http://ada:secret@127.0.0.1/", "a URL with a name or a password in it is not kept"),
        ("http://127.0.0.1/" + "x" * 2_000, "at most 2000 characters"),
        ("http://no-such-host.invalid/", "unknown host"),
        (f"http://{'x' * 64}.example/", "unknown host"),
        ("http://a..example/", "unknown host"),
    ],
)
async def test_what_is_no_address_is_told_and_not_asked(url: str, reason: str) -> None:
    async with door() as outbound:
        with pytest.raises(OutboundFailed) as failed:
            await outbound.ask("GET", url)

    assert failed.value.reason == reason


async def test_a_header_that_cannot_be_sent_is_not_repeated_in_the_reason() -> None:
    async with provider_stub() as stub, door() as outbound:
        with pytest.raises(OutboundRefused) as refused:
            await outbound.ask("GET", stub.url, headers={"Authorization": "s3cret\r\n"})

    assert "s3cret" not in refused.value.reason


async def test_no_cookie_and_no_redirect_is_followed() -> None:
    async with provider_stub() as stub, door() as outbound:
        stub.status, stub.headers = 302, {"Location": "/elsewhere", "Set-Cookie": "who=you"}

        statuses = [(await outbound.ask("GET", stub.url)).status for _ in range(2)]

    assert statuses == [302, 302]
    assert [(asked.target, asked.headers.get("cookie")) for asked in stub.asked] == [("/ocpi/emsp/2.2.1", None)] * 2


async def test_a_name_that_nobody_finds_holds_up_no_other_and_is_asked_for_once_at_a_time() -> None:
    found, asked = asyncio.Event(), []

    async def lookup(host: str) -> tuple[str, ...]:
        asked.append(host)
        if host == "slow.example":
            await found.wait()
        return (LOOPBACK,)

    async with provider_stub() as stub, door(lookup=lookup) as outbound:
        waiting = [asyncio.create_task(outbound.ask("GET", named(stub, "slow.example"))) for _ in range(9)]
        await outbound.ask("GET", named(stub, "quick.example"))
        before = (sorted(asked), len(stub.asked))
        found.set()
        await asyncio.gather(*waiting)

    assert before == (["quick.example", "slow.example"], 1)
    assert (sorted(asked), len(stub.asked)) == (["quick.example", "slow.example"], 10)


async def test_connections_that_are_no_longer_needed_are_closed_but_for_some() -> None:
    connections = HostConnections()
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(PER_LANE * (MOST_IDLE_LANES + 4)):
            await stack.enter_async_context(connections.lane(("http", "one.example", 80)))
        most = sum(map(len, connections._lanes.values()))

    assert (most, sum(map(len, connections._lanes.values()))) == (MOST_IDLE_LANES + 4, MOST_IDLE_LANES)
    await connections.aclose()
    assert connections._lanes == {}


async def test_a_closed_door_breaks_off_what_is_in_flight() -> None:
    async with provider_stub() as stub, door() as outbound:
        stub.gate.clear()
        waiting = asyncio.create_task(outbound.ask("GET", stub.url))
        await stub.until_asked(1)

        await outbound.aclose()

        with pytest.raises(OutboundUnreachable):
            await waiting
