"""The edge over a real socket: bodies, problems, and `Prefer: wait` that keeps no thread."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from homecharge.domain.accounts import Role
from homecharge.services.passwords import AT_A_TIME
from homecharge.web.api.accounts.routes import area as accounts
from homecharge.web.app import create_app
from homecharge.web.bodies import FILE_PATHS, LARGEST_BODY, LARGEST_FILE
from homecharge.web.context import WebContext
from homecharge.web.edge import Edge
from homecharge.web.headers import PLAIN
from tests.web.bells import LocalBell
from tests.web.conftest import SignIn
from tests.web.serving import serving
from tests.web.things import Things

THING = "/v1/things/00000000-0000-7000-8000-000000000001"
BODY = {"name": "a"}


@pytest.fixture
def bell() -> LocalBell:
    return LocalBell()


@pytest.fixture
def edge(context: WebContext, things: Things, bell: LocalBell) -> Edge:
    app = create_app(context, areas=[things.area, accounts])
    return Edge(app, bell, look_again_s=0.2, body_timeout_s=0.5)


@pytest.fixture
async def base_url(edge: Edge) -> AsyncIterator[str]:
    async with serving(edge) as url:
        yield url


@pytest.fixture
async def http(base_url: str, sign_in: SignIn) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=base_url, headers=sign_in(Role.DRIVER), timeout=30, limits=limits) as client:
        yield client


async def test_waiting_ends_with_the_settled_representation(
    http: httpx.AsyncClient, things: Things, bell: LocalBell
) -> None:
    waiting = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Prefer": "wait=30"}))
    await bell.until(1)
    things.finish(THING[-36:])
    bell.ring(f"thing:{THING[-36:]}")
    response = await waiting

    assert (response.status_code, response.json()["id"]) == (200, THING[-36:])
    assert response.headers["Preference-Applied"] == "wait=30"
    assert response.headers["Location"] == THING
    assert response.headers["ETag"] == '"1"'


async def test_what_is_settled_already_is_not_waited_for(http: httpx.AsyncClient, things: Things) -> None:
    things.are_done_at_once = True

    response = await http.post("/v1/things", json=BODY, headers={"Prefer": "wait=30"})

    assert response.status_code == 200


async def test_a_lost_bell_costs_a_moment(http: httpx.AsyncClient, things: Things, bell: LocalBell) -> None:
    waiting = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Prefer": "wait=30"}))
    await bell.until(1)
    things.finish(THING[-36:])
    response = await waiting

    assert response.status_code == 200


async def test_when_the_time_is_over_it_is_still_accepted(http: httpx.AsyncClient) -> None:
    response = await http.post("/v1/things", json=BODY, headers={"Prefer": "wait=1"})

    assert (response.status_code, response.headers["Location"]) == (202, THING)
    assert response.headers["Preference-Applied"] == "wait=1"


@pytest.mark.parametrize("prefer", ["wait=0", "wait=soon", "wait=-1", "respond-async", "await=9", ""])
async def test_no_preference_or_a_senseless_one_waits_for_nothing(http: httpx.AsyncClient, prefer: str) -> None:
    response = await http.post("/v1/things", json=BODY, headers={"Prefer": prefer})

    assert response.status_code == 202
    assert "Preference-Applied" not in response.headers


async def test_what_comes_soon_is_waited_for_without_a_preference(
    http: httpx.AsyncClient, things: Things, bell: LocalBell
) -> None:
    things.patience_s = 30
    waiting = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Idempotency-Key": "k"}))
    await bell.until(1)
    replay = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Idempotency-Key": "k"}))
    await bell.until(2)
    things.finish(THING[-36:])
    bell.ring(f"thing:{THING[-36:]}")

    for response in await asyncio.gather(waiting, replay):
        assert (response.status_code, response.headers["Location"]) == (201, THING)
        assert "Preference-Applied" not in response.headers


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async"])
async def test_whoever_prefers_not_to_wait_is_not_made_to(http: httpx.AsyncClient, things: Things, prefer: str) -> None:
    things.patience_s = 30

    response = await http.post("/v1/things", json=BODY, headers={"Prefer": prefer})

    assert (response.status_code, "Homecharge-Patience" in response.headers) == (202, False)


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("respond-async, wait=30", "wait=30"),
        ('WAIT="30"', "wait=30"),
        ("wait = 30; x=1", "wait=30"),
        ("wait=999", "wait=60"),
    ],
)
async def test_a_preference_may_be_spelt_in_many_ways(
    http: httpx.AsyncClient, things: Things, bell: LocalBell, prefer: str, applied: str
) -> None:
    waiting = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Prefer": prefer}))
    await bell.until(1)
    things.finish(THING[-36:])
    response = await waiting

    assert response.headers["Preference-Applied"] == applied


async def test_an_answer_that_promises_nothing_is_given_at_once(http: httpx.AsyncClient) -> None:
    response = await http.post("/v1/things", json={}, headers={"Prefer": "wait=30"})

    assert response.status_code == 422


async def test_a_replay_waits_as_the_first_did(http: httpx.AsyncClient, things: Things, bell: LocalBell) -> None:
    headers = {"Idempotency-Key": "k", "Prefer": "wait=30"}
    first = asyncio.create_task(http.post("/v1/things", json=BODY, headers=headers))
    await bell.until(1)
    second = asyncio.create_task(http.post("/v1/things", json=BODY, headers=headers))
    await bell.until(2)
    things.finish(THING[-36:])
    bell.ring(f"thing:{THING[-36:]}")
    statuses = [(await first).status_code, (await second).status_code]

    assert statuses == [200, 200]
    assert things.asked == ["a"]


async def test_a_client_that_leaves_ends_its_wait(http: httpx.AsyncClient, bell: LocalBell) -> None:
    waiting = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Prefer": "wait=60"}))
    await bell.until(1)

    waiting.cancel()
    await bell.until(0)

    assert bell.count() == 0


async def test_a_process_that_stops_lets_nobody_wait(http: httpx.AsyncClient, edge: Edge, bell: LocalBell) -> None:
    waiting = asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Prefer": "wait=60"}))
    await bell.until(1)

    edge.stop()
    response = await waiting

    assert response.status_code == 202


async def test_fifty_who_wait_slow_nobody_down(http: httpx.AsyncClient, edge: Edge, bell: LocalBell) -> None:
    waiting = [
        asyncio.create_task(http.post("/v1/things", json=BODY, headers={"Prefer": "wait=60"})) for _ in range(50)
    ]
    await bell.until(50)

    others = [await http.get("/v1/things") for _ in range(50)]
    still_waiting = [not task.done() for task in waiting]
    edge.stop()
    answers = await asyncio.gather(*waiting)

    assert {other.status_code for other in others} == {200}
    assert all(still_waiting)  # in threads, eight who wait would stop everybody until their minute is over
    assert {answer.status_code for answer in answers} == {202}


async def test_a_body_in_chunks_is_read_whole(http: httpx.AsyncClient, things: Things) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for part in (b'{"na', b'me": "in ', b'parts"}'):
            yield part

    response = await http.post("/v1/things", content=chunks(), headers={"Content-Type": "application/json"})

    assert response.status_code == 202
    assert things.asked == ["in parts"]


@pytest.mark.parametrize("is_chunked", [True, False])
async def test_a_body_beyond_the_limit_is_refused(http: httpx.AsyncClient, *, is_chunked: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 1024 + 1):
            yield b" " * 1024

    content = chunks() if is_chunked else b" " * (LARGEST_BODY + 1)

    response = await http.post("/v1/things", content=content, headers={"Content-Type": "application/json"})

    document = response.json()
    assert (response.status_code, document["code"]) == (413, "body_too_large")
    assert document["detail"].endswith(".")
    assert document["request_id"] == response.headers["X-Request-Id"]
    assert response.headers["Content-Type"] == "application/problem+json"
    assert {name: response.headers.get(name) for name in PLAIN} == PLAIN


async def test_a_file_may_be_larger_up_to_a_limit_of_its_own(http: httpx.AsyncClient, base_url: str) -> None:
    [path] = FILE_PATHS
    reader, writer = await asyncio.open_connection("127.0.0.1", int(base_url.rpartition(":")[2]))

    taken = await http.post(path, content=b" " * (LARGEST_BODY + 1))
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGEST_FILE + 1}\r\n\r\n".encode())
    refused = await reader.readline()

    assert taken.status_code == 404  # it was read: there is nothing but things here
    assert refused.startswith(b"HTTP/1.1 413 ")
    writer.close()


async def test_a_body_that_does_not_come_is_not_waited_for(base_url: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(base_url.rpartition(":")[2]))
    writer.write(b"POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")

    answer = await reader.read()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"body_too_slow" in answer
    writer.close()


async def test_a_flood_of_logins_stops_nobody_else(http: httpx.AsyncClient, context: WebContext) -> None:
    turns = context.passwords._turns
    for _ in range(AT_A_TIME):
        turns.acquire()
    login = {"email": "ada@example.org", "password": "correct horse battery"}
    flood = [asyncio.create_task(http.post("/v1/auth/login", json=login)) for _ in range(20)]

    others = [(await http.get("/v1/things")).status_code for _ in range(20)]
    is_flood_waiting = not any(request.done() for request in flood)
    for _ in range(AT_A_TIME):
        turns.release()
    answers = {answer.status_code for answer in await asyncio.gather(*flood)}

    assert others == [200] * 20
    assert is_flood_waiting
    assert answers == {401, 429}


async def test_head_is_get_without_a_body(http: httpx.AsyncClient) -> None:
    got = await http.get("/healthz")

    head = await http.head("/healthz")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


async def test_nobody_outside_sees_or_says_what_is_ours(http: httpx.AsyncClient) -> None:
    await http.post("/v1/things", json=BODY)

    seen = await http.get(THING)
    said = await http.get("/readyz", headers={"Homecharge-Bus": "down", "Homecharge_Bus": "down"})

    assert not [name for name in seen.headers if name.startswith("homecharge-")]
    assert said.status_code == 200


async def test_a_bus_that_is_away_makes_the_process_unready(http: httpx.AsyncClient, bell: LocalBell) -> None:
    bell.is_up = False

    response = await http.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": {"database": "ok", "bus": "unavailable"}}
    assert "Retry-After" in response.headers


@pytest.mark.parametrize(("given", "is_kept"), [("order-66", True), ("a b", False), ("x" * 65, False), ("", False)])
async def test_a_sane_request_id_is_kept(http: httpx.AsyncClient, given: str, *, is_kept: bool) -> None:
    response = await http.get("/v1/broken", headers={"X-Request-Id": given})

    assert (response.headers["X-Request-Id"] == given) is is_kept
    assert response.json()["request_id"] == response.headers["X-Request-Id"]


async def test_nothing_tells_what_the_server_is(http: httpx.AsyncClient) -> None:
    response = await http.get("/healthz")

    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers
