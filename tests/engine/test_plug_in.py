""" "Charge EV now": plugging in starts a charge (product.md; design.md §3, *Recovery*)."""

import pytest

from homecharge.domain.session_state import Kind, Status, StopReason
from tests.engine.house import House


async def test_plugging_in_starts_a_charge_that_is_the_owners(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        await cp.plug_in()

        session = await house.until_drawing(await house.until_one(Kind.PLUG_IN))
        await cp.unplug()
        done = await house.until(session, Status.COMPLETED)

    assert session.driver_id == house.driver.account_id
    assert (session.window, session.limit) == (None, None)
    assert done.stop_reason is StopReason.UNPLUGGED


@pytest.mark.parametrize("status", ["Charging", "SuspendedEV", "SuspendedEVSE"])
async def test_a_charger_that_reports_no_preparing_is_plugged_in_all_the_same(house: House, status: str) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        await house.until_true(lambda: house.describe().connector.state == "available")

        await cp.call("StatusNotification", {"connectorId": 1, "status": status, "errorCode": "NoError"})
        session = await house.until_one(Kind.PLUG_IN)

    assert session.driver_id == house.driver.account_id


async def test_a_card_without_a_cable_leaves_open_whether_a_car_is_there(house: House) -> None:
    async with house.charge_point() as cp:
        await house.until_true(lambda: house.describe().connector.state == "available")
        seen = []
        await cp.call("Authorize", {"idTag": "CAFE0001"})
        for status in ("Preparing", "Preparing", "Charging", "Preparing", "Available"):
            await cp.call("StatusNotification", {"connectorId": 1, "status": status, "errorCode": "NoError"})
            seen.append(house.describe().connector.plugged_in)

    assert seen == [None, None, True, True, False]


async def test_with_the_switch_off_plugging_in_starts_nothing(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()

    assert house.describe().connector.state == "preparing"
    assert house.sessions() == []


async def test_plugging_in_recovers_an_open_try_instead(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        rejected = await house.until(house.boost(), Status.REJECTED)
        await cp.plug_in()

        recovery = await house.until(await house.until_recovered(rejected), Status.CHARGING)

    assert recovery.kind is Kind.BOOST
    assert {session.kind for session in house.sessions()} == {Kind.BOOST}


async def test_nothing_follows_a_stop_by_the_driver_until_the_car_is_replugged(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        await cp.plug_in()
        stopped = await house.until_drawing(await house.until_one(Kind.PLUG_IN))
        house.stop(stopped)
        await house.until(stopped, Status.COMPLETED)
        await cp.fault("GroundFailure")
        await cp.clear_fault()
        await cp.drop_line()
        await cp.connect()
        before = [session.id for session in house.sessions()]

        await cp.unplug()
        await cp.plug_in()
        await house.until_true(lambda: len(house.sessions()) == 2)
        await house.until(house.sessions()[1], Status.CHARGING)

    assert before == [stopped.id]


async def test_a_driver_who_stops_at_the_charger_has_stopped_too(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        await cp.plug_in()
        session = await house.until_drawing(await house.until_one(Kind.PLUG_IN))

        await cp.press_stop()
        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.STOPPED_AT_CHARGER
    assert done.open_until is None
    assert len(house.sessions()) == 1


async def test_a_car_that_took_nothing_has_had_its_chance_when_it_is_unplugged(impatient: House) -> None:
    impatient.change(charge_now=True)
    async with impatient.charge_point() as cp:
        await cp.plug_in()
        await cp.set_power(0)
        full = await impatient.until(await impatient.until_one(Kind.PLUG_IN), Status.CHARGING)
        await cp.battery_full()
        await impatient.until(full, Status.REJECTED)
        await cp.unplug()

        await cp.set_power(7400)
        await cp.plug_in()
        await impatient.until_true(lambda: len(impatient.sessions()) == 2)
        second = next(session for session in impatient.sessions() if session.id != full.id)
        await impatient.until_drawing(second)
        await cp.unplug()
        await impatient.until(second, Status.COMPLETED)

    assert (impatient.session(full.id).reason, impatient.session(full.id).open_until) == ("battery_full", None)
    assert [session.attempt for session in impatient.sessions()] == [1, 1]


async def test_a_plug_in_that_the_charger_broke_off_is_resumed(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        await cp.plug_in()
        broken = await house.until_drawing(await house.until_one(Kind.PLUG_IN))
        await cp.stop_transaction("PowerLoss")

        recovery = await house.until(await house.until_recovered(broken), Status.CHARGING)

    assert house.session(broken.id).stop_reason is StopReason.POWER_LOST
    assert recovery.kind is Kind.PLUG_IN
