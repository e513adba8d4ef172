"""A Boost on a real socket: it charges, or says why it did not."""

from homecharge.domain.limits import DurationLimit, EnergyLimit
from homecharge.domain.session_state import Kind, Result, Status, StopReason
from homecharge.simulator.behaviour import Behaviour
from tests.engine.house import House, quick


async def test_a_boost_with_an_energy_limit_completes_when_the_energy_is_there(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        boost = house.boost(limit=EnergyLimit(500))
        done = await house.until(boost, Status.COMPLETED)
    assert done.stop_reason is StopReason.LIMIT_ENERGY
    assert done.result is Result.MET
    assert done.energy_wh >= 500
    assert done.recovers_session_id is None
    assert [f.payload["idTag"] for f in cp.received("RemoteStartTransaction")] == [boost.tag]


async def test_a_boost_with_a_duration_limit_ends_by_it(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        done = await house.until(house.boost(limit=DurationLimit(2)), Status.COMPLETED)
    assert done.stop_reason is StopReason.LIMIT_DURATION
    assert done.result is Result.MET


async def test_a_boost_with_the_car_unplugged_is_rejected_and_recovered_by_plugging_in(house: House) -> None:
    async with house.charge_point() as cp:
        rejected = await house.until(house.boost(), Status.REJECTED)
        await cp.plug_in()
        recovery = await house.until_recovered(rejected)
        await house.until(recovery, Status.CHARGING)
    assert rejected.reason == "car_unplugged"
    assert house.session(recovery.id).attempt == 2


async def test_a_boost_while_the_charger_is_offline_is_recovered_once_its_line_lasts(house: House) -> None:
    cp = house.charge_point()
    rejected = await house.until(house.boost(), Status.REJECTED)
    async with cp:
        await cp.plug_in()
        recovery = await house.until_recovered(rejected)
        await house.until(recovery, Status.CHARGING)
    assert rejected.reason == "charger_offline"


async def test_the_end_of_a_charge_on_the_other_connector_is_no_chance_for_this_one(house: House) -> None:
    house.change(accept_any=True)
    async with house.charge_point(connectors=2) as cp:
        await cp.plug_in()
        await house.until_drawing(house.boost())
        second = await house.until(house.boost(), Status.REJECTED)
        await cp.start_transaction("CARD-OF-ADA", connector=2)
        card = await house.until(await house.until_one(Kind.CARD), Status.CHARGING)

        await cp.stop_transaction(connector=2)
        await house.until(card, Status.COMPLETED, Status.REJECTED)

    assert house.session(second.id).open_until is not None
    assert [session for session in house.sessions() if session.recovers_session_id == second.id] == []


async def test_a_second_boost_is_already_in_progress_and_starts_when_the_first_ends(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        first = await house.until(house.boost(limit=EnergyLimit(400)), Status.CHARGING)
        second = await house.until(house.boost(), Status.REJECTED)
        recovery = await house.until_recovered(second)
        await house.until(recovery, Status.CHARGING)
    assert second.reason == "already_in_progress"
    assert house.session(first.id).status is Status.COMPLETED


async def test_a_boost_of_a_full_car_is_not_needed(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        first = await house.until(house.boost(), Status.CHARGING)
        await house.until_true(lambda: house.session(first.id).drew_at is not None)
        await cp.battery_full()
        house.stop(first)
        await house.until(first, Status.COMPLETED)
        second = await house.until(house.boost(), Status.REJECTED)
    assert second.reason == "battery_full"
    assert second.rejection is not None
    assert second.rejection["category"] == "satisfied"


async def test_a_car_that_takes_nothing_is_inferred_full_and_the_transaction_is_taken_over_when_it_draws(
    impatient: House,
) -> None:
    async with impatient.charge_point() as cp:
        await cp.plug_in()
        await cp.set_power(0)
        boost = await impatient.until(impatient.boost(), Status.CHARGING)
        await cp.battery_full()
        rejected = await impatient.until(boost, Status.REJECTED)
        await cp.set_power(7400)
        await cp.car_draws()
        recovery = await impatient.until_drawing(await impatient.until_recovered(rejected))
        await impatient.until_true(lambda: impatient.session(recovery.id).energy_wh > 0)
    assert rejected.reason == "battery_full"
    assert [row.session_id for row in impatient.transactions()] == [recovery.id]
    assert len(cp.received("RemoteStartTransaction")) == 1


async def test_a_refused_start_is_tried_again_after_a_back_off(house: House) -> None:
    async with house.charge_point(behaviour=quick(refuse_remote_start=True)) as cp:
        await cp.plug_in()
        rejected = await house.until(house.boost(), Status.REJECTED)
        cp.behaviour.refuse_remote_start = False
        recovery = await house.until_recovered(rejected)
        await house.until(recovery, Status.CHARGING)
    assert rejected.reason == "charger_refused"


async def test_a_start_that_is_accepted_and_not_confirmed_is_rejected(hasty: House) -> None:
    behaviour = quick(accept_and_do_nothing=True)
    async with hasty.charge_point(behaviour=behaviour, configuration={"ConnectionTimeOut": "1"}) as cp:
        await cp.plug_in()
        await cp.expect("ChangeConfiguration")
        rejected = await hasty.until(hasty.boost(), Status.REJECTED, within_s=20)
    assert rejected.reason == "start_not_confirmed"


async def test_a_start_that_was_not_confirmed_is_recovered_by_plugging_in(unhurried: House) -> None:
    behaviour = quick(accept_and_do_nothing=True)
    async with unhurried.charge_point(behaviour=behaviour, configuration={"ConnectionTimeOut": "1"}) as cp:
        await cp.plug_in()
        await cp.expect("ChangeConfiguration")
        rejected = await unhurried.until(unhurried.boost(), Status.REJECTED, within_s=20)
        behaviour.accept_and_do_nothing = False
        await cp.unplug()
        await cp.plug_in()

        recovery = await unhurried.until_recovered(rejected)
        await unhurried.until(recovery, Status.CHARGING)
    assert rejected.reason == "start_not_confirmed"


async def test_a_charger_that_answers_nothing_gave_no_answer(hasty: House) -> None:
    async with hasty.charge_point(behaviour=quick(mute=True)) as cp:
        await cp.plug_in()
        boost = hasty.boost()
        await cp.expect("RemoteStartTransaction", within_s=10)
        await cp.call("Heartbeat", {})
        rejected = await hasty.until(boost, Status.REJECTED)
    assert rejected.reason == "no_answer"


async def test_energy_that_nobody_takes_is_a_reason_of_its_own(impatient: House) -> None:
    async with impatient.charge_point() as cp:
        await cp.plug_in()
        await cp.set_power(0)
        rejected = await impatient.until(impatient.boost(), Status.REJECTED)
        await cp.expect("RemoteStopTransaction")
    assert rejected.reason == "no_energy_drawn"


async def test_a_fault_is_rejected_and_recovered_when_it_clears(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        await cp.fault("GroundFailure")
        rejected = await house.until(house.boost(), Status.REJECTED)
        await cp.clear_fault()
        recovery = await house.until_recovered(rejected)
        await house.until(recovery, Status.CHARGING)
    assert rejected.reason == "charger_faulted"


async def test_a_charger_out_of_service_is_unavailable(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.set_unavailable()
        rejected = await house.until(house.boost(), Status.REJECTED)
    assert rejected.reason == "charger_unavailable"


async def test_a_charger_that_comes_back_into_service_by_way_of_a_fault_is_recovered(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.set_unavailable()
        rejected = await house.until(house.boost(), Status.REJECTED)
        await cp.fault("OtherError")
        await cp.call("StatusNotification", {"connectorId": 1, "status": "Preparing", "errorCode": "NoError"})

        recovery = await house.until_recovered(rejected)
    assert (rejected.reason, recovery.attempt) == ("charger_unavailable", 2)


async def test_a_stop_by_the_driver_ends_the_charge_and_nothing_follows(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        charging = await house.until(house.boost(), Status.CHARGING)
        await house.until_true(lambda: house.session(charging.id).drew_at is not None)
        house.stop(charging)
        done = await house.until(charging, Status.COMPLETED)
    assert done.stop_reason is StopReason.DRIVER
    assert len(house.sessions()) == 1


async def test_a_charger_without_samples_confirms_energy_by_its_status(impatient: House) -> None:
    async with impatient.charge_point(behaviour=Behaviour(time_scale=100, samples=False)) as cp:
        await cp.plug_in()
        charging = await impatient.until(impatient.boost(), Status.CHARGING)
        await impatient.until_true(lambda: impatient.session(charging.id).drew_at is not None)
        await cp.unplug()
        done = await impatient.until(charging, Status.COMPLETED)
    assert done.stop_reason is StopReason.UNPLUGGED
    assert done.energy_wh > 0
