"""The HTTP API of Homecharge as one signed-in driver uses it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self, TypeAlias

import httpx
from httpx_sse import EventSource, aconnect_sse

from homecharge.simulator.demo.people import Person

Resource: TypeAlias = dict[str, Any]
LOOK_EVERY_S = 0.4
WITHIN_S = 60.0
OVER = frozenset({"completed", "rejected"})


class Refused(Exception):
    """The API answered with a problem; `code` is its code."""

    def __init__(self, request: httpx.Request, status: int, problem: Resource) -> None:
        self.code = str(problem.get("code"))
        said = problem.get("errors") or problem.get("detail") or problem.get("title")
        super().__init__(f"{request.method} {request.url.path}: {status} {self.code}: {said}")


NO_ANSWER = (Refused, httpx.HTTPError)
"""How a request comes to nothing."""


class Api:
    """Signs in when it has to, and again when its token has expired."""

    def __init__(self, address: str, person: Person, password: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=70, trust_env=False)
        self._person = person
        self._password = password

    async def __aenter__(self) -> Self:
        """Open no connection yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def sign_up(self) -> None:
        """Sign up, where nobody has, and sign in."""
        account = {"email": self._person.email, "name": self._person.name, "password": self._password}
        answer = await self._client.post("/v1/auth/register", json=account)
        if answer.status_code != httpx.codes.CONFLICT:
            _body(answer)
        await self._sign_in()

    async def _sign_in(self) -> None:
        wanted = {"email": self._person.email, "password": self._password, "device": "Demo"}
        tokens = _body(await self._client.post("/v1/auth/login", json=wanted))
        self._client.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def get(self, path: str, **query: str) -> Resource:
        """The resource at `path`; raises one of NO_ANSWER, as every method here does."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: Resource | None = None) -> Resource:
        """Create or ask for something."""
        return await self._ask("POST", path, json=body)

    async def patch(self, path: str, body: Resource) -> Resource:
        """Change something."""
        return await self._ask("PATCH", path, json=body)

    async def put(self, path: str, body: Resource) -> Resource:
        """Set something."""
        return await self._ask("PUT", path, json=body)

    async def delete(self, path: str) -> None:
        """Take something away."""
        await self._ask("DELETE", path)

    async def list_all(self, path: str, **query: str) -> list[Resource]:
        """Every item of a list, page by page."""
        items: list[Resource] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await self.get(path, limit="200", **query, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next_cursor"]
        return items

    async def session_in(self, session_id: str, *statuses: str, within_s: float = WITHIN_S) -> Resource:
        """The session, once it has one of these statuses or is over; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                session = await self.get(f"/v1/sessions/{session_id}")
                if session["status"] in OVER.union(statuses):
                    return session
                await asyncio.sleep(LOOK_EVERY_S)

    async def recovery_of(self, session_id: str, *, within_s: float = WITHIN_S) -> str:
        """The id of the session that recovers this one, once there is one; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                session = await self.get(f"/v1/sessions/{session_id}")
                if session["recovered_by_session_id"] is not None:
                    return str(session["recovered_by_session_id"])
                await asyncio.sleep(LOOK_EVERY_S)

    async def first_session_of(self, occurrence_id: str, *, within_s: float = WITHIN_S) -> str:
        """The id of an occurrence's first session, once there is one; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                occurrence = await self.get(f"/v1/occurrences/{occurrence_id}")
                if occurrence["sessions"]:
                    return str(occurrence["sessions"][0])
                await asyncio.sleep(LOOK_EVERY_S)

    async def plug_of(self, charger_id: str, *, within_s: float = WITHIN_S) -> bool:
        """Whether a car is plugged in there, once the charger has said so; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                connector = (await self.get(f"/v1/chargers/{charger_id}"))["connector"]
                if connector["plugged_in"] is not None:
                    return bool(connector["plugged_in"])
                await asyncio.sleep(LOOK_EVERY_S)

    async def told_of(self, path: str, *, within_s: float = WITHIN_S) -> Resource:
        """The newest notification that leads to `path`, once there is one; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while True:
                inbox = await self.get("/v1/notifications", limit="200")
                found: list[Resource] = [each for each in inbox["items"] if each["link"] == path]
                if found:
                    return found[0]
                await asyncio.sleep(LOOK_EVERY_S)

    @asynccontextmanager
    async def listen(self, path: str, last_event_id: str | None) -> AsyncIterator[EventSource]:
        """A stream of events, from one of them on; raises one of NO_ANSWER, and is signed in again after that."""
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        async with aconnect_sse(self._client, "GET", path, headers=headers) as source:
            if source.response.status_code == httpx.codes.UNAUTHORIZED:
                await self._sign_in()
            source.response.raise_for_status()
            yield source

    async def _ask(self, method: str, path: str, **given: Any) -> Resource:
        answer = await self._client.request(method, path, **given)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            await self._sign_in()
            answer = await self._client.request(method, path, **given)
        return _body(answer)


def _body(answer: httpx.Response) -> Resource:
    body: Resource = answer.json() if answer.content else {}
    if answer.is_error:
        raise Refused(answer.request, answer.status_code, body)
    return body
