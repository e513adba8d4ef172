"""Events over a real socket, with a client that nobody here wrote: told at once, resumed, ended with a reason."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from httpx_sse import EventSource, ServerSentEvent, aconnect_sse
from sqlalchemy import delete

from homecharge.adapters.bell_memory import MemoryBell
from homecharge.adapters.bell_redis import RedisBell
from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.session_state import Status
from homecharge.engine.housekeeping import Housekeeping
from homecharge.observability.clock import ManualClock
from homecharge.ports.bell import Bell
from homecharge.services import accounts, tokens
from homecharge.services.leaving import part
from homecharge.services.members import get_member
from homecharge.storage.database import Database
from homecharge.storage.models import Member
from homecharge.storage.outbox import location_topic
from homecharge.storage.queries.members import add_member
from homecharge.storage.queries.sessions import find_session
from homecharge.storage.queries.tokens import revoke_families
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from homecharge.web.edge import Edge
from homecharge.web.streaming import STREAMS_EACH
from tests.homes import NOW, join, make_charger, make_home, make_session
from tests.web.conftest import START
from tests.web.serving import serving

Headers = dict[str, str]
SOON_S, NEVER_S = 0.2, 600.0
WITHIN_S = 30


@pytest.fixture
def bell() -> MemoryBell:
    return MemoryBell()


@pytest.fixture
def database(database_url: str, bell: MemoryBell) -> Iterator[Database]:
    database = Database(database_url, bell=bell)
    yield database
    database.close()


class Homes:
    """Who there is, with the headers that each signs in with, and what happens at their home."""

    def __init__(self, context: WebContext, database: Database) -> None:
        self.context, self.database = context, database
        self.ada = self.sign_in("Ada")
        with database.write() as db:
            self.home = make_home(db, self.ada[0])
            self.charger = make_charger(db, self.ada[0], self.home)

    def sign_in(self, name: str, role: MemberRole | None = None) -> tuple[Caller, Headers]:
        with self.database.write() as db:
            account = accounts.register(db, email=f"{name}@example.org", password_hash="", name=name, now=START)
            issued = tokens.log_in(db, account.id, device=None, access=self.context.access_tokens, now=START)
            caller = tokens.authenticate(db, issued.access_token, access=self.context.access_tokens, now=START)
            if role is not None:
                join(db, self.home, caller, role)
        return caller, {"Authorization": f"Bearer {issued.access_token}"}

    def session(self, driver: Caller | None = None, **columns: Any) -> str:
        """Something happens: a session, planned this moment."""
        with self.database.write() as db:
            return make_session(db, self.charger, driver or self.ada[0], **columns).id


@pytest.fixture
def homes(context: WebContext, database: Database) -> Homes:
    return Homes(context, database)


@asynccontextmanager
async def at_edge(context: WebContext, bell: Bell, *, look_again_s: float = NEVER_S) -> AsyncIterator[tuple[Edge, str]]:
    await bell.open()
    edge = Edge(create_app(context), bell, stream_look_again_s=look_again_s, heartbeat_s=SOON_S)
    async with serving(edge) as url:
        yield edge, url
    await bell.close()


class Listener:
    """A stream, and what has come of it so far."""

    def __init__(self, source: EventSource) -> None:
        self.source = source
        self.heard: list[ServerSentEvent] = []
        self._events = source.aiter_sse()

    async def until(self, holds: Callable[[ServerSentEvent], bool]) -> ServerSentEvent:
        """The next event of which it is true."""
        async with asyncio.timeout(WITHIN_S):
            async for event in self._events:
                assert event.data, "a heartbeat is no event"
                self.heard.append(event)
                if holds(event):
                    return event
        raise AssertionError("the stream has ended")

    async def until_told_of(self, resource: str) -> dict[str, Any]:
        event = await self.until(lambda event: event.event != "end" and event.json().get("resource") == resource)
        data: dict[str, Any] = event.json()
        return data

    async def until_end(self) -> dict[str, Any]:
        problem: dict[str, Any] = (await self.until(lambda event: event.event == "end")).json()
        with pytest.raises(StopAsyncIteration):
            await anext(self._events)
        return problem


@asynccontextmanager
async def listening(url: str, headers: Headers) -> AsyncIterator[Listener]:
    """A stream that is open and ready."""
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=WITHIN_S) as http,
        aconnect_sse(http, "GET", "/v1/events") as source,
    ):
        source.response.raise_for_status()
        listener = Listener(source)
        await listener.until(lambda event: event.event == "ready")
        listener.heard.clear()
        yield listener


async def test_a_change_is_told_with_the_whole_resource_as_a_get_shows_it(
    context: WebContext, homes: Homes, bell: MemoryBell, client: FlaskClient
) -> None:
    async with at_edge(context, bell) as (_, url), listening(url, homes.ada[1]) as listener:
        session_id = await asyncio.to_thread(homes.session)
        told = await listener.until_told_of(f"/v1/sessions/{session_id}")
        charger = await listener.until_told_of(f"/v1/chargers/{homes.charger.id}")

    shown = client.get(told["resource"], headers=homes.ada[1])
    assert told["data"] == shown.get_json()
    assert told["etag"] == shown.headers["ETag"]
    assert charger["data"] == client.get(charger["resource"], headers=homes.ada[1]).get_json()
    assert [event.event for event in listener.heard] == ["session.changed", "charger.changed"]
    assert [event.id for event in listener.heard] == [told["id"], charger["id"]]


async def test_a_lost_bell_costs_a_moment(context: WebContext, homes: Homes) -> None:
    deaf = MemoryBell()

    async with at_edge(context, deaf, look_again_s=SOON_S) as (_, url), listening(url, homes.ada[1]) as listener:
        session_id = await asyncio.to_thread(homes.session)
        told = await listener.until_told_of(f"/v1/sessions/{session_id}")

    assert told["data"]["id"] == session_id


async def test_what_a_lost_bell_would_have_told_is_told_when_it_rings_again(context: WebContext, homes: Homes) -> None:
    deaf, clock = MemoryBell(), ManualClock(datetime.now(UTC))  # noqa: TID251 - ids go by it
    terms = dict.fromkeys(("silent", "keep_messages", "agents_stay"), timedelta(1))
    housekeeping = Housekeeping(homes.database, deaf, clock, process_id="here", roles="api", **terms)

    async with at_edge(context, deaf) as (_, url), listening(url, homes.ada[1]) as listener:
        session_id = await asyncio.to_thread(homes.session)
        clock.advance(timedelta(minutes=1))
        await housekeeping.ring_again()
        told = await listener.until_told_of(f"/v1/sessions/{session_id}")

    assert told["data"]["id"] == session_id


async def test_whoever_comes_back_is_told_what_was_missed(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    async with at_edge(context, bell) as (_, url):
        async with listening(url, homes.ada[1]) as listener:
            first = await asyncio.to_thread(homes.session)
            last = (await listener.until_told_of(f"/v1/sessions/{first}"))["id"]
        missed = await asyncio.to_thread(homes.session)
        async with listening(url, {**homes.ada[1], "Last-Event-ID": last}) as listener:
            told = await listener.until_told_of(f"/v1/sessions/{missed}")

    assert told["data"]["id"] == missed
    assert "reset" not in {event.event for event in listener.heard}


async def test_whoever_was_away_too_long_is_told_to_look_anew(
    context: WebContext, homes: Homes, bell: MemoryBell
) -> None:
    old = {"Last-Event-ID": "019b0000-0000-7000-8000-000000000000"}

    async with at_edge(context, bell) as (_, url), listening(url, {**homes.ada[1], **old}) as listener:
        event = await listener.until(lambda _: True)

    assert event.event == "reset"


async def test_a_user_hears_of_their_own_sessions_only(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    bob, headers = homes.sign_in("Bob", MemberRole.USER)

    async with at_edge(context, bell) as (_, url), listening(url, headers) as listener:
        of_ada = await asyncio.to_thread(homes.session)
        of_bob = await asyncio.to_thread(homes.session, bob, due_at=NOW + timedelta(hours=1))
        await listener.until_told_of(f"/v1/sessions/{of_bob}")
        await listener.until_told_of(f"/v1/chargers/{homes.charger.id}")

    assert f"/v1/sessions/{of_ada}" not in {event.json()["resource"] for event in listener.heard}


async def test_what_is_gone_is_told_as_nothing(
    context: WebContext, homes: Homes, bell: MemoryBell, client: FlaskClient
) -> None:
    path = f"/v1/chargers/{homes.charger.id}"

    async with at_edge(context, bell) as (_, url), listening(url, homes.ada[1]) as listener:
        await asyncio.to_thread(client.delete, path, headers=homes.ada[1])
        told = await listener.until_told_of(path)

    assert (told["etag"], told["data"]) == (None, None)


async def test_whoever_is_removed_hears_no_more(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    bob, headers = homes.sign_in("Bob", MemberRole.ADMIN)

    def remove() -> None:
        with homes.database.write() as db:
            db.execute(delete(Member).where(Member.account_id == bob.account_id))

    async with at_edge(context, bell, look_again_s=SOON_S) as (edge, url), listening(url, headers) as listener:
        await asyncio.to_thread(remove)
        await asyncio.to_thread(homes.session)
        async with listening(url, homes.ada[1]) as other:
            second = await asyncio.to_thread(homes.session, due_at=NOW + timedelta(hours=1))
            await other.until_told_of(f"/v1/sessions/{second}")
        edge.stop()
        await listener.until_end()

    assert [event.event for event in listener.heard] == ["end"]


async def test_whoever_joins_hears_of_the_home_at_once_and_whoever_leaves_listens_there_no_more(
    context: WebContext, homes: Homes, bell: MemoryBell
) -> None:
    bob, headers = homes.sign_in("Bob")

    def admit() -> str:
        with homes.database.write() as db:
            add_member(db, homes.home.id, bob.account_id, MemberRole.ADMIN, now=NOW)
        return homes.session()

    def leave() -> None:
        with homes.database.write() as db:
            part(db, get_member(db, homes.home.id, bob.account_id), caller=bob, now=NOW)

    async def until_listening(*, there: bool) -> None:
        async with asyncio.timeout(WITHIN_S):
            while (location_topic(homes.home.id) in bell.topics) is not there:  # noqa: ASYNC110 - a bell says nothing of its listeners
                await asyncio.sleep(0.01)

    async with at_edge(context, bell) as (_, url), listening(url, headers) as listener:
        seen = await listener.until_told_of(f"/v1/sessions/{await asyncio.to_thread(admit)}")
        await until_listening(there=True)
        await asyncio.to_thread(leave)
        await until_listening(there=False)

    assert seen["data"]["driver"]["name"] == "Ada"


async def test_whoever_is_signed_out_is_told_so_at_once(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    def sign_out() -> None:
        with homes.database.write() as db:
            revoke_families(db, homes.ada[0].account_id, save=None, now=NOW)

    async with at_edge(context, bell) as (_, url), listening(url, homes.ada[1]) as listener:
        await asyncio.to_thread(sign_out)
        problem = await listener.until_end()

    assert problem["code"] == "token_revoked"


async def test_a_stream_ends_with_its_token(
    context: WebContext, homes: Homes, bell: MemoryBell, clock: ManualClock
) -> None:
    async with at_edge(context, bell, look_again_s=SOON_S) as (_, url), listening(url, homes.ada[1]) as listener:
        clock.advance(timedelta(minutes=16))
        problem = await listener.until_end()

    assert (problem["status"], problem["code"]) == (401, "token_expired")


async def test_a_server_that_stops_says_so(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    async with at_edge(context, bell) as (edge, url), listening(url, homes.ada[1]) as listener:
        edge.stop()
        problem = await listener.until_end()

    assert problem["code"] == "server_stopping"


async def test_one_person_may_listen_ten_times_at_once(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    async with at_edge(context, bell) as (_, url), httpx.AsyncClient(base_url=url, headers=homes.ada[1]) as http:
        async with AsyncExitStack() as streams:
            for _ in range(STREAMS_EACH):
                await streams.enter_async_context(listening(url, homes.ada[1]))
            refused = await http.get("/v1/events")
            is_free = False
        async with asyncio.timeout(WITHIN_S):
            while not is_free:
                async with http.stream("GET", "/v1/events") as response:
                    is_free = response.is_success

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
    assert int(refused.headers["Retry-After"]) > 0


async def test_listeners_keep_no_threads(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    people = [homes.sign_in(f"person{n}")[1] for n in range(5)] * STREAMS_EACH

    async with at_edge(context, bell) as (_, url), AsyncExitStack() as streams:
        http = await streams.enter_async_context(httpx.AsyncClient(base_url=url, headers=homes.ada[1]))
        before = threading.active_count()
        for headers in people:
            await streams.enter_async_context(listening(url, headers))
        answers = [await http.get("/v1/me") for _ in range(20)]
        more = threading.active_count() - before

    assert {answer.status_code for answer in answers} == {200}
    assert more < len(people) // 2


async def test_an_idle_line_is_kept_busy(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    lines = []
    async with (
        at_edge(context, bell) as (edge, url),
        httpx.AsyncClient(base_url=url, headers=homes.ada[1], timeout=WITHIN_S) as http,
        http.stream("GET", "/v1/events") as response,
    ):
        async for line in response.aiter_lines():
            lines.append(line)
            if lines.count(":") == 2:
                edge.stop()

    assert lines[0] == "retry: 2000"
    assert "event: end" in lines


async def test_who_asks_without_a_token_is_refused(context: WebContext, homes: Homes, bell: MemoryBell) -> None:
    async with at_edge(context, bell) as (_, url), httpx.AsyncClient(base_url=url) as http:
        refused = await http.get("/v1/events")
        head = await http.head("/v1/events", headers=homes.ada[1])

    assert (refused.status_code, refused.json()["code"]) == (401, "token_missing")
    assert (head.status_code, head.headers["Content-Type"]) == (200, "text/event-stream")
    assert not [name for name in head.headers if name.startswith("homecharge-")]


async def test_without_the_edge_the_news_come_and_the_answer_ends(homes: Homes, client: FlaskClient) -> None:
    answer = client.get("/v1/events", headers=homes.ada[1])

    assert answer.status_code == 200
    assert answer.get_data(as_text=True).startswith("retry: ")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_change_in_one_process_is_heard_at_another(
    context: WebContext, homes: Homes, redis_url: str, database_url: str
) -> None:
    here, there = RedisBell(redis_url), RedisBell(redis_url)
    await there.open()
    other = Database(database_url, bell=there)

    def change() -> str:
        with other.write() as db:
            return make_session(db, homes.charger, homes.ada[0], status=Status.PLANNED).id

    async with at_edge(replace(context), here) as (_, url), listening(url, homes.ada[1]) as listener:
        session_id = await asyncio.to_thread(change)
        told = await listener.until_told_of(f"/v1/sessions/{session_id}")
    other.close()
    await there.close()

    assert told["data"]["id"] == session_id
    with homes.database.read() as db:
        assert find_session(db, session_id) is not None
