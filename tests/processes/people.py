"""People at their screens, on HTTP: a server that is killed tells them nothing, and they go on asking."""

from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx

from homecharge.domain.accounts import Caller, Role
from tests.homes import sign_up
from tests.processes.estate import Estate
from tests.processes.process import Process

PATIENCE_S = 40
Flow = Generator[httpx.Request, httpx.Response, None]


class SignedIn(httpx.Auth):
    """Signs in first, and again once the token has run out."""

    requires_response_body = True

    def __init__(self, url: str, credentials: Mapping[str, str]) -> None:
        self._url, self._credentials = url, credentials
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Flow:
        if not self._token:
            yield from self._sign_in()
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            yield from self._sign_in()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _sign_in(self) -> Flow:
        answer = yield httpx.Request("POST", f"{self._url}/v1/auth/login", json=self._credentials)
        self._token = answer.json()["access_token"]


@asynccontextmanager
async def driver_of(estate: Estate, api: Process) -> AsyncIterator[httpx.AsyncClient]:
    """The owner of the home."""
    async with _screen(estate, api, estate.driver) as client:
        yield client


@asynccontextmanager
async def operator_of(estate: Estate, api: Process) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who may tell any charger anything, and look at everything."""
    with estate.database.write() as db:
        olga = sign_up(db, "Olga", role=Role.OPERATOR)
    async with _screen(estate, api, olga) as client:
        yield client


@asynccontextmanager
async def _screen(estate: Estate, api: Process, caller: Caller) -> AsyncIterator[httpx.AsyncClient]:
    auth = SignedIn(api.http_url, estate.new_credentials(caller))
    async with httpx.AsyncClient(base_url=api.http_url, timeout=PATIENCE_S, auth=auth) as client:
        yield client


async def attempt(client: httpx.AsyncClient, method: str, path: str, **what: Any) -> httpx.Response | None:
    """The answer; None where the server was not there to give one, whatever it has done by then."""
    try:
        return await client.request(method, path, **what)
    except httpx.TransportError:
        return None


async def read_all(client: httpx.AsyncClient, path: str, **query: str) -> list[dict[str, Any]]:
    """Every item of a list, over all of its pages."""
    found: list[dict[str, Any]] = []
    asked = {**query, "limit": "200"}
    while True:
        answer = await client.get(path, params=asked)
        assert answer.status_code == HTTPStatus.OK, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]
