"""PostgreSQL goes away for a while and comes back: nothing is made up meanwhile, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import psycopg
import pytest
from psycopg import conninfo, sql

from homecharge.domain.session_state import Status
from tests.processes.cable import Cable
from tests.processes.estate import Estate, lively, open_estate, until
from tests.processes.process import Process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]
ITS_CONNECTIONS = "homecharge_under_test"


@asynccontextmanager
async def installation(database_url: str, behind_cable: str) -> AsyncIterator[tuple[Estate, Process]]:
    """The test looks at the database directly, the process through the cable."""
    async with open_estate(database_url) as estate, Process(behind_cable) as process:
        yield estate, process


async def test_a_start_due_while_the_database_is_away_is_decided_when_it_is_back(
    postgresql_url: str, postgresql_cable: tuple[Cable, str]
) -> None:
    cable, behind_cable = postgresql_cable
    async with installation(postgresql_url, behind_cable) as (estate, process):
        async with estate.charge_point("CP1", process.ocpp_url) as cp:
            await cp.plug_in()
            due_at = estate.soon(in_s=1)
            schedules = estate.schedule_at(due_at, "CP1")
            await cable.cut()
            await asyncio.sleep((due_at - estate.now()).total_seconds() + 2)
            sent_meanwhile = cp.received("RemoteStartTransaction")
            await cable.mend()
            [planned] = estate.sessions_under(schedules)
            done = await estate.until_status(planned.id, Status.COMPLETED, Status.REJECTED)

        assert sent_meanwhile == []
        assert done.status is Status.COMPLETED
        assert done.commanded_at is not None
        assert estate.commands == {done.tag: 1}
        assert process.failures == []


async def test_chargers_repeat_what_could_not_be_stored(
    postgresql_url: str, postgresql_cable: tuple[Cable, str]
) -> None:
    cable, behind_cable = postgresql_cable
    async with installation(postgresql_url, behind_cable) as (estate, process):
        async with estate.charge_point("CP1", process.ocpp_url, lively(start_delay_s=1.0)) as cp:
            await cp.plug_in()
            boost = estate.boost("CP1")
            await cp.expect("RemoteStartTransaction", within_s=20)
            await cable.cut()
            refused = await cp.expect("StartTransaction", kind="CALLERROR", within_s=20)
            await cable.mend()
            answered = await cp.expect("StartTransaction", kind="CALLRESULT", within_s=20)
            charging = await estate.until_status(boost.id, Status.CHARGING, Status.REJECTED)
            started = cp.sent("StartTransaction")

        assert refused.payload["errorCode"] == "InternalError"
        assert answered.payload["transactionId"] > 0
        assert answered.payload["idTagInfo"]["status"] == "Accepted"
        assert len({frame.payload["timestamp"] for frame in started}) == 1
        assert charging.status is Status.CHARGING
        assert process.failures == []


async def test_the_api_says_come_back_and_readyz_tells_why(
    postgresql_url: str, postgresql_cable: tuple[Cable, str]
) -> None:
    cable, behind_cable = postgresql_cable
    async with (
        installation(postgresql_url, behind_cable) as (_, process),
        httpx.AsyncClient(base_url=process.http_url, timeout=30) as client,
    ):
        ready_before = await client.get("/readyz")
        await cable.cut()
        ready_meanwhile, alive = await client.get("/readyz"), await client.get("/healthz")
        reasons = await client.post("/v1/auth/login", json={"email": "ada@example.org", "password": "wrong password"})
        await cable.mend()
        ready_after = await client.get("/readyz")

    assert ready_before.status_code == HTTPStatus.OK
    assert ready_meanwhile.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert ready_meanwhile.json()["checks"] == {"database": "unavailable", "bus": "ok"}
    assert alive.status_code == HTTPStatus.OK
    assert reasons.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert reasons.json()["code"] == "database_unavailable"
    assert int(reasons.headers["Retry-After"]) > 0
    assert ready_after.status_code == HTTPStatus.OK
    assert process.failures == []


async def test_a_database_that_restarts_under_load_costs_no_start(postgresql_url: str) -> None:
    names = [f"CP{number:02}" for number in range(20)]
    named_url = f"{postgresql_url}?application_name={ITS_CONNECTIONS}"
    async with open_estate(postgresql_url) as estate, Process(named_url) as process:
        estate.add_chargers(*names)
        cps = [estate.charge_point(name, process.ocpp_url) for name in names]
        for cp in cps:
            await cp.connect()
            await cp.plug_in()
        due_at = estate.soon(in_s=1)
        schedules = estate.schedule_at(due_at, *names)
        await asyncio.sleep((due_at - estate.now()).total_seconds())
        await until(lambda: sum(estate.commands.values()) >= 1, every_s=0.005)
        await asyncio.to_thread(_restart, postgresql_url)
        await until(lambda: all(s.is_over and s.open_until is None for s in estate.sessions_under(schedules)))
        sessions = estate.sessions_under(schedules)
        await asyncio.gather(*(cp.close() for cp in cps))

        assert {s.occurrence_id for s in sessions if s.status is Status.COMPLETED} == {
            s.occurrence_id for s in sessions
        }
        assert set(estate.commands.values()) == {1}
        assert process.failures == []


def _restart(url: str) -> None:
    """What a client sees of a server that restarts: its connections are ended, and new ones refused for a second."""
    name = conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        database = sql.Identifier(str(name))
        server.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(database))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND application_name = %s",
            [name, ITS_CONNECTIONS],
        )
        server.execute("SELECT pg_sleep(1)")
        server.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(database))
