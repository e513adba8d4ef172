"""Unplugging and plugging in again, soon after a charge: a plug-in like any other."""

from homecharge.domain.session_state import Kind, Status
from tests.engine.house import House, quick


async def test_a_car_replugged_soon_after_its_charge_charges_again(house: House) -> None:
    house.change(charge_now=True)
    async with house.charge_point() as cp:
        await cp.plug_in()
        first = await house.until_drawing(await house.until_one(Kind.PLUG_IN))
        await cp.unplug()
        await house.until(first, Status.COMPLETED)

        await cp.plug_in()
        await house.until_true(lambda: len(house.sessions()) == 2)
        second = next(session for session in house.sessions() if session.id != first.id)
        second = await house.until(second, Status.CHARGING)

    assert (second.kind, second.recovers_session_id) == (Kind.PLUG_IN, None)


async def test_plugging_in_late_recovers_a_boost_also_soon_after_another_charge(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        first = await house.until_drawing(house.boost())
        await cp.unplug()
        await house.until(first, Status.COMPLETED)
        missed = await house.until(house.boost(), Status.REJECTED)

        await cp.plug_in()
        recovery = await house.until(await house.until_recovered(missed), Status.CHARGING)

    assert (missed.reason, recovery.attempt) == ("car_unplugged", 2)


async def test_what_is_asked_for_after_a_stop_by_the_driver_is_recovered_without_a_replug(house: House) -> None:
    async with house.charge_point(behaviour=quick()) as cp:
        await cp.plug_in()
        stopped = await house.until_drawing(house.boost())
        house.stop(stopped)
        await house.until(stopped, Status.COMPLETED)
        cp.behaviour.refuse_remote_start = True
        refused = await house.until(house.boost(), Status.REJECTED)
        cp.behaviour.refuse_remote_start = False

        recovery = await house.until(await house.until_recovered(refused), Status.CHARGING, Status.REJECTED)

    assert (refused.reason, recovery.status, recovery.reason) == ("charger_refused", Status.CHARGING, None)
