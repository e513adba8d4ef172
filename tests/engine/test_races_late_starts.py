"""Late StartTransaction of a session that is over, and none at all (design.md §3, *Races, settled*)."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, open_house, quick, seconds

LONG = 3600.0
NO_CONFIGURATION = {"GetConfiguration": "NotSupported"}
"""A charger whose ConnectionTimeOut is not known is waited for only as long as we are set to."""


@pytest.fixture
async def impatient(database_url: str) -> AsyncIterator[House]:
    """A house that gives up on a start after a second, and tries again only in half a minute."""
    async with open_house(database_url, start_confirm_s=1.0, backoff_s=(30.0,)) as house:
        yield house


@pytest.fixture
async def resigned(database_url: str) -> AsyncIterator[House]:
    """A house that gives up after a second, and does not try again inside the window."""
    async with open_house(database_url, start_confirm_s=1.0, backoff_s=(LONG,), boost_window_s=3.0) as house:
        yield house


def deaf(house: House) -> ChargePoint:
    return house.charge_point(behaviour=quick(accept_and_do_nothing=True, callerrors=NO_CONFIGURATION))


def start(session: Session, at: datetime, meter_wh: int = 1000) -> dict[str, Any]:
    return {"connectorId": 1, "idTag": session.tag, "meterStart": meter_wh, "timestamp": at.isoformat()}


def stop(transaction_id: int, at: datetime, meter_wh: int) -> dict[str, Any]:
    return {"transactionId": transaction_id, "meterStop": meter_wh, "timestamp": at.isoformat(), "reason": "Remote"}


async def test_it_is_adopted_by_the_recovery_that_is_planned(impatient: House) -> None:
    house = impatient
    async with deaf(house) as cp:
        await cp.plug_in()
        over = await house.until(house.boost(), Status.REJECTED)
        recovery = await house.until_recovered(over)

        answer = await cp.call("StartTransaction", start(over, house.now()))
        charging = await house.until(recovery, Status.CHARGING)

    assert over.reason == "start_not_confirmed"
    assert answer["idTagInfo"]["status"] == "Accepted"
    assert charging.recovers_session_id == over.id
    assert len(house.sessions()) == 2
    assert len(cp.received("RemoteStartTransaction")) == 1


async def test_where_none_is_planned_a_session_is_born_charging_for_it(resigned: House) -> None:
    house = resigned
    async with deaf(house) as cp:
        await cp.plug_in()
        over = await house.until(house.boost(), Status.REJECTED)

        answer = await cp.call("StartTransaction", start(over, house.now()))
        born = await house.until_recovered(over)

    assert answer["idTagInfo"]["status"] == "Accepted"
    assert born.status is Status.CHARGING
    assert born.recovers_session_id == over.id
    assert [row.session_id for row in house.transactions()] == [born.id]


async def test_its_own_timestamp_counts_and_not_when_it_arrives(resigned: House) -> None:
    house = resigned
    async with deaf(house) as cp:
        await cp.plug_in()
        boost = house.boost()
        over = await house.until(boost, Status.REJECTED)
        assert over.window_end is not None
        await house.until_true(lambda: house.now() > over.window_end)

        answer = await cp.call("StartTransaction", start(over, boost.due_at + seconds(0.5)))
        born = await house.until_recovered(over)

    assert answer["idTagInfo"]["status"] == "Accepted"
    assert born.status is Status.CHARGING


async def test_after_the_window_it_is_invalid_and_its_energy_stays_on_the_session_that_is_over(resigned: House) -> None:
    house = resigned
    async with deaf(house) as cp:
        await cp.plug_in()
        over = await house.until(house.boost(), Status.REJECTED)
        assert over.window_end is not None
        await house.until_true(lambda: house.now() > over.window_end)

        answer = await _refuse_and_stop(house, cp, over)

    assert answer == {"status": "Invalid"}
    assert house.session(over.id).energy_wh == 300
    assert len(house.sessions()) == 1


async def _refuse_and_stop(house: House, cp: ChargePoint, over: Session) -> dict[str, Any]:
    """The late start, the stop that it is told, and the charger's own."""
    answer = await cp.call("StartTransaction", start(over, house.now(), 1000))
    told = await cp.expect("RemoteStopTransaction")
    await cp.call("StopTransaction", stop(told.payload["transactionId"], house.now(), 1300))
    verdict: dict[str, Any] = answer["idTagInfo"]
    return verdict


async def test_after_a_cancel_it_is_invalid_and_stopped(impatient: House) -> None:
    house = impatient
    async with deaf(house) as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.STARTING)
        house.cancel(boost)
        over = await house.until(boost, Status.REJECTED)

        answer = await _refuse_and_stop(house, cp, over)

    assert over.reason == "cancelled"
    assert answer == {"status": "Invalid"}
    assert house.session(over.id).energy_wh == 300
    assert len(house.sessions()) == 1


async def test_after_a_stop_by_the_driver_it_is_invalid_and_stopped(impatient: House) -> None:
    house = impatient
    async with house.charge_point(behaviour=quick(callerrors=NO_CONFIGURATION)) as cp:
        await cp.plug_in()
        boost = await house.until_drawing(house.boost())
        house.stop(boost)
        over = await house.until(boost, Status.COMPLETED)
        charged = over.energy_wh
        await cp.expect("RemoteStopTransaction")

        answer = await _refuse_and_stop(house, cp, over)

    assert over.stop_reason is StopReason.DRIVER
    assert answer == {"status": "Invalid"}
    assert house.session(over.id).energy_wh == charged + 300
    assert len(house.sessions()) == 1


async def test_stop_while_starting_and_no_transaction_means_cancelled(impatient: House) -> None:
    house = impatient
    async with deaf(house) as cp:
        await cp.plug_in()
        boost = await house.until(house.boost(), Status.STARTING)
        house.stop(boost)

        over = await house.until(boost, Status.REJECTED)

    assert over.reason == "cancelled"
    assert over.open_until is None
    assert not cp.received("RemoteStopTransaction")
