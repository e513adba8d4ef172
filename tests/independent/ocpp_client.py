"""An OCPP client that nobody here wrote, in strict mode, as a process of its own."""

import asyncio
import itertools
import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.engine.house import House


class Client:
    """The other end of the client's standard streams."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._results: dict[int, asyncio.Future[Any]] = {}
        self._received: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self.connected = asyncio.Event()
        self.violations: list[str] = []
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            event = json.loads(line)
            if "id" in event:
                self._results.pop(event["id"]).set_result(event)
            elif "received" in event:
                self._received.put_nowait((event["received"], event["params"]))
            elif "violation" in event:
                self.violations.append(event["violation"])
            elif "connected" in event:
                self.connected.set()

    async def _act(self, command: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        self._results[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": number, **command}).encode() + b"\n")
        event = await asyncio.wait_for(self._results[number], 15)
        assert "error" not in event, event["error"]
        result: dict[str, Any] = event["result"]
        return result

    async def call(self, action: str, **params: Any) -> dict[str, Any]:
        return await self._act({"call": action, "params": params})

    async def answer_with(self, action: str, **params: Any) -> None:
        await self._act({"answer": action, "params": params})

    async def expect(self, action: str) -> dict[str, Any]:
        """The next call of that action by the central system, past or to come."""
        while True:
            received, params = await asyncio.wait_for(self._received.get(), 15)
            if received == action:
                return params

    async def status(self, status: str) -> None:
        await self.call("StatusNotification", connectorId=1, errorCode="NoError", status=status)

    async def meter(self, transaction_id: int, wh: int, *, at: str) -> None:
        value = {"value": str(wh), "measurand": "Energy.Active.Import.Register", "unit": "Wh"}
        await self.call(
            "MeterValues",
            connectorId=1,
            transactionId=transaction_id,
            meterValue=[{"timestamp": at, "sampledValue": [value]}],
        )

    async def begin(self, house: House, id_tag: str) -> int:
        """What a charger does when it obeys a remote start."""
        started = await self.call(
            "StartTransaction", connectorId=1, idTag=id_tag, meterStart=1_000, timestamp=house.now().isoformat()
        )
        assert started["idTagInfo"]["status"] == "Accepted"
        await self.status("Charging")
        return int(started["transactionId"])


@asynccontextmanager
async def connected(house: House, program: list[str]) -> AsyncIterator[Client]:
    charger = house.add_charger()
    url = f"ws://127.0.0.1:{house.container.gateway.port}/ocpp"
    process = await asyncio.create_subprocess_exec(
        *program, url, "CP1", charger.ocpp.password, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    client = Client(process)
    await asyncio.wait_for(client.connected.wait(), 15)
    boot = await client.call("BootNotification", chargePointVendor="Somebody", chargePointModel="Else")
    assert boot["status"] == "Accepted"
    yield client
    assert process.stdin is not None
    process.stdin.close()
    await asyncio.wait_for(process.wait(), 15)
    client.reader.cancel()
    assert client.violations == [], client.violations
