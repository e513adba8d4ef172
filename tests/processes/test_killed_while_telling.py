"""`kill -9` while people are told: every end is in the inbox once, at the webhook, and among the events."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx
import pytest
from httpx_sse import SSEError, aconnect_sse
from sqlalchemy import exists, select

from homecharge.domain.session_state import Session, Status
from homecharge.services import notification_settings
from homecharge.storage.models import ChargingSession, Delivery, NotificationRow
from tests.hooks import HookServer, hook_server
from tests.processes.estate import A_MOMENT, Estate, lively, open_estate, until
from tests.processes.process import Process

if TYPE_CHECKING:
    from homecharge.simulator.charge_point import ChargePoint

pytestmark = pytest.mark.processes

CHARGERS = 6
SETTINGS = {"OUTBOUND_PRIVATE": "allow"}
SETTLED_WITHIN_S = 200.0
"""What was being sent as the process died is sent again a minute later."""
LONGEST_CALM_S = 2.5
LAST = {"finished", "ended_short", "rejected", "cancelled"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_whatever_ended_is_told_once_and_nothing_is_lost(
    request: pytest.FixtureRequest, kind: str, chance: random.Random, rounds: int
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    async with Process(url, settings=SETTINGS) as server, open_village(url, server, chance) as village:
        for _ in range(rounds):
            await village.charge_until_killed()
        assert await village.violations() == [], village.story
        assert server.failures == []


class Village:
    """Chargers with a driver who listens, and who has a webhook. `story` tells what came of it."""

    def __init__(
        self, estate: Estate, server: Process, hooks: HookServer, cps: Sequence["ChargePoint"], chance: random.Random
    ) -> None:
        self._estate, self._server, self._hooks, self._cps, self._chance = estate, server, hooks, cps, chance
        self._is_over = False
        self.heard: dict[str, str] = {}
        self.story = ""
        with estate.database.write() as db:
            notification_settings.add_webhook(db, hooks.url, allow_private=True, caller=estate.driver, now=estate.now())

    async def charge_until_killed(self) -> None:
        """Killed at any time, or in the very moment in which a webhook is told something."""
        self._is_over = False
        async with asyncio.TaskGroup() as group:
            for cp in self._cps:
                group.create_task(self._charge(cp))
            await asyncio.sleep(self._chance.uniform(0, LONGEST_CALM_S))
            if self._chance.random() < 0.5:
                taken = len(self._hooks.taken) + self._chance.randint(1, 4)
                await self._hooks.until(lambda: len(self._hooks.taken) >= taken)
            self._server.kill()
            self._is_over = True
            await self._server.ended()
            await self._server.start()

    async def _charge(self, cp: "ChargePoint") -> None:
        """A car that is away at first, now and then: the try is rejected, and recovered when it comes."""
        while not self._is_over:
            if self._chance.random() < 0.3:
                await cp.unplug()
            session = await asyncio.to_thread(self._estate.boost, cp.identity, A_MOMENT)
            await asyncio.sleep(self._chance.uniform(0, 2))
            await cp.plug_in()
            await self._until_over(session)

    async def _until_over(self, session: Session) -> None:
        with suppress(TimeoutError):  # the server may not be there; the next round goes on with it
            await self._estate.until_status(session.id, Status.COMPLETED, Status.REJECTED, within_s=10)

    async def listen(self, credentials: dict[str, str]) -> None:
        """As an app does: a stream that breaks off is resumed from the last event on, if need be with a new token."""
        signed_in: dict[str, str] = {}
        last: dict[str, str] = {}
        async with httpx.AsyncClient(base_url=self._server.http_url, timeout=60) as http:
            while True:
                with suppress(httpx.HTTPError, SSEError):
                    if not signed_in:
                        signed_in = await _sign_in(http, credentials)
                    async with aconnect_sse(http, "GET", "/v1/events", headers=signed_in | last) as source:
                        if source.response.status_code == HTTPStatus.UNAUTHORIZED:
                            signed_in = {}
                        async for event in source.aiter_sse():
                            last = {"Last-Event-ID": event.id}
                            if event.event == "session.changed":
                                data = event.json()["data"]
                                self.heard[data["id"]] = data["status"]
                await asyncio.sleep(0.2)

    async def violations(self) -> list[str]:
        """What is wrong once nothing is on its way any more."""
        await until(self._is_settled, within_s=SETTLED_WITHIN_S, every_s=1)
        sessions = self._estate.sessions()
        with self._estate.database.read() as db:
            n = NotificationRow
            told = db.execute(select(n.id, n.kind, n.session_id, n.charger_id)).all()
        statuses, kinds = Counter(each.status.value for each in sessions), Counter(row.kind for row in told)
        self.story = f"{dict(statuses)}, {dict(kinds)}, {len(self._hooks.taken)} at the webhook"
        print(self.story)  # noqa: T201 - pytest shows it when asked to
        times = Counter((row.kind, row.session_id or row.charger_id) for row in told)
        return [
            *(f"told {count} times: {what}" for what, count in times.items() if count > 1),
            *(f"never told: {each.id}" for each in sessions if not any((kind, each.id) in times for kind in LAST)),
            *self._at_the_webhook({row.id for row in told}),
            *self._unheard(sessions),
        ]

    def _at_the_webhook(self, ids: set[str]) -> Iterator[str]:
        """It may be told twice, under one id."""
        sent: dict[str, set[str]] = {}
        for hooked in self._hooks.taken:
            sent.setdefault(hooked.document["data"]["id"], set()).add(hooked.headers["webhook-id"])
        yield from (f"never sent: {id_}" for id_ in ids - sent.keys())
        yield from (f"of nothing: {id_}" for id_ in sent.keys() - ids)
        yield from (f"under several ids: {id_}" for id_, webhook_ids in sent.items() if len(webhook_ids) > 1)

    def _unheard(self, sessions: Sequence[Session]) -> Iterator[str]:
        for each in sessions:
            if (heard := self.heard.get(each.id)) != each.status:
                yield f"heard of {each.id}: {heard}, not {each.status}"

    def _is_settled(self) -> bool:
        s, d = ChargingSession, Delivery
        is_busy = exists().where(s.wake_at.is_not(None) | s.tell_at.is_not(None) | (s.open_until > self._estate.now()))
        is_sending = exists().where(d.wake_at.is_not(None))
        with self._estate.database.read() as db:
            if db.scalar(select(is_busy | is_sending)):
                return False
        return not any(self._unheard(self._estate.sessions()))


async def _sign_in(http: httpx.AsyncClient, credentials: dict[str, str]) -> dict[str, str]:
    response = await http.post("/v1/auth/login", json=credentials)
    return {"Authorization": f"Bearer {response.raise_for_status().json()['access_token']}"}


@asynccontextmanager
async def open_village(url: str, server: Process, chance: random.Random) -> AsyncIterator[Village]:
    async with open_estate(url) as estate, hook_server() as hooks, AsyncExitStack() as stack:
        names = [f"CP{number}" for number in range(CHARGERS)]
        cps = [estate.charge_point(name, server.ocpp_url, lively()) for name in names]
        village = Village(estate, server, hooks, cps, chance)
        listening = asyncio.create_task(village.listen(estate.new_credentials(estate.driver)))
        stack.callback(listening.cancel)
        for cp in cps:
            stack.push_async_callback(cp.close)
            await cp.connect()
            await cp.plug_in()
        yield village
