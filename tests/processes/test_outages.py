"""The process is down while charges fall due: late is not lost, and what is lost says that it was us."""

import asyncio
from datetime import datetime, timedelta

import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.session_state import Session, Status
from tests.processes.estate import Estate, lively, open_estate
from tests.processes.process import Process

pytestmark = [pytest.mark.processes, pytest.mark.timeout(180)]


async def test_what_fell_due_in_an_outage_is_started_late_within_its_window(sqlite_url: str) -> None:
    async with open_estate(sqlite_url) as estate, Process(sqlite_url, settings={"OUTAGE_GRACE_S": "60"}) as process:
        async with estate.charge_point("CP1", process.ocpp_url) as cp:
            await cp.plug_in()
            planned = _plan(estate, in_s=2)
            await _down_until(process, planned.due_at + timedelta(seconds=2), estate)
            await process.start()
            done = await estate.until_status(planned.id, Status.COMPLETED, Status.REJECTED)

        assert done.status is Status.COMPLETED
        assert done.commanded_at is not None
        assert done.commanded_at > done.due_at + timedelta(seconds=2)
        assert estate.commands == {done.tag: 1}
        assert process.failures == []


async def test_what_was_due_and_over_before_we_were_back_is_missed_with_the_outage_as_evidence(sqlite_url: str) -> None:
    async with open_estate(sqlite_url) as estate, Process(sqlite_url, settings={"GATEWAY_SILENT_S": "2"}) as process:
        async with estate.charge_point("CP1", process.ocpp_url) as cp:
            await cp.plug_in()
            planned = _plan(estate, in_s=2, lasts=timedelta(seconds=3))
            await _down_until(process, planned.due_at + timedelta(seconds=5), estate)
            await process.start()
            missed = await estate.until_status(planned.id, Status.COMPLETED, Status.REJECTED)

        assert missed.reason == "window_missed"
        assert _facts(missed) >= {"window_ended", "our_outage_began", "our_outage_ended"}
        assert estate.commands == {}
        assert process.failures == []


async def test_a_charger_that_comes_back_within_our_grace_is_started(sqlite_url: str) -> None:
    async with (
        open_estate(sqlite_url) as estate,
        Process(sqlite_url, settings={"OFFLINE_GRACE_S": "2", "OUTAGE_GRACE_S": "20"}) as process,
    ):
        async with estate.charge_point("CP1", process.ocpp_url) as cp:
            await cp.plug_in()
            planned = _plan(estate, in_s=2)
            process.kill()
            await process.ended()
            cp.reconnect = False
            await cp.disconnect()
            await _until(planned.due_at + timedelta(seconds=1), estate)
            await process.start()
            await asyncio.sleep(4)
            [waiting] = estate.sessions_of("CP1")
            await cp.connect()
            done = await estate.until_status(planned.id, Status.COMPLETED, Status.REJECTED)

        assert waiting.status is Status.PLANNED
        assert done.status is Status.COMPLETED
        assert process.failures == []


async def test_a_charger_that_stays_away_after_our_outage_is_offline_and_the_operator_hears_why(
    sqlite_url: str,
) -> None:
    async with (
        open_estate(sqlite_url) as estate,
        Process(sqlite_url, settings={"OFFLINE_GRACE_S": "2", "OUTAGE_GRACE_S": "5"}) as process,
    ):
        async with estate.charge_point("CP1", process.ocpp_url) as cp:
            await cp.plug_in()
            planned = _plan(estate, in_s=2)
            process.kill()
            await process.ended()
            cp.reconnect = False
            await cp.disconnect()
            await process.start()
            rejected = await estate.until_status(planned.id, Status.REJECTED)
            line = estate.line("CP1")

        assert rejected.reason == "charger_offline"
        assert rejected.rejection is not None
        assert rejected.rejection["variant"] == "outage"
        assert "gateway_outage" in _facts(rejected)
        assert line.offline_cause == "gateway"
        assert rejected.ended_at is not None
        assert rejected.ended_at >= planned.due_at + timedelta(seconds=5)


async def test_a_charge_under_way_goes_on_through_an_outage(sqlite_url: str) -> None:
    async with open_estate(sqlite_url) as estate, Process(sqlite_url) as process:
        slow = lively(time_scale=10, power_w=7400, sample_every_s=0.5)
        async with estate.charge_point("CP1", process.ocpp_url, slow) as cp:
            await cp.plug_in()
            boost = estate.boost("CP1", EnergyLimit(300))
            await estate.until_status(boost.id, Status.CHARGING)
            await _down_until(process, estate.now() + timedelta(seconds=1), estate)
            await process.start()
            done = await estate.until_status(boost.id, Status.COMPLETED, Status.REJECTED, within_s=60)

        assert (done.status, done.stop_reason, done.result) == (Status.COMPLETED, "limit_energy", "met")
        assert done.energy_wh >= 300
        assert estate.commands == {boost.tag: 1}
        assert process.failures == []


def _plan(estate: Estate, *, in_s: float, lasts: timedelta = timedelta(minutes=20)) -> Session:
    [planned] = estate.sessions_under(estate.schedule_at(estate.soon(in_s), "CP1", lasts=lasts))
    return planned


async def _down_until(process: Process, instant: datetime, estate: Estate) -> None:
    process.kill()
    await process.ended()
    await _until(instant, estate)


async def _until(instant: datetime, estate: Estate) -> None:
    await asyncio.sleep(max(0.0, (instant - estate.now()).total_seconds()))


def _facts(session: Session) -> set[str]:
    assert session.rejection is not None
    return {fact["fact"] for fact in session.rejection["evidence"]}
