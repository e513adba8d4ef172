"""`kill -9` while cards are held to chargers and their provider takes its time: one session for each start."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import select

from homecharge.domain.session_state import Status
from homecharge.storage.models import TransactionRow
from tests.cards import add_card, add_provider, take
from tests.ocpi_provider import ProviderStub, provider_stub
from tests.processes.card_ledger import Ours, violations
from tests.processes.estate import Estate, Moment, lively, open_estate, until_told
from tests.processes.people import operator_of, read_all
from tests.processes.process import Process
from tests.processes.storm import Storm

if TYPE_CHECKING:
    from homecharge.simulator.charge_point import ChargePoint

pytestmark = pytest.mark.processes

CHARGERS = 6
SETTINGS = {"OUTBOUND_PRIVATE": "allow", "REFUSED_GRACE_S": "2", "STOP_AGAIN_S": "1,1,1"}
SETTLED_WITHIN_S = 120.0
A_LONG_TIME_S = 120.0
LIVE_TIMEOUT_S = 2.0
DELAYS_S = (0.0, 0.1, 0.5, 1.0, LIVE_TIMEOUT_S + 0.5)
WORDS = ("ALLOWED", "ALLOWED", "ALLOWED", "BLOCKED", "NO_CREDIT", None)
MOMENTS: tuple[Moment, ...] = (
    ("Authorize", "sent", "CALL"),
    ("Authorize", "received", "CALLRESULT"),
    ("StartTransaction", "sent", "CALL"),
    ("StartTransaction", "received", "CALLRESULT"),
)
UNDECIDED = {Status.PLANNED, Status.STARTING}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_every_start_has_one_session_and_what_was_granted_was_said(
    request: pytest.FixtureRequest, kind: str, chance: random.Random, rounds: int
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    async with Process(url, settings=SETTINGS) as server, open_forecourt(url, server, chance) as forecourt:
        for number in range(rounds):
            await forecourt.charge_until_killed()
            assert await forecourt.violations() == [], (number, forecourt.story)
        assert server.failures == []


class Forecourt:
    """Chargers at which people hold cards, each card once. `story` tells what came of the cards."""

    def __init__(
        self,
        estate: Estate,
        client: httpx.AsyncClient,
        provider: ProviderStub,
        cps: Sequence["ChargePoint"],
        storm: Storm,
        chance: random.Random,
    ) -> None:
        self._estate, self._client, self._provider = estate, client, provider
        self._cps, self._storm, self._chance = cps, storm, chance
        self._uids = (f"CARD{number:06}" for number in itertools.count(1))
        with estate.database.write() as db:
            take(db, estate.home.id, guest=True)
            self._provider_id = add_provider(db, live_url=provider.url, live_timeout_s=LIVE_TIMEOUT_S)
        self.story = ""

    async def charge_until_killed(self) -> None:
        await self._storm.rage(1, *(self._charge(cp) for cp in self._cps))

    async def _charge(self, cp: "ChargePoint") -> None:
        """One driver after the other; whoever is there at the end stays, or leaves."""
        while not self._storm.is_over:
            await cp.unplug()
            await asyncio.sleep(self._chance.uniform(0, 0.3))
            await cp.plug_in()
            uid = await self._new_card()
            self._provider.delay_s = self._chance.choice(DELAYS_S)
            if self._chance.random() < 0.5:
                await cp.present_card(uid)
            else:
                await cp.start_transaction(uid)
            await asyncio.sleep(self._chance.uniform(0, 2.5))
        if self._chance.random() < 0.3:
            await cp.unplug()

    async def _new_card(self) -> str:
        """Of the provider that has to be asked about it, also where it may charge without an answer."""
        uid, word = next(self._uids), self._chance.choice(WORDS)
        if word is not None:
            self._provider.answers[uid] = word
        whitelist = self._chance.choice(("NEVER", "ALLOWED_OFFLINE"))
        await asyncio.to_thread(self._add_card, uid, whitelist)
        return uid

    def _add_card(self, uid: str, whitelist: str) -> None:
        with self._estate.database.write() as db:
            add_card(db, uid, self._provider_id, whitelist=whitelist)

    async def violations(self) -> list[str]:
        """What is wrong once all of it is answered."""
        back_at = self._storm.back_at[-1]
        _, found = await until_told(self._look, _is_settled, within_s=SETTLED_WITHIN_S)
        sessions = Counter((s.status.value, s.reason) for ours in found.values() for s in ours.sessions)
        codes = Counter(each["code"] for ours in found.values() for each in ours.authorizations)
        self.story = f"{len(self._storm.killed_at)} kills, {dict(sessions)}, {dict(codes)}"
        print(self.story)  # noqa: T201 - pytest shows it when asked to
        return [
            f"{cp.identity}: {wrong}"
            for cp in self._cps
            for wrong in violations(cp.frames, found[cp.identity], back_at=back_at)
        ]

    async def _look(self) -> tuple[bool, dict[str, Ours]]:
        """Whether every charger had said all that it has to say, and what we knew after that."""
        is_quiet = all(map(_is_quiet, self._cps))
        return is_quiet, {cp.identity: await self._ours(cp.identity) for cp in self._cps}

    async def _ours(self, identity: str) -> Ours:
        charger_id = self._estate.charger_id(identity)
        decisions = await read_all(self._client, "/v1/operator/authorizations", charger_id=charger_id)
        sessions = await asyncio.to_thread(self._estate.sessions_of, identity)
        return Ours(sessions, await asyncio.to_thread(self._transactions, charger_id), decisions)

    def _transactions(self, charger_id: str) -> dict[int, bool]:
        """Whether each is open."""
        t = TransactionRow
        with self._estate.database.read() as db:
            rows = db.execute(select(t.id, t.stopped_at, t.is_lost).where(t.charger_id == charger_id)).all()
        return {row.id: row.stopped_at is None and not row.is_lost for row in rows}


def _is_settled(told: tuple[bool, dict[str, Ours]]) -> bool:
    is_quiet, found = told
    return is_quiet and all(s.status not in UNDECIDED for ours in found.values() for s in ours.sessions)


def _is_quiet(cp: "ChargePoint") -> bool:
    """Nothing is to be sent or answered any more, and what was refused has ended."""
    is_refused = any(plug.transaction is not None and plug.transaction.refused for plug in cp.charging.plugs())
    return cp.outbox.is_open and not cp.queued and not is_refused


@asynccontextmanager
async def open_forecourt(url: str, server: Process, chance: random.Random) -> AsyncIterator[Forecourt]:
    async with (
        open_estate(url) as estate,
        operator_of(estate, server) as operator,
        provider_stub() as provider,
        AsyncExitStack() as stack,
    ):
        switches: list[dict[str, Any]] = [{"keep_refused_transaction": number < 2} for number in range(CHARGERS)]
        cps = [
            await stack.enter_async_context(
                estate.charge_point(f"CP{number}", server.ocpp_url, lively(call_timeout_s=A_LONG_TIME_S, **chosen))
            )
            for number, chosen in enumerate(switches)
        ]
        storm = Storm(server, cps, chance, moments=MOMENTS)
        yield Forecourt(estate, operator, provider, cps, storm, chance)
