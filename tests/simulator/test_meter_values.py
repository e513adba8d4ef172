"""Samples: their interval, units, measurands, and everything that can be wrong with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from homecharge.observability.clock import ManualClock
from homecharge.simulator.behaviour import Behaviour
from homecharge.simulator.charge_point import ChargePoint
from homecharge.simulator.journal import Journal
from homecharge.simulator.meter import Meter
from tests.simulator.conftest import MakeChargePoint
from tests.simulator.strict_server import StrictServer


def energy(body: dict[str, Any]) -> tuple[str, str]:
    (sample,) = [s for s in body["meterValue"][0]["sampledValue"] if s["measurand"] == "Energy.Active.Import.Register"]
    return sample["value"], sample["unit"]


def power(body: dict[str, Any]) -> str:
    (sample,) = [s for s in body["meterValue"][0]["sampledValue"] if s["measurand"] == "Power.Active.Import"]
    return str(sample["value"])


async def charging(charge_point: ChargePoint) -> None:
    await charge_point.connect()
    await charge_point.plug_in()
    await charge_point.start_transaction("CARD")
    await charge_point.until_status("Charging")


def test_an_hour_at_7400_w_is_7400_wh():
    meter = Meter(500, at=0)

    meter.flow(7400, 1, at=0)

    assert meter.read_wh(at=3600) == 7900


def test_time_may_run_faster_in_the_meter_than_on_the_wall():
    meter = Meter(0, at=0)

    meter.flow(7200, 3600, at=0)
    meter.flow(0, 3600, at=10)

    assert meter.read_wh(at=99) == 72_000


async def test_samples_come_at_the_interval_the_server_sets_divided_by_the_time_scale(
    server: StrictServer, make: MakeChargePoint
):
    charge_point = make(time_scale=100)
    await charging(charge_point)

    await server.call("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "2"})
    await server.until(lambda: len(server.bodies("MeterValues")) >= 2)

    values = [int(energy(body)[0]) for body in server.bodies("MeterValues")]
    assert values == sorted(values)
    assert {body["transactionId"] for body in server.bodies("MeterValues")} == {charge_point.state().transaction_id}


async def test_a_demo_charges_twenty_kilowatt_hours_in_seconds(server: StrictServer, make: MakeChargePoint):
    charge_point = make(time_scale=200_000, sample_every_s=0.01)
    await charging(charge_point)

    await charge_point.until(lambda state: state.register_wh > 21_000)
    await charge_point.unplug()

    start, stop = server.bodies("StartTransaction")[0], server.bodies("StopTransaction")[0]
    assert stop["meterStop"] - start["meterStart"] >= 20_000


@pytest.mark.parametrize(
    ("unit", "seen"), [("Wh", ["Wh", "Wh"]), ("kWh", ["kWh", "kWh"]), ("alternating", ["Wh", "kWh"])]
)
async def test_energy_is_told_in_either_unit(server: StrictServer, make: MakeChargePoint, unit: str, seen: list[str]):
    charge_point = make(unit=unit, power_w=0, register_wh=1234)
    await charging(charge_point)

    await charge_point.sample()
    await charge_point.sample()

    told = [energy(body) for body in server.bodies("MeterValues")]
    assert [told_unit for _, told_unit in told] == seen
    assert all(value == ("1234" if told_unit == "Wh" else "1.234") for value, told_unit in told)


async def test_power_may_be_stuck_at_zero_while_energy_rises(server: StrictServer, make: MakeChargePoint):
    charge_point = make(power_stuck_at_zero=True, time_scale=100_000)
    await charging(charge_point)

    await charge_point.until(lambda state: state.register_wh > 1000)
    await charge_point.sample()

    assert power(server.bodies("MeterValues")[-1]) == "0"
    assert int(energy(server.bodies("MeterValues")[-1])[0]) > 1000


async def test_a_car_may_take_nothing_though_it_charges(server: StrictServer, make: MakeChargePoint):
    charge_point = make(time_scale=100_000)
    await charging(charge_point)

    await charge_point.set_power(0)
    before = charge_point.state().register_wh
    await charge_point.sample()

    assert charge_point.state().status == "Charging"
    assert int(energy(server.bodies("MeterValues")[-1])[0]) == before


async def test_a_register_may_reset(server: StrictServer, make: MakeChargePoint):
    charge_point = make(power_w=0, register_wh=5000)
    await charging(charge_point)

    await charge_point.reset_register()
    await charge_point.sample()

    assert energy(server.bodies("MeterValues")[-1]) == ("0", "Wh")


async def test_samples_may_lack_the_transaction_and_speak_of_connector_zero(
    server: StrictServer, make: MakeChargePoint
):
    charge_point = make(samples_without_transaction=True, samples_of_connector_zero=True)
    await charging(charge_point)

    await charge_point.sample()

    assert [body["connectorId"] for body in server.bodies("MeterValues")] == [1, 0]
    assert all("transactionId" not in body for body in server.bodies("MeterValues"))


async def test_there_may_be_no_samples_at_all(server: StrictServer, make: MakeChargePoint):
    charge_point = make(samples=False, sample_every_s=0.001, time_scale=100_000)
    await charging(charge_point)

    await charge_point.until(lambda state: state.register_wh > 0)
    for _ in range(20):
        await charge_point.call("Heartbeat", {})

    assert server.bodies("MeterValues") == []


async def test_measurands_are_those_the_server_asks_for(server: StrictServer, make: MakeChargePoint):
    charge_point = make(soc_percent=55.5)
    await charging(charge_point)
    value = "Energy.Active.Import.Register,Current.Import,Voltage,SoC"

    await server.call("ChangeConfiguration", {"key": "MeterValuesSampledData", "value": value})
    await charge_point.sample()

    sampled = server.bodies("MeterValues")[-1]["meterValue"][0]["sampledValue"]
    assert ",".join(sample["measurand"] for sample in sampled) == value
    assert sampled[-1] == {"value": "55.5", "context": "Sample.Periodic", "measurand": "SoC", "unit": "Percent"}


async def test_a_clock_may_be_hours_off(server: StrictServer):
    clock = ManualClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
    behaviour = Behaviour(clock_skew_s=-7200)

    async with ChargePoint(
        server.url, "CP1", server.password, behaviour=behaviour, journal=Journal(clock=clock)
    ) as charge_point:
        await charge_point.plug_in()
        clock.advance(timedelta(seconds=1.5))
        await charge_point.start_transaction("CARD")

    assert server.bodies("StartTransaction")[0]["timestamp"] == "2026-11-20T10:00:01.500Z"
