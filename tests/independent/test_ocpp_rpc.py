"""An OCPP client that nobody here wrote, in strict mode: a completed charge, and the five reasons that drivers know."""

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.session_state import Result, Status, StopReason
from tests.engine.house import House
from tests.independent.ocpp_client import connected


async def test_a_charge_completes(house: House, client_program: list[str]) -> None:
    async with connected(house, client_program) as client:
        await client.status("Preparing")
        boost = house.boost(limit=EnergyLimit(5_000))
        command = await client.expect("RemoteStartTransaction")
        transaction_id = await client.begin(house, command["idTag"])
        await client.meter(transaction_id, 3_000, at=house.now().isoformat())
        await house.until(boost, Status.CHARGING)
        await client.meter(transaction_id, 6_000, at=house.now().isoformat())
        assert await client.expect("RemoteStopTransaction") == {"transactionId": transaction_id}
        await client.call(
            "StopTransaction",
            transactionId=transaction_id,
            meterStop=6_100,
            timestamp=house.now().isoformat(),
            reason="Remote",
        )
        done = await house.until(boost, Status.COMPLETED)
    assert command["connectorId"] == 1
    assert (done.energy_wh, done.stop_reason, done.result) == (5_100, StopReason.LIMIT_ENERGY, Result.MET)


async def test_cancelled(house: House, client_program: list[str]) -> None:
    async with connected(house, client_program) as client:
        await client.status("Preparing")
        boost = house.boost()
        command = await client.expect("RemoteStartTransaction")
        house.cancel(boost)
        transaction_id = await client.begin(house, command["idTag"])
        assert await client.expect("RemoteStopTransaction") == {"transactionId": transaction_id}
        await client.call(
            "StopTransaction",
            transactionId=transaction_id,
            meterStop=1_000,
            timestamp=house.now().isoformat(),
            reason="Remote",
        )
        rejected = await house.until(boost, Status.REJECTED)
    assert rejected.reason == "cancelled"


async def test_battery_full(house: House, client_program: list[str]) -> None:
    async with connected(house, client_program) as client:
        await client.status("Preparing")
        boost = house.boost()
        command = await client.expect("RemoteStartTransaction")
        transaction_id = await client.begin(house, command["idTag"])
        await client.status("SuspendedEV")
        await client.meter(transaction_id, 1_000, at=house.now().isoformat())
        rejected = await house.until(boost, Status.REJECTED)
    assert rejected.reason == "battery_full"


async def test_already_in_progress(house: House, client_program: list[str]) -> None:
    async with connected(house, client_program) as client:
        await client.status("Preparing")
        first = house.boost()
        command = await client.expect("RemoteStartTransaction")
        await client.begin(house, command["idTag"])
        await house.until(first, Status.CHARGING)
        rejected = await house.until(house.boost(), Status.REJECTED)
    assert rejected.reason == "already_in_progress"


async def test_car_unplugged(house: House, client_program: list[str]) -> None:
    async with connected(house, client_program) as client:
        await client.status("Available")
        rejected = await house.until(house.boost(), Status.REJECTED)
    assert rejected.reason == "car_unplugged"


async def test_charger_offline(house: House, client_program: list[str]) -> None:
    async with connected(house, client_program) as client:
        await client.status("Preparing")
    rejected = await house.until(house.boost(), Status.REJECTED)
    assert rejected.reason == "charger_offline"
