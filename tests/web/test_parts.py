"""A download of many parts over a real socket: one answer, the room of one part, and broken off where a part fails."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta
from typing import Any
from wsgiref.types import StartResponse

import httpx
import pytest

from homecharge.domain.session_state import Status
from homecharge.observability.clock import ManualClock
from homecharge.services.downloads import ROWS_AT_ONCE
from homecharge.storage.database import Database
from homecharge.storage.queries.tokens import revoke_families
from homecharge.web.answers import NEXT_HEADER
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from homecharge.web.edge import Edge
from tests.histories import fill
from tests.web.bells import LocalBell
from tests.web.conftest import SignIn
from tests.web.serving import serving
from tests.web.test_sessions import Scene

PATH = "/v1/sessions/export"


@pytest.fixture
async def base_url(context: WebContext) -> AsyncIterator[str]:
    async with serving(Edge(create_app(context), LocalBell())) as url:
        yield url


async def test_a_file_of_many_parts_is_one_answer(base_url: str, database: Database, sign_in: SignIn) -> None:
    scene = Scene(database, sign_in())
    with database.write() as db:
        place = (scene.charger.id, scene.charger.location_id)
        drawn = fill(db, [place], [None], count=4 * ROWS_AT_ONCE, span_s=900)

    async with httpx.AsyncClient(base_url=base_url, headers=scene.headers, timeout=60) as http:
        answer = await http.get(PATH, params={"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert answer.headers["transfer-encoding"] == "chunked"
    assert "link" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("homecharge-")]
    assert [row["Session id"] for row in rows] == [
        each.id
        for each in sorted(drawn, key=lambda each: (each.at, each.id), reverse=True)
        if each.status is not Status.PLANNED
    ]


class Slow:
    """The application to a client that takes so long for a part that its token lasts for two; `then` follows each."""

    def __init__(self, context: WebContext, clock: ManualClock, then: Callable[[], None] = lambda: None) -> None:
        self._app, self._clock, self._then = create_app(context), clock, then

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answer = self._app(environ, start_response)
        self._clock.advance(timedelta(minutes=10))
        self._then()
        return answer


async def test_a_file_may_take_longer_than_the_token_that_it_was_asked_for_with(
    context: WebContext, database: Database, sign_in: SignIn, clock: ManualClock
) -> None:
    scene = Scene(database, sign_in())
    with database.write() as db:
        fill(db, [(scene.charger.id, scene.charger.location_id)], [None], count=4 * ROWS_AT_ONCE, span_s=900)

    async with (
        serving(Edge(Slow(context, clock), LocalBell())) as url,
        httpx.AsyncClient(base_url=url, headers=scene.headers, timeout=60) as http,
    ):
        answer = await http.get(PATH, params={"format": "csv"})
        again = await http.get(PATH, params={"format": "csv"})

    assert answer.content.count(b"\n") > 2 * ROWS_AT_ONCE
    assert again.json()["code"] == "token_expired"


async def test_a_file_ends_with_the_log_in_that_it_was_asked_for_with(
    context: WebContext, database: Database, sign_in: SignIn, clock: ManualClock
) -> None:
    scene = Scene(database, sign_in())
    with database.write() as db:
        fill(db, [(scene.charger.id, scene.charger.location_id)], [None], count=4 * ROWS_AT_ONCE, span_s=900)

    def sign_out() -> None:
        with database.write() as db:
            revoke_families(db, scene.ada.account_id, save=None, now=clock.now())

    async with (
        serving(Edge(Slow(context, clock, sign_out), LocalBell())) as url,
        httpx.AsyncClient(base_url=url, headers=scene.headers, timeout=60) as http,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(PATH, params={"format": "csv"})


async def test_a_file_one_of_whose_parts_is_refused_is_broken_off() -> None:
    def app(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        is_first = environ["PATH_INFO"] == "/first"
        start_response("200 OK" if is_first else "401 Unauthorized", [(NEXT_HEADER, "/second")] if is_first else [])
        return [b"half of it"]

    async with serving(Edge(app, LocalBell())) as url, httpx.AsyncClient(base_url=url, timeout=60) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get("/first")

        assert (await http.head("/first")).status_code == 200
