"""Messages that come late, twice, or never (chargers.md, *Offline*)."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.session_state import Kind, Status, StopReason
from homecharge.simulator.charge_point import ChargePoint
from tests.engine.house import House, metered_wh, quick, seconds

HOUR_S = 3600
CARD = "CARD-OF-ADA"


def start(at: datetime, meter_wh: int = 1000, tag: str = CARD, connector: int = 1) -> dict[str, Any]:
    return {"connectorId": connector, "idTag": tag, "meterStart": meter_wh, "timestamp": at.isoformat()}


def stop(at: datetime, meter_wh: int, transaction_id: int, reason: str = "EVDisconnected") -> dict[str, Any]:
    return {"transactionId": transaction_id, "meterStop": meter_wh, "timestamp": at.isoformat(), "reason": reason}


def sample(at: datetime, register_wh: int, **more: Any) -> dict[str, Any]:
    value = {"value": str(register_wh), "unit": "Wh"}
    return {"connectorId": 1, "meterValue": [{"timestamp": at.isoformat(), "sampledValue": [value]}], **more}


async def test_a_charge_goes_on_without_a_line_and_is_told_afterwards_even_twice(house: House) -> None:
    async with house.charge_point(behaviour=quick(replay_twice=True)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        await cp.disconnect()
        reached = cp.state().register_wh
        await cp.until(lambda connector: connector.register_wh > reached + 50)
        await cp.unplug()
        unplugged_at = house.now()
        await cp.connect()

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.UNPLUGGED
    assert done.energy_wh == metered_wh(cp)
    assert done.ended_at is not None
    assert done.ended_at <= unplugged_at
    assert len(house.transactions()) == 1


async def test_a_whole_charge_replayed_hours_later_and_twice_is_one_charge(house: House) -> None:
    house.change(accept_any=True)
    began, ended = house.now() - seconds(3 * HOUR_S), house.now() - seconds(HOUR_S)
    async with house.charge_point() as cp:
        ids = []
        for _ in range(2):
            answer = await cp.call("StartTransaction", start(began))
            ids.append(answer["transactionId"])
            await cp.call("MeterValues", sample(began + seconds(HOUR_S), 2000, transactionId=ids[0]))
            await cp.call("StopTransaction", stop(ended, 3000, ids[0]))

        done = await house.until(await house.until_one(Kind.CARD), Status.COMPLETED)

    assert len(set(ids)) == 1
    assert (done.started_at, done.ended_at, done.energy_wh) == (began, ended, 2000)


@pytest.mark.parametrize("transaction_id", [-1, 0, 2**31 - 1, 2**40])
async def test_a_stop_without_a_true_id_is_that_of_the_newest_transaction(house: House, transaction_id: int) -> None:
    async with house.charge_point(behaviour=quick(stop_transaction_id=transaction_id)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.UNPLUGGED


async def test_such_a_stop_repeated_does_not_end_another_transaction(house: House) -> None:
    house.change(accept_any=True)
    async with house.charge_point(connectors=2) as cp:
        now = house.now()
        other = await cp.call("StartTransaction", start(now, connector=1))
        await cp.call("StartTransaction", start(now + seconds(0.1), tag="ANOTHER", connector=2))
        ending = stop(house.now(), 2000, -1)

        await cp.call("StopTransaction", ending)
        await cp.call("StopTransaction", ending)

    rows = {row.connector_id: row for row in house.transactions()}
    assert rows[2].stopped_at is not None
    assert rows[1].id == other["transactionId"]
    assert rows[1].stopped_at is None


async def test_such_a_stop_with_a_tag_is_that_of_the_transaction_with_this_tag(house: House) -> None:
    house.change(accept_any=True)
    async with house.charge_point(connectors=2) as cp:
        now = house.now()
        await cp.call("StartTransaction", start(now, tag="Mine", connector=1))
        await cp.call("StartTransaction", start(now + seconds(0.1), tag="ANOTHER", connector=2))

        await cp.call("StopTransaction", stop(house.now(), 2000, 0) | {"idTag": "MINE"})

    assert [row.connector_id for row in house.transactions() if row.stopped_at is not None] == [1]


async def test_a_stop_that_belongs_to_nothing_is_answered_and_kept_once(house: House) -> None:
    async with house.charge_point() as cp:
        ending = stop(house.now(), 2000, 4711)

        answers = [await cp.call("StopTransaction", ending) for _ in range(2)]

    assert answers == [{}, {}]
    assert [row.is_orphan for row in house.transactions()] == [True]
    assert house.sessions() == []


async def _lose_power(house: House, cp: ChargePoint) -> tuple[str, int]:
    await cp.plug_in()
    session = await house.until_drawing(house.boost(limit=EnergyLimit(100_000)))
    [row] = house.transactions()
    await cp.power_cut()
    return session.id, row.id


async def test_a_transaction_is_lost_at_once_when_another_begins_on_its_connector(house: House) -> None:
    house.change(accept_any=True)
    async with house.charge_point() as cp:
        session_id, _ = await _lose_power(house, cp)
        await cp.connect()
        await cp.start_transaction(CARD)

        lost = await house.until(house.session(session_id), Status.COMPLETED)
        card = await house.until_drawing(await house.until_one(Kind.CARD))

    assert lost.stop_reason is StopReason.LOST
    assert card.started_at is not None
    assert lost.ended_at is not None
    assert lost.ended_at <= card.started_at


async def test_a_transaction_is_lost_when_its_connector_stays_available(forgetful: House) -> None:
    house = forgetful
    async with house.charge_point() as cp:
        session_id, _ = await _lose_power(house, cp)
        await cp.unplug()
        await cp.connect()

        lost = await house.until(house.session(session_id), Status.COMPLETED)

    assert lost.stop_reason is StopReason.LOST
    assert lost.shortfall is not None


async def test_samples_of_the_clock_keep_no_transaction_alive_on_a_connector_that_stays_available(
    forgetful: House,
) -> None:
    house = forgetful
    async with house.charge_point() as cp:
        session_id, _ = await _lose_power(house, cp)
        await cp.unplug()
        await cp.connect()
        while (left := house.session(session_id)).status is Status.CHARGING:
            idle = sample(house.now(), cp.state().register_wh)
            idle["meterValue"][0]["sampledValue"][0]["context"] = "Sample.Clock"
            await cp.call("MeterValues", idle)
            await asyncio.sleep(0.2)

    assert left.stop_reason is StopReason.LOST


async def test_a_transaction_is_lost_when_its_connector_stays_preparing_with_nothing_of_it(forgetful: House) -> None:
    house = forgetful
    async with house.charge_point() as cp:
        session_id, transaction_id = await _lose_power(house, cp)
        await cp.connect()

        lost = await house.until(house.session(session_id), Status.COMPLETED)

    assert lost.stop_reason is StopReason.LOST
    assert [row.is_lost for row in house.transactions() if row.id == transaction_id] == [True]


async def test_a_transaction_is_lost_when_its_connector_stays_finishing_with_nothing_of_it(forgetful: House) -> None:
    house = forgetful
    async with house.charge_point() as cp:
        session_id, _ = await _lose_power(house, cp)
        await cp.connect()
        finishing = {"connectorId": 1, "status": "Finishing", "errorCode": "NoError"}
        await cp.call("StatusNotification", finishing)

        lost = await house.until(house.session(session_id), Status.COMPLETED)

    assert lost.stop_reason is StopReason.LOST
    assert house.describe().connector.state == "finishing"


async def test_a_charge_replayed_by_a_clock_that_is_hours_off_ended_when_it_ended(house: House) -> None:
    async with house.charge_point(behaviour=quick(clock_skew_s=-2 * HOUR_S)) as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost())
        await cp.disconnect()
        await cp.unplug()
        unplugged_at = house.now()
        await asyncio.sleep(1)
        await cp.connect()

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.UNPLUGGED
    assert done.ended_at is not None
    assert abs(done.ended_at - unplugged_at) < seconds(60)


async def test_a_connector_that_goes_on_charging_after_a_reconnect_loses_nothing(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(house.boost(limit=EnergyLimit(500)))
        await cp.drop_line(for_s=0)

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.LIMIT_ENERGY


async def test_a_stop_that_comes_after_all_corrects_what_was_taken_for_lost(forgetful: House) -> None:
    house = forgetful
    async with house.charge_point() as cp:
        session_id, transaction_id = await _lose_power(house, cp)
        cut_at = house.now()
        await cp.unplug()
        await cp.connect()
        lost = await house.until(house.session(session_id), Status.COMPLETED)

        await cp.call("StopTransaction", stop(cut_at, cp.state().register_wh, transaction_id))
        corrected = house.session(session_id)

    assert lost.stop_reason is StopReason.LOST
    assert corrected.stop_reason is StopReason.UNPLUGGED
    assert corrected.ended_at == cut_at
    assert corrected.energy_wh >= lost.energy_wh
    assert house.steps(session_id)[-1] == "corrected"


async def test_a_charge_replayed_while_another_runs_ends_nothing_and_has_its_own_row(house: House) -> None:
    house.change(accept_any=True)
    began, ended = house.now() - seconds(3 * HOUR_S), house.now() - seconds(HOUR_S)
    async with house.charge_point() as cp:
        await cp.plug_in()
        running = await house.until_drawing(house.boost())

        answer = await cp.call("StartTransaction", start(began))
        await cp.call("StopTransaction", stop(ended, 3000, answer["transactionId"]))
        replayed = await house.until(await house.until_one(Kind.CARD), Status.COMPLETED)

    assert house.session(running.id).status is Status.CHARGING
    assert (replayed.started_at, replayed.ended_at, replayed.energy_wh) == (began, ended, 2000)
