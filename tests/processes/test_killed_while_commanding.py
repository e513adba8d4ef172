"""`kill -9` while operators order commands all the time: each ends once, none is sent twice, and all are audited."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.processes.command_ledger import MARK, is_settled, violations
from tests.processes.estate import Estate, Moment, lively, open_estate, until_told
from tests.processes.people import attempt, operator_of, read_all
from tests.processes.process import Process
from tests.processes.storm import Storm

if TYPE_CHECKING:
    from homecharge.simulator.charge_point import ChargePoint

pytestmark = pytest.mark.processes

CHARGERS = 5
OPERATORS = 3
SETTINGS = {"COMMAND_TIMEOUT_S": "3"}
SETTLED_WITHIN_S = 120.0
MOMENTS: tuple[Moment, ...] = (
    ("DataTransfer", "received", "CALL"),
    ("DataTransfer", "sent", "CALLRESULT"),
    ("GetConfiguration", "sent", "CALLRESULT"),
)
KNOWS_US = {"Soak": frozenset({""})}
REFUSED = {"charger_offline"}


async def test_the_whole_server_on_sqlite_ends_every_command_once(
    sqlite_url: str, chance: random.Random, rounds: int
) -> None:
    async with Process(sqlite_url, settings=SETTINGS) as server, open_desk(sqlite_url, [server], chance) as desk:
        await desk.work_through(rounds)
        assert await desk.violations() == [], desk.story
        assert server.failures == []


async def test_a_gateway_on_postgresql_ends_every_command_once(
    postgresql_url: str, redis_url: str, chance: random.Random, rounds: int
) -> None:
    async with AsyncExitStack() as stack:
        for_all = {"redis_url": redis_url, "settings": SETTINGS}
        gateway = await stack.enter_async_context(Process(postgresql_url, roles=["gateway"], **for_all))
        rest = await stack.enter_async_context(Process(postgresql_url, roles=["api", "scheduler"], **for_all))
        desk = await stack.enter_async_context(open_desk(postgresql_url, [gateway, rest], chance))
        await desk.work_through(rounds)
        assert await desk.violations() == [], desk.story
        assert [process.failures for process in (gateway, rest)] == [[], []]


class Desk:
    """Operators and the chargers that they command. `story` tells how many commands came to what."""

    def __init__(
        self,
        estate: Estate,
        client: httpx.AsyncClient,
        cps: Sequence["ChargePoint"],
        storm: Storm,
        chance: random.Random,
    ) -> None:
        self._estate, self._client, self._cps, self._storm, self._chance = estate, client, cps, storm, chance
        self._accepted: set[str] = set()
        self._refused: list[str] = []
        self._orders = 0
        self.story = ""

    async def work_through(self, rounds: int) -> None:
        await self._storm.rage(rounds, *(self._command() for _ in range(OPERATORS)))

    async def _command(self) -> None:
        while not self._storm.is_over:
            cp = self._chance.choice(self._cps)
            answer = await attempt(self._client, "POST", self._path(cp), json=self._order())
            if answer is None:
                await asyncio.sleep(0.2)
            elif answer.status_code == HTTPStatus.ACCEPTED:
                self._accepted.add(answer.json()["id"])
            elif answer.json()["code"] not in REFUSED:
                self._refused.append(answer.text)
            await asyncio.sleep(self._chance.uniform(0, 0.2))

    def _path(self, cp: "ChargePoint") -> str:
        return f"/v1/operator/chargers/{self._estate.charger_id(cp.identity)}/commands"

    def _order(self) -> dict[str, Any]:
        self._orders += 1
        mark = f"{MARK}{self._orders}"
        payloads: dict[str, dict[str, Any]] = {
            "DataTransfer": {"vendorId": self._chance.choice(("Soak", "Nobody")), "data": mark},
            "GetConfiguration": {"key": [mark]},
            "ChangeConfiguration": {"key": mark, "value": "on"},
        }
        action = self._chance.choice(list(payloads))
        return {"action": action, "payload": payloads[action]}

    async def violations(self) -> list[str]:
        """What is wrong once nothing is on its way any more, or could have been."""
        commands = await until_told(self._commands, is_settled, within_s=SETTLED_WITHIN_S)
        log = await read_all(self._client, "/v1/operator/audit", action="charger.command")
        audited = Counter(entry["target"]["id"] for entry in log)
        frames = [frame for cp in self._cps for frame in cp.frames]
        outcomes = Counter((each["state"], (each["error"] or {}).get("code")) for each in commands)
        self.story = f"{len(self._storm.killed_at)} kills, {len(commands)} commands, {dict(outcomes)}"
        print(self.story)  # noqa: T201 - pytest shows it when asked to
        return self._refused + violations(commands, self._accepted, audited, frames)

    async def _commands(self) -> list[dict[str, Any]]:
        return [command for cp in self._cps for command in await read_all(self._client, self._path(cp))]


@asynccontextmanager
async def open_desk(url: str, processes: Sequence[Process], chance: random.Random) -> AsyncIterator[Desk]:
    """The first process holds the lines and is the victim, the last one answers people."""
    victim, api = processes[0], processes[-1]
    async with open_estate(url) as estate, operator_of(estate, api) as client, AsyncExitStack() as stack:
        behaviours = [lively(vendors=KNOWS_US, answer_delays_s={"*": 0.02}) for _ in range(CHARGERS)]
        behaviours[0].callerrors["ChangeConfiguration"] = "InternalError"
        behaviours[-1].answer_delays_s["DataTransfer"] = 1.5
        cps = [
            await stack.enter_async_context(estate.charge_point(f"CP{number}", victim.ocpp_url, behaviour))
            for number, behaviour in enumerate(behaviours)
        ]
        yield Desk(estate, client, cps, Storm(victim, cps, chance, moments=MOMENTS), chance)
