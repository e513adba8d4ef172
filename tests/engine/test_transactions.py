"""What chargers report while they charge (chargers.md, *While charging*)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from homecharge.domain.limits import DurationLimit, EnergyLimit, Limit
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.failures import CallRefused
from homecharge.storage.models import Message
from tests.engine.house import House, metered_wh, quick, seconds


def silent(**switches: Any) -> Behaviour:
    """A charger that sends no samples of its own: the test sends them."""
    return quick(sample_every_s=0, power_w=0, **switches)


async def charge(house: House, cp: ChargePoint, limit: Limit | None = None) -> Session:
    await cp.plug_in()
    return await house.until(house.boost(limit=limit), Status.CHARGING)


def sample(house: House, *values: dict[str, str], connector: int = 1, **more: Any) -> dict[str, Any]:
    meter_value = [{"timestamp": house.now().isoformat(), "sampledValue": list(values)}]
    return {"connectorId": connector, "meterValue": meter_value, **more}


def register(value: str, unit: str = "Wh") -> dict[str, str]:
    return {"value": value, "measurand": "Energy.Active.Import.Register", "unit": unit}


@pytest.mark.parametrize("unit", ["Wh", "kWh", "alternating"])
async def test_the_unit_is_read_from_every_value(house: House, unit: str) -> None:
    async with house.charge_point(behaviour=quick(unit=unit)) as cp:
        session = await charge(house, cp, EnergyLimit(400))

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.LIMIT_ENERGY
    assert done.energy_wh == metered_wh(cp)


async def test_a_power_that_is_stuck_at_zero_hides_no_energy(house: House) -> None:
    async with house.charge_point(behaviour=quick(power_stuck_at_zero=True)) as cp:
        session = await house.until_drawing(await charge(house, cp, EnergyLimit(400)))

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.LIMIT_ENERGY


async def test_a_register_that_resets_loses_no_energy(house: House) -> None:
    async with house.charge_point(behaviour=silent()) as cp:
        session = await charge(house, cp)
        for reading in ("1500", "20", "320"):
            await cp.call("MeterValues", sample(house, register(reading)))
        await cp.reset_register(400)

        await cp.unplug()
        done = await house.until(session, Status.COMPLETED)

    assert done.energy_wh == 500 + 20 + 300 + 80


async def test_samples_of_the_transactions_own_energy_count_no_register_on_top(house: House) -> None:
    async with house.charge_point(behaviour=silent(register_wh=5_000_000)) as cp:
        session = await charge(house, cp)
        for reading in ("0", "200", "500"):
            await cp.call("MeterValues", sample(house, register(reading)))
        await cp.reset_register(5_000_600)

        await cp.unplug()
        done = await house.until(session, Status.COMPLETED)

    assert done.energy_wh == 600


async def test_samples_without_a_transaction_are_those_of_the_open_one(house: House) -> None:
    async with house.charge_point(behaviour=quick(samples_without_transaction=True)) as cp:
        session = await charge(house, cp, EnergyLimit(400))

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.LIMIT_ENERGY


async def test_connector_zero_is_the_whole_charger_and_never_the_car(house: House) -> None:
    async with house.charge_point(behaviour=quick(samples_of_connector_zero=True)) as cp:
        session = await charge(house, cp, EnergyLimit(400))

        done = await house.until(session, Status.COMPLETED)

    assert done.energy_wh == metered_wh(cp)


async def test_a_sample_repeated_later_counts_once(house: House) -> None:
    async with house.charge_point(behaviour=silent()) as cp:
        session = await charge(house, cp)
        first = sample(house, register("1500"))
        await cp.call("MeterValues", first)
        await cp.call("MeterValues", sample(house, register("1700")))

        await cp.call("MeterValues", first)

    assert house.session(session.id).energy_wh == 700


async def test_a_late_sample_of_a_transaction_that_is_over_is_not_counted_for_the_next(unhurried: House) -> None:
    async with unhurried.charge_point(behaviour=silent()) as cp:
        first = await charge(unhurried, cp)
        await cp.call("MeterValues", sample(unhurried, register("1500")))
        await cp.stop_transaction("Other")
        await unhurried.until(first, Status.COMPLETED)
        second = await unhurried.until(unhurried.boost(), Status.CHARGING)
        over, _ = unhurried.transactions()

        await cp.call("MeterValues", sample(unhurried, register("900"), transactionId=over.id))

    assert unhurried.session(second.id).energy_wh == 0
    assert unhurried.session(first.id).energy_wh == unhurried.transactions()[0].energy_wh


async def test_a_sample_from_before_a_transaction_is_not_its_own(house: House) -> None:
    async with house.charge_point(behaviour=silent()) as cp:
        before = sample(house, register("200"))
        session = await charge(house, cp)

        await cp.call("MeterValues", before)

    assert house.session(session.id).energy_wh == 0


async def test_the_chargers_instant_is_kept_beside_ours_and_its_skew_measured(house: House) -> None:
    async with house.charge_point(behaviour=quick(clock_skew_s=-7200)) as cp:
        asked_at = house.now()
        session = await house.until_drawing(await charge(house, cp))

        [row] = house.transactions()

    assert row.charger_started_at < asked_at - timedelta(hours=1)
    assert abs(row.started_at - row.received_at) < timedelta(hours=1)
    assert session.started_at is not None
    assert session.started_at >= asked_at - seconds(1)


@pytest.mark.parametrize("skew_s", [-7200, 7200])
async def test_a_clock_that_no_status_told_of_is_measured_by_the_start_that_we_asked_for(
    house: House, skew_s: float
) -> None:
    behaviour = quick(clock_skew_s=skew_s, status_timestamps=False)
    async with house.charge_point(behaviour=behaviour) as cp:
        asked_at = house.now()
        session = await house.until_drawing(await charge(house, cp, DurationLimit(3600)))
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.UNPLUGGED
    assert done.started_at is not None
    assert done.started_at >= asked_at - seconds(1)


async def test_a_clock_that_was_ahead_and_is_set_before_a_charge_dates_it_right(house: House) -> None:
    async with house.charge_point(behaviour=silent(clock_skew_s=7200, status_timestamps=True)) as cp:
        await cp.plug_in()
        cp.behaviour.status_timestamps, cp.behaviour.clock_skew_s = False, 0
        asked_at = house.now()
        session = await house.until(house.boost(), Status.CHARGING)

    assert session.started_at is not None
    assert session.started_at >= asked_at - seconds(1)


async def test_a_clock_that_was_ahead_and_is_set_while_it_charges_hides_no_energy(house: House) -> None:
    async with house.charge_point(behaviour=silent(clock_skew_s=7200)) as cp:
        session = await charge(house, cp)
        await cp.call("Heartbeat", {})
        cp.behaviour.clock_skew_s = 0
        for reading in ("1500", "1600", "1700"):
            await cp.call("MeterValues", sample(house, register(reading)))
        at_the_meter = house.session(session.id)
        await cp.reset_register(1700)
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert at_the_meter.energy_wh == done.energy_wh == 700
    assert done.ended_at is not None
    assert done.ended_at > house.now() - seconds(60)


async def test_a_stop_by_a_clock_that_lost_its_time_ends_no_charge_before_it_began(house: House) -> None:
    async with house.charge_point(behaviour=silent()) as cp:
        session = await charge(house, cp)
        await cp.call("MeterValues", sample(house, register("1500")))
        [row] = house.transactions()
        dated = {"timestamp": "1970-01-01T00:00:05Z", "reason": "PowerLoss"}

        await cp.call("StopTransaction", {"transactionId": row.id, "meterStop": 1600, **dated})
        done = await house.until(session, Status.COMPLETED)

    assert done.stop_reason is StopReason.POWER_LOST
    assert done.energy_wh == 600
    assert done.started_at is not None
    assert done.ended_at is not None
    assert done.ended_at > done.started_at


async def test_a_stop_by_a_clock_that_was_set_back_ends_no_charge_before_it_began(house: House) -> None:
    async with house.charge_point(behaviour=silent()) as cp:
        session = await charge(house, cp)
        await cp.call("MeterValues", sample(house, register("1500")))
        [row] = house.transactions()
        earlier = (house.now() - timedelta(hours=5)).isoformat()

        await cp.call("StopTransaction", {"transactionId": row.id, "meterStop": 1600, "timestamp": earlier})
        done = await house.until(session, Status.COMPLETED)

    assert done.started_at == done.ended_at == row.started_at


async def test_a_clock_that_is_ahead_ends_nothing_in_the_future(house: House) -> None:
    async with house.charge_point(behaviour=quick(clock_skew_s=7200)) as cp:
        session = await house.until_drawing(await charge(house, cp))
        await cp.unplug()

        done = await house.until(session, Status.COMPLETED)

    assert done.ended_at is not None
    assert done.ended_at <= house.now()
    assert done.started_at is not None
    assert done.started_at <= done.ended_at


async def test_a_car_that_pauses_by_itself_is_charging_still(house: House) -> None:
    async with house.charge_point() as cp:
        session = await house.until_drawing(await charge(house, cp))
        await cp.battery_full()

        await house.until_true(lambda: house.describe().connector.state == "suspended_ev")
        present = house.session(session.id)

    assert present.status is Status.CHARGING


async def test_a_charger_that_holds_back_pauses_the_session(house: House) -> None:
    async with house.charge_point() as cp:
        session = await house.until_drawing(await charge(house, cp))
        await cp.hold_back()
        await house.until(session, Status.PAUSED)

        await cp.let_go()
        await house.until(session, Status.CHARGING)

    assert [kind for kind in house.steps(session.id) if kind in {"paused", "resumed"}] == ["paused", "resumed"]


async def test_the_reservation_that_a_start_uses_up_is_kept_with_its_transaction(house: House) -> None:
    start = {"connectorId": 1, "idTag": "CAFE0001", "meterStart": 5, "timestamp": house.now().isoformat()}
    async with house.charge_point() as cp:
        await cp.call("StartTransaction", start | {"reservationId": 7})

    assert [transaction.reservation_id for transaction in house.transactions()] == [7]


async def test_the_whole_charger_charges_no_car_and_support_sees_that_it_said_so(house: House) -> None:
    start = {"connectorId": 0, "idTag": "CAFE0001", "meterStart": 0, "timestamp": house.now().isoformat()}
    async with house.charge_point() as cp:
        with pytest.raises(CallRefused) as refused:
            await cp.call("StartTransaction", start)

        def logged() -> list[tuple[str | None, str]]:
            with house.container.database.read() as db:
                of_starts = select(Message.action, Message.kind).where(Message.action == "StartTransaction")
                return [(row.action, row.kind) for row in db.execute(of_starts.order_by(Message.at, Message.id))]

        await house.until_true(lambda: logged() == [("StartTransaction", "call"), ("StartTransaction", "error")])

    assert "PropertyConstraintViolation" in str(refused.value)
    assert (house.sessions(), house.transactions()) == ([], [])
