"""Manual schedules on a real socket: they start on time, end on time, and try again (design.md §2 and §3)."""

from homecharge.domain.limits import DurationLimit, EnergyLimit
from homecharge.domain.session_state import Kind, Result, Status, StopReason
from tests.engine.house import House

SOON_S = 2
FAR_S = 60


async def test_a_schedule_fires_on_time_and_its_end_stops_the_charge(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(SOON_S, SOON_S + 10))
        planned = await house.until_one(Kind.MANUAL)

        charging = await house.until(planned, Status.CHARGING)
        done = await house.until(planned, Status.COMPLETED)

    assert planned.status is Status.PLANNED
    assert charging.commanded_at is not None
    assert done.stop_reason is StopReason.WINDOW_END
    assert done.result is None
    assert done.stop_requested_at is not None
    assert done.window_end is not None
    assert planned.due_at <= charging.commanded_at < done.window_end <= done.stop_requested_at


async def test_an_energy_limit_is_met_before_the_window_ends(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(1, FAR_S, limit=EnergyLimit(300)))

        done = await house.until(await house.until_one(Kind.MANUAL), Status.COMPLETED)

    assert (done.stop_reason, done.result) == (StopReason.LIMIT_ENERGY, Result.MET)
    assert done.shortfall is None


async def test_what_the_window_was_too_short_for_falls_short_and_says_so(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(1, 4, limit=EnergyLimit(100_000)))

        done = await house.until(await house.until_one(Kind.MANUAL), Status.COMPLETED)

    assert (done.stop_reason, done.result) == (StopReason.WINDOW_END, Result.SHORT)
    assert done.shortfall is not None
    assert done.shortfall["code"] == "not_enough_time"
    assert done.shortfall["missing_wh"] == 100_000 - done.energy_wh


async def test_a_schedule_without_an_end_runs_for_its_duration(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(1, limit=DurationLimit(10)))

        done = await house.until(await house.until_one(Kind.MANUAL), Status.COMPLETED)

    assert (done.stop_reason, done.result) == (StopReason.LIMIT_DURATION, Result.MET)


async def test_a_charge_ended_by_a_power_cut_is_resumed_with_what_is_left_of_its_limit(forgetful: House) -> None:
    house = forgetful
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(1, 20 * FAR_S, limit=EnergyLimit(1_000)))
        first = await house.until_drawing(await house.until_one(Kind.MANUAL))
        await cp.power_cut()
        await cp.connect()
        first = await house.until(first, Status.COMPLETED)

        second = await house.until(await house.until_recovered(first), Status.COMPLETED)

    assert first.stop_reason is StopReason.LOST
    assert first.result is Result.SHORT
    assert second.occurrence_id == first.occurrence_id
    assert second.limit == EnergyLimit(1_000 - first.energy_wh)
    assert (second.stop_reason, second.result) == (StopReason.LIMIT_ENERGY, Result.MET)
    assert first.energy_wh + second.energy_wh >= 1_000


async def test_a_power_loss_that_the_charger_reports_is_resumed_too(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(1, 20 * FAR_S, limit=EnergyLimit(600)))
        first = await house.until_drawing(await house.until_one(Kind.MANUAL))
        await cp.stop_transaction("PowerLoss")

        second = await house.until(await house.until_recovered(first), Status.COMPLETED)

    assert house.session(first.id).stop_reason is StopReason.POWER_LOST
    assert second.stop_reason is StopReason.LIMIT_ENERGY


async def test_a_car_that_is_plugged_in_late_charges_in_what_is_left_of_the_window(house: House) -> None:
    async with house.charge_point() as cp:
        house.schedule(house.window(1, 20 * FAR_S))
        rejected = await house.until(await house.until_one(Kind.MANUAL), Status.REJECTED)
        await cp.plug_in()

        recovery = await house.until(await house.until_recovered(rejected), Status.CHARGING)

    assert rejected.reason == "car_unplugged"
    assert recovery.window == rejected.window


async def test_a_charger_that_comes_back_inside_the_window_charges(house: House) -> None:
    cp = house.charge_point()
    await cp.plug_in()
    house.schedule(house.window(1, 20 * FAR_S))
    rejected = await house.until(await house.until_one(Kind.MANUAL), Status.REJECTED)

    async with cp:
        recovery = await house.until(await house.until_recovered(rejected), Status.CHARGING)

    assert rejected.reason == "charger_offline"
    assert recovery.attempt == 2


async def test_unplugging_early_falls_short_and_is_not_tried_again(house: House) -> None:
    async with house.charge_point() as cp:
        await cp.plug_in()
        house.schedule(house.window(1, 20 * FAR_S, limit=EnergyLimit(100_000)))
        session = await house.until_drawing(await house.until_one(Kind.MANUAL))

        await cp.unplug()
        done = await house.until(session, Status.COMPLETED)

    assert done.shortfall is not None
    assert done.shortfall["code"] == "unplugged_early"
    assert done.open_until is None
