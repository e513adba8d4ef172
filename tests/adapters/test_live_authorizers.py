"""One contract for whoever asks providers about cards, and OCPI on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from homecharge.adapters.live_memory import MemoryLiveAuthorizer
from homecharge.adapters.ocpi_live import ALLOWED_TYPES, OcpiLiveAuthorizer
from homecharge.adapters.outbound import Outbound
from homecharge.domain.live_answers import LiveAnswer, LiveVerdict, LiveWish
from homecharge.ports.live_authorizer import LiveAuthorizer
from tests.ocpi_provider import BASE, ProviderStub, provider_stub

CARD = "04A1B2C3"
SLOW_S = 0.2


def wish(url: str | None, **changes: Any) -> LiveWish:
    given = {"provider_id": "p1", "live_url": url, "uid": CARD, "timeout_s": 30.0, "location_id": "home"}
    return LiveWish(**given | {"charger_id": "garage"} | changes)


@dataclass
class Scene:
    """Somebody who asks, a provider, and how the latter is made to say or do something."""

    authorizer: LiveAuthorizer
    url: str
    says: Callable[[str], None]
    is_slow: Callable[[], None]
    goes_down: Callable[[], Any]


@pytest.fixture(params=["memory", "http"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    if request.param == "memory":
        memory = MemoryLiveAuthorizer()

        async def down() -> None:
            memory.is_down = True

        yield Scene(
            memory,
            "https://ocpi.example",
            lambda allowed: memory.verdicts.update({CARD: ALLOWED_TYPES[allowed]}),
            lambda: setattr(memory, "is_slow", True),
            down,
        )
    else:
        async with asking() as (authorizer, stub):
            yield Scene(
                authorizer, stub.url, lambda allowed: stub.answers.update({CARD: allowed}), stub.gate.clear, stub.stop
            )


@asynccontextmanager
async def asking() -> AsyncIterator[tuple[OcpiLiveAuthorizer, ProviderStub]]:
    """A provider on a real socket, and who asks it."""
    outbound = Outbound(allow_private=True)
    async with provider_stub() as stub:
        yield OcpiLiveAuthorizer(outbound), stub
        await outbound.aclose()


@pytest.mark.parametrize("allowed", ALLOWED_TYPES)
async def test_what_a_provider_says_about_a_card_is_the_verdict(scene: Scene, allowed: str) -> None:
    scene.says(allowed)

    answer = await scene.authorizer.ask(wish(scene.url))

    assert (answer.verdict, answer.is_no_answer) == (ALLOWED_TYPES[allowed], False)


async def test_a_card_that_the_provider_does_not_have_is_unknown(scene: Scene) -> None:
    answer = await scene.authorizer.ask(wish(scene.url))

    assert answer.verdict is LiveVerdict.UNKNOWN


async def test_without_an_address_nobody_is_asked(scene: Scene) -> None:
    answer = await scene.authorizer.ask(wish(None))

    assert (answer.verdict, answer.is_no_answer) == (LiveVerdict.NO_ADDRESS, True)


async def test_an_answer_that_does_not_come_in_time_is_given_up(scene: Scene) -> None:
    scene.is_slow()

    answer = await scene.authorizer.ask(wish(scene.url, timeout_s=SLOW_S))

    assert (answer.verdict, answer.is_no_answer) == (LiveVerdict.TIMEOUT, True)


async def test_a_provider_that_is_down_is_unreachable(scene: Scene) -> None:
    await scene.goes_down()

    answer = await scene.authorizer.ask(wish(scene.url))

    assert (answer.verdict, answer.is_no_answer) == (LiveVerdict.UNREACHABLE, True)


async def test_a_provider_is_asked_as_ocpi_says() -> None:
    async with asking() as (authorizer, stub):
        await authorizer.ask(wish(f"{stub.url}/", credentials="s3cret\u00e9", token_type="APP_USER"))
        await authorizer.ask(wish(stub.url, location_id=None))

    first, second = stub.asked
    assert (first.method, first.target) == ("POST", f"{BASE}/tokens/{CARD}/authorize?type=APP_USER")
    assert first.headers["authorization"] == "Token czNjcmV0w6k="
    assert first.body == {"location_id": "home", "evse_uids": ["garage"]}
    assert (second.body, second.headers.get("authorization")) == (None, None)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert "x-correlation-id" in first.headers


@pytest.mark.parametrize("uid", ["A/B", "a b?c#d", "..", "%2e%2e", "\u00e9", "A;B=C&type=OTHER"])
async def test_any_uid_stays_one_step_of_the_path(uid: str) -> None:
    async with asking() as (authorizer, stub):
        stub.answers[uid] = "ALLOWED"

        answer = await authorizer.ask(wish(stub.url, uid=uid))

    assert answer.verdict is LiveVerdict.ALLOWED
    assert [(asked.uid, asked.token_type) for asked in stub.asked] == [(uid, "RFID")]


@dataclass(frozen=True)
class Badly:
    """What a provider does instead of answering, and what comes of it."""

    does: dict[str, Any]
    verdict: LiveVerdict
    detail: str
    status: int | None = 200


BAD = {
    "fails": Badly({"status": 500}, LiveVerdict.ERROR, "status 500", 500),
    "fails with an opinion": Badly({"status": 503, "status_code": 2004}, LiveVerdict.ERROR, "status 503", 503),
    "knows us not": Badly({"status": 401}, LiveVerdict.ERROR, "status 401", 401),
    "has no such address": Badly({"status": 404, "body": b"<html>"}, LiveVerdict.UNKNOWN, "status 404", 404),
    "has no such token": Badly({"status_code": 2004}, LiveVerdict.UNKNOWN, "OCPI status 2004"),
    "says so with 400": Badly({"status": 400, "status_code": 2004}, LiveVerdict.UNKNOWN, "OCPI status 2004", 400),
    "fails in OCPI": Badly({"status_code": 3001}, LiveVerdict.ERROR, "OCPI status 3001"),
    "redirects": Badly({"status": 307, "headers": {"Location": "/"}}, LiveVerdict.ERROR, "status 307", 307),
    "sends garbage": Badly({"body": b"<html>"}, LiveVerdict.ERROR, "no OCPI answer"),
    "sends a list": Badly({"body": b"[1]"}, LiveVerdict.ERROR, "no OCPI answer"),
    "sends no status": Badly({"body": b'{"status_code": true}'}, LiveVerdict.ERROR, "no OCPI answer"),
    "sends no data": Badly({"body": b'{"status_code": 1000}'}, LiveVerdict.ERROR, "without a verdict"),
    "is not sure": Badly({"data": {"allowed": "PERHAPS"}}, LiveVerdict.ERROR, "without a verdict"),
    "is no text": Badly({"data": {"allowed": ["ALLOWED"]}}, LiveVerdict.ERROR, "without a verdict"),
    "lies": Badly({"answers_about": "OTHER"}, LiveVerdict.ERROR, "another token"),
    "lies crudely": Badly({"data": {"token": "OTHER"}}, LiveVerdict.ERROR, "another token"),
    "sends too much": Badly({"body": b"[" + b" " * 70_000 + b"]"}, LiveVerdict.ERROR, "too large", None),
    "packs it": Badly({"headers": {"Content-Encoding": "gzip"}}, LiveVerdict.ERROR, "packed", None),
    "hangs up": Badly({"raw": b""}, LiveVerdict.UNREACHABLE, "disconnected", None),
    "breaks off": Badly({"headers": {"Content-Length": "9999"}, "raw": None}, LiveVerdict.TIMEOUT, "no answer", None),
    "is no server": Badly({"raw": b"what?\r\n\r\n"}, LiveVerdict.UNREACHABLE, "status line", None),
    "drips": Badly({"drip_s": 0.01}, LiveVerdict.TIMEOUT, f"no answer within {SLOW_S} s", None),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_provider_that_does_not_answer_properly_is_told_from_one_that_refuses(name: str) -> None:
    bad = BAD[name]
    async with asking() as (authorizer, stub):
        stub.answers[CARD] = "ALLOWED"
        for attribute, value in bad.does.items():
            setattr(stub, attribute, value)

        answer = await authorizer.ask(wish(stub.url, timeout_s=SLOW_S if bad.verdict is LiveVerdict.TIMEOUT else 30.0))

    assert (answer.verdict, answer.status_code) == (bad.verdict, bad.status)
    assert bad.detail in (answer.detail or "")


async def test_a_refused_card_is_told_what_the_provider_says_without_its_uid() -> None:
    async with asking() as (authorizer, stub):
        stub.answers[CARD], stub.info = "BLOCKED", f"Card {CARD.lower()}\n is blocked." + "x" * 500
        stub.data = {"authorization_reference": "R" * 40}

        answer = await authorizer.ask(wish(stub.url))

    assert answer.detail is not None
    assert answer.detail.startswith("Card 04…C3 is blocked.")
    assert len(answer.detail) <= 200
    assert answer.authorization_reference == "R" * 36


@pytest.mark.parametrize(
    ("evse_uids", "verdict"),
    [(["garage", "drive"], "ALLOWED"), (["drive"], "NOT_ALLOWED"), ([], "ALLOWED"), ("drive", "ALLOWED")],
)
async def test_a_card_that_is_allowed_at_other_chargers_only_is_not_allowed_here(
    evse_uids: object, verdict: str
) -> None:
    async with asking() as (authorizer, stub):
        stub.answers[CARD], stub.data = "ALLOWED", {"location": {"location_id": "home", "evse_uids": evse_uids}}

        answer = await authorizer.ask(wish(stub.url))

    assert answer.verdict is ALLOWED_TYPES[verdict]


@pytest.mark.parametrize("token", [None, {}, {"uid": None, "type": "RFID"}])
async def test_an_answer_that_names_no_token_is_about_the_one_that_was_asked_for(token: object) -> None:
    async with asking() as (authorizer, stub):
        stub.answers[CARD], stub.data = "ALLOWED", {"token": token}

        answer = await authorizer.ask(wish(stub.url))

    assert answer.verdict is LiveVerdict.ALLOWED


async def test_a_uid_is_compared_without_case() -> None:
    async with asking() as (authorizer, stub):
        stub.answers[CARD], stub.answers_about = "ALLOWED", f" {CARD.lower()} "

        answer = await authorizer.ask(wish(stub.url))

    assert answer.verdict is LiveVerdict.ALLOWED


async def test_a_thousand_cards_at_once_wait_for_the_provider_and_not_for_each_other() -> None:
    async with asking() as (authorizer, stub):
        stub.answers |= {f"CARD{number}": "ALLOWED" for number in range(1_000)}
        stub.gate.clear()
        checks = [asyncio.create_task(authorizer.ask(wish(stub.url, uid=uid))) for uid in stub.answers]
        await stub.until_asked(1_000)
        stub.gate.set()

        answers: list[LiveAnswer] = await asyncio.gather(*checks)

    assert {answer.verdict for answer in answers} == {LiveVerdict.ALLOWED}


async def test_a_connection_is_kept_for_the_next_card() -> None:
    async with asking() as (authorizer, stub):
        stub.answers[CARD] = "ALLOWED"

        for _ in range(5):
            await authorizer.ask(wish(stub.url))

    assert (len(stub.asked), stub.connections) == (5, 1)


async def test_nothing_is_sent_to_a_private_address_unless_that_is_allowed() -> None:
    outbound = Outbound(allow_private=False)
    async with provider_stub() as stub:
        answer = await OcpiLiveAuthorizer(outbound).ask(wish(stub.url))
    await outbound.aclose()

    assert (answer.verdict, answer.detail, stub.asked) == (LiveVerdict.UNREACHABLE, "a private address", [])


async def test_a_provider_that_accepts_and_says_nothing_costs_its_timeout_only() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        outbound = Outbound(allow_private=True)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        answer = await OcpiLiveAuthorizer(outbound).ask(wish(url, timeout_s=SLOW_S))
        await outbound.aclose()

    assert answer.verdict is LiveVerdict.TIMEOUT
