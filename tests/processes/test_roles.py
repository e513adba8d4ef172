"""Roles in several processes, how they drain, what they refuse, and what they do when another one or Redis is gone."""

import asyncio
import contextlib
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from homecharge.domain.session_state import Status
from homecharge.storage import schema
from homecharge.storage.database import Database
from tests.processes.cable import Cable
from tests.processes.estate import Estate, LineRow, lively, open_estate, until
from tests.processes.people import driver_of
from tests.processes.process import Process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]

DRAIN_S = 25.0
REFUSED = 1


async def test_sigterm_drains_and_what_is_in_flight_finishes(sqlite_url: str) -> None:
    slow = lively(answer_delays_s={"RemoteStartTransaction": 1.0}, reconnect_s=30)
    async with open_estate(sqlite_url) as estate, Process(sqlite_url) as process:
        async with estate.charge_point("CP1", process.ocpp_url, slow) as cp, asyncio.timeout(60):
            await cp.plug_in()
            boost = estate.boost("CP1")
            await cp.expect("RemoteStartTransaction", within_s=20)
            began = asyncio.get_running_loop().time()
            status = await process.terminate()
            took_s = asyncio.get_running_loop().time() - began
            [session] = estate.sessions_of("CP1")
            line = estate.line("CP1")

        assert status == 0
        assert took_s < DRAIN_S
        assert session.id == boost.id
        assert session.command_answer == "accepted" or session.status is Status.CHARGING
        assert line.gateway_id is None
        assert line.offline_cause == "gateway"
        assert process.failures == []


async def test_a_second_run_on_the_same_file_is_refused_in_words(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    async with Process(url):
        second = Process(url)
        await second.launch()
        status = await second.ended()

    assert status == REFUSED
    assert "One process per SQLite file" in _said(second)


async def test_sigterm_before_anything_has_begun_ends_it_at_once(sqlite_url: str, tmp_path: Path) -> None:
    process = Process(sqlite_url)
    with contextlib.closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the start waits for it
        await process.launch()
        await until((tmp_path / "test.db.lock").exists, within_s=60)
        process.signal(signal.SIGTERM)
        other.execute("ROLLBACK")
    status = await process.ended()

    assert (status, process.logged) == (0, [])


@pytest.mark.parametrize("setting", ["HTTP", "OCPP"])
async def test_an_address_that_is_taken_is_refused_in_words(sqlite_url: str, setting: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        process = Process(sqlite_url, settings={f"{setting}_PORT": str(port)})
        await process.launch()
        status = await process.ended()

    assert status == REFUSED
    assert f"cannot listen on 127.0.0.1:{port}" in _said(process)
    assert f"HOMECHARGE_{setting}_PORT" in _said(process)
    assert "Traceback" not in _said(process), _said(process)


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_an_old_schema_on_postgresql_is_refused_with_the_command(empty_database_url: str) -> None:
    early = Process(empty_database_url)
    await early.launch()
    status = await early.ended()
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    database.close()
    async with Process(empty_database_url) as process:
        pass

    assert status == REFUSED
    assert "homecharge db upgrade" in _said(early)
    assert process.failures == []


async def test_a_boost_passes_through_three_processes_and_back(postgresql_url: str, redis_url: str) -> None:
    async with (
        open_split(postgresql_url, redis_url) as (estate, [api, gateway, scheduler]),
        estate.charge_point("CP1", gateway.ocpp_url) as cp,
        driver_of(estate, api) as client,
    ):
        await cp.plug_in()
        answer = await client.post(
            f"/v1/chargers/{estate.charger_id('CP1')}/boost", json={"limit": None}, headers={"Prefer": "wait=20"}
        )
        [started] = cp.received("RemoteStartTransaction")
        [session] = estate.sessions_of("CP1")

    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["status"] == "charging"
    assert started.payload["idTag"] == session.tag
    assert [process.failures for process in (api, gateway, scheduler)] == [[], [], []]


async def test_a_boost_without_a_line_is_decided_by_the_scheduler(postgresql_url: str, redis_url: str) -> None:
    async with (
        open_split(postgresql_url, redis_url, OFFLINE_GRACE_S="1") as (estate, [api, *_]),
        driver_of(estate, api) as client,
    ):
        estate.add_chargers("CP1")
        answer = await client.post(
            f"/v1/chargers/{estate.charger_id('CP1')}/boost", json={"limit": None}, headers={"Prefer": "wait=20"}
        )

    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["rejection"]["code"] == "charger_offline"


async def test_chargers_of_a_dead_gateway_are_offline_as_of_its_last_beat_and_move_to_another(
    postgresql_url: str, redis_url: str
) -> None:
    def gateway() -> Process:
        return Process(postgresql_url, redis_url=redis_url, roles=["gateway"])

    scheduler = Process(postgresql_url, redis_url=redis_url, roles=["scheduler"])
    async with open_estate(postgresql_url) as estate, gateway() as first, gateway() as second, scheduler:
        async with estate.charge_point("CP1", first.ocpp_url, reconnect=False) as cp:
            await cp.plug_in()
            before = estate.line("CP1")
            first.kill()
            killed_at = estate.now()
            offline = await until(lambda: _if_offline(estate), within_s=20)
            cp.url = second.ocpp_url
            await cp.connect()
            after = await until(lambda: _if_online(estate))
            boost = estate.boost("CP1")
            charging = await estate.until_status(boost.id, Status.CHARGING, Status.REJECTED)

        assert offline.offline_cause == "gateway"
        assert offline.offline_since is not None
        assert killed_at - timedelta(seconds=5) < offline.offline_since <= killed_at
        assert after.gateway_id not in {None, before.gateway_id}
        assert charging.status is Status.CHARGING
        assert second.failures + scheduler.failures == []


def _if_offline(estate: Estate) -> LineRow | None:
    line = estate.line("CP1")
    return line if line.gateway_id is None else None


def _if_online(estate: Estate) -> LineRow | None:
    line = estate.line("CP1")
    return line if line.gateway_id is not None else None


async def test_without_redis_everything_still_works_by_ticks(
    postgresql_url: str, redis_cable: tuple[Cable, str]
) -> None:
    cable, redis_url = redis_cable
    async with (
        open_split(postgresql_url, redis_url) as (estate, [api, gateway, scheduler]),
        estate.charge_point("CP1", gateway.ocpp_url) as cp,
        driver_of(estate, api) as client,
    ):
        await cp.plug_in()
        await cable.cut()
        boost_path = f"/v1/chargers/{estate.charger_id('CP1')}/boost"
        answer = await client.post(boost_path, json={"limit": None}, headers={"Prefer": "wait=20"})
        stopped = await client.post(f"/v1/sessions/{answer.json()['id']}/stop")
        done = await estate.until_status(answer.json()["id"], Status.COMPLETED, Status.REJECTED)
        readiness = await client.get("/readyz")
        await cable.mend()
        await until(lambda: httpx.get(f"{api.http_url}/readyz").status_code == HTTPStatus.OK)

    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["status"] == "charging"
    assert stopped.status_code == HTTPStatus.ACCEPTED
    assert done.stop_reason == "driver"
    assert readiness.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert readiness.json()["checks"]["bus"] == "unavailable"
    assert [process.failures for process in (api, gateway, scheduler)] == [[], [], []]


@asynccontextmanager
async def open_split(url: str, redis_url: str, **settings: str) -> AsyncIterator[tuple[Estate, Sequence[Process]]]:
    """A process per role: api, gateway, scheduler."""
    async with open_estate(url) as estate, AsyncExitStack() as stack:
        processes = [
            await stack.enter_async_context(Process(url, redis_url=redis_url, roles=[role], settings=settings))
            for role in ("api", "gateway", "scheduler")
        ]
        yield estate, processes


def _said(process: Process) -> str:
    return " ".join(str(line.get("unreadable", line)) for line in process.logged)
