"""`kill -9` while a home's cards come and go: afterwards each charger has the list that it is to have."""

import asyncio
import random
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.processes.estate import Estate, Moment, lively, open_estate, until_told
from tests.processes.people import attempt, driver_of, operator_of, read_all
from tests.processes.process import Process
from tests.processes.storm import Storm

if TYPE_CHECKING:
    from homecharge.simulator.charge_point import ChargePoint

pytestmark = pytest.mark.processes

CHARGERS = 3
MOST_CARDS = 14
SETTINGS = {"RATE_CARDS": "1000000/hour"}
SETTLED_WITHIN_S = 120.0
ROOM = {"SendLocalListMaxLength": "3"}
MOMENTS: tuple[Moment, ...] = (
    ("GetLocalListVersion", "sent", "CALLRESULT"),
    ("SendLocalList", "received", "CALL"),
    ("SendLocalList", "sent", "CALLRESULT"),
)
UNTOLD: dict[str, Any] = {"state": None, "version": None, "entries": 0}
"""What we know of a charger that was never told a list, because there was no card to tell."""
DONE = {HTTPStatus.CREATED, HTTPStatus.OK, HTTPStatus.NO_CONTENT}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_every_charger_has_its_list_and_we_know_its_version(
    request: pytest.FixtureRequest, kind: str, chance: random.Random, rounds: int
) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    async with Process(url, settings=SETTINGS) as server, open_wallet(url, server, chance) as wallet:
        for number in range(rounds):
            await wallet.change_until_killed()
            assert await wallet.violations() == [], (number, wallet.story)
        assert server.failures == []


class Wallet:
    """A home's cards, its owner who changes them, and the chargers that keep lists. `story` tells how much went on."""

    def __init__(
        self,
        estate: Estate,
        clients: tuple[httpx.AsyncClient, httpx.AsyncClient],
        cps: Sequence["ChargePoint"],
        storm: Storm,
        chance: random.Random,
    ) -> None:
        self._estate, self._cps, self._storm, self._chance = estate, cps, storm, chance
        self._owner, self._operator = clients
        self._path = f"/v1/locations/{estate.home.id}/cards"
        self._changes = 0
        self._refused: list[str] = []
        self.story = ""

    async def change_until_killed(self) -> None:
        await self._storm.rage(1, self._change())

    async def _change(self) -> None:
        """What was on its way as the server was killed may have been done or not: the home's own list tells."""
        cards: list[dict[str, Any]] = []
        while not self._storm.is_over:
            answer = await self._one_change(cards)
            if answer is not None and answer.status_code in DONE:
                self._changes += 1
            elif answer is not None:
                self._refused.append(answer.text)
            listed = await attempt(self._owner, "GET", self._path)
            if listed is not None and listed.status_code == HTTPStatus.OK:
                cards = listed.json()["items"]
            await asyncio.sleep(self._chance.choice((0.0, self._chance.uniform(0, 0.6))))

    async def _one_change(self, cards: Sequence[dict[str, Any]]) -> httpx.Response | None:
        what = self._chance.choice(("add", "add", "remove", "change") if len(cards) < MOST_CARDS else ("remove",))
        if what == "add" or not cards:
            card = {"uid": f"{self._chance.getrandbits(32):08X}", "name": "A card"}
            return await attempt(self._owner, "POST", self._path, json=card)
        chosen = self._chance.choice(cards)
        path = f"{self._path}/{chosen['id']}"
        if what == "remove":
            return await attempt(self._owner, "DELETE", path)
        return await attempt(self._owner, "PATCH", path, json={"valid": not chosen["valid"]})

    async def violations(self) -> list[str]:
        """What is wrong once the API says that every list is kept."""
        cards = await read_all(self._owner, self._path)
        chargers = await until_told(self._lists, partial(_are_kept, cards), within_s=SETTLED_WITHIN_S)
        wanted = {card["uid"].casefold(): "Accepted" if card["valid"] else "Blocked" for card in cards}
        told = sum(len(cp.received("SendLocalList")) for cp in self._cps)
        self.story = f"{len(self._storm.killed_at)} kills, {self._changes} changes, {told} updates, {len(cards)} cards"
        print(self.story)  # noqa: T201 - pytest shows it when asked to
        found = [each for cp in self._cps for each in _of_one_list(cp, chargers[cp.identity], wanted)]
        return self._refused + found

    async def _lists(self) -> dict[str, dict[str, Any]]:
        chargers = await read_all(self._operator, "/v1/support/chargers")
        return {charger["identity"]: charger["local_list"] or UNTOLD for charger in chargers}


def _are_kept(cards: Sequence[dict[str, Any]], lists: dict[str, dict[str, Any]]) -> bool:
    return all(_is_kept(listed, cards) for listed in lists.values())


def _is_kept(listed: dict[str, Any], cards: Collection[object]) -> bool:
    return listed["state"] == "kept" or (listed == UNTOLD and not cards)


def _of_one_list(cp: "ChargePoint", listed: dict[str, Any], wanted: dict[str, str]) -> list[str]:
    kept = cp.cards.local_list.statuses()
    found = [] if _is_kept(listed, wanted) else [f"{cp.identity}: {listed}"]
    if kept != wanted:
        found.append(f"{cp.identity}: keeps {kept}, and is to keep {wanted}")
    if kept and cp.cards.local_list.version != listed["version"]:
        found.append(f"{cp.identity}: version {cp.cards.local_list.version}, and we think {listed}")
    if listed["entries"] != len(kept):
        found.append(f"{cp.identity}: {len(kept)} cards, and we think {listed}")
    return found


@asynccontextmanager
async def open_wallet(url: str, server: Process, chance: random.Random) -> AsyncIterator[Wallet]:
    async with (
        open_estate(url) as estate,
        driver_of(estate, server) as owner,
        operator_of(estate, server) as operator,
        AsyncExitStack() as stack,
    ):
        behaviour = {"local_list": True, "answers": {}, "answer_delays_s": {"SendLocalList": 0.05}}
        cps = [
            await stack.enter_async_context(
                estate.charge_point(f"CP{number}", server.ocpp_url, lively(**behaviour), configuration=ROOM)
            )
            for number in range(CHARGERS)
        ]
        yield Wallet(estate, (owner, operator), cps, Storm(server, cps, chance, moments=MOMENTS), chance)
