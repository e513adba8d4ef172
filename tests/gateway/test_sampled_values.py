"""From sampled values to samples in base units (chargers.md, "While charging")."""

from datetime import UTC, datetime
from typing import Any

import pytest

from homecharge.gateway.v16.sampled_values import read_samples
from homecharge.ports.charger_events import Sample

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ARRIVAL = datetime(2026, 11, 20, 13, tzinfo=UTC)

ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
CURRENT = "Current.Import"


def _value(value: str, measurand: str | None = None, **others: str) -> dict[str, str]:
    return {"value": value, **({} if measurand is None else {"measurand": measurand}), **others}


def _read(*sampled: dict[str, str]) -> tuple[tuple[Sample, ...], list[str]]:
    notes: list[str] = []
    entry = {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": list(sampled)}
    return read_samples([entry], arrival=ARRIVAL, note=notes.append), notes


@pytest.mark.parametrize(
    ("sampled", "expected"),
    [
        ([_value("1200")], {"energy_wh": 1200}),
        ([_value("1200.6")], {"energy_wh": 1201}),
        ([_value("1200", ENERGY, unit="Wh")], {"energy_wh": 1200}),
        ([_value("1.2345", ENERGY, unit="kWh")], {"energy_wh": 1234}),
        ([_value("1.2", unit="kwh")], {"energy_wh": 1200}),
        ([_value("1.2", unit="KWh")], {"energy_wh": 1200}),
        ([_value("7.4", POWER, unit="kW")], {"power_w": 7400}),
        ([_value("7400", POWER)], {"power_w": 7400}),
        ([_value("31.5", CURRENT, unit="A")], {"current_a": 31.5}),
        ([_value("55", "SoC", unit="Percent", location="EV")], {"soc_percent": 55}),
        ([_value("-3", POWER)], {"power_w": -3}),
        ([_value("5"), _value("230", "Voltage", unit="V", phase="L1")], {"energy_wh": 5}),
    ],
)
def test_a_value_is_read_in_its_own_unit(sampled: list[dict[str, str]], expected: dict[str, Any]):
    samples, notes = _read(*sampled)

    assert samples == (
        Sample(NOON, **{"energy_wh": None, "power_w": None, "current_a": None, "soc_percent": None} | expected),
    )
    assert notes == []


@pytest.mark.parametrize(
    ("sampled", "expected"),
    [
        ([("100", POWER, "L1"), ("200", POWER, "L2"), ("300", POWER, "L3")], ("power_w", 600)),
        ([("100", POWER, "L1-N"), ("200", POWER, "L2-N")], ("power_w", 300)),
        ([("100", POWER, "L1"), ("777", POWER, None)], ("power_w", 777)),
        (
            [("10", CURRENT, "L1"), ("12", CURRENT, "L2"), ("11", CURRENT, "L3"), ("99", CURRENT, "N")],
            ("current_a", 12),
        ),
        ([("1000", ENERGY, "L1"), ("2000", ENERGY, "L2")], ("energy_wh", 3000)),
        ([("100", POWER, "L1"), ("400", POWER, "L1-L2")], ("power_w", 100)),
    ],
)
def test_phases_are_added_and_the_highest_current_counts_unless_a_whole_is_told(
    sampled: list[tuple[str, str, str | None]], expected: tuple[str, float]
):
    values = [
        _value(value, measurand, **({} if phase is None else {"phase": phase})) for value, measurand, phase in sampled
    ]

    samples, _ = _read(*values)

    assert getattr(samples[0], expected[0]) == expected[1]


def test_the_outlet_outranks_other_places_and_these_outrank_nothing():
    both, _ = _read(_value("5", ENERGY, location="Inlet"), _value("6", ENERGY, location="Outlet"))
    inlet_only, _ = _read(_value("5", ENERGY, location="Inlet"))

    assert (both[0].energy_wh, inlet_only[0].energy_wh) == (6, 5)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "-inf", "12,5", "1e400", "OCMF|{}"])
def test_what_is_not_a_number_is_noted_and_left_out(text: str):
    samples, notes = _read(_value(text), _value("7000", POWER))

    assert samples == (Sample(NOON, None, 7000, None, None),)
    assert len(notes) == 1


@pytest.mark.parametrize(
    "sampled",
    [
        _value("5", ENERGY, unit="A"),
        _value("5", POWER, unit="VA"),
        _value("101", "SoC"),
        _value("1e300", ENERGY, unit="kWh"),
        _value("1e12", POWER),
    ],
)
def test_what_cannot_be_is_noted_and_left_out(sampled: dict[str, str]):
    samples, notes = _read(sampled)

    assert samples == ()
    assert len(notes) == 1


def test_signed_data_is_left_out():
    samples, _ = _read(_value("5", format="SignedData"), _value("6", format="Raw"))

    assert samples == (Sample(NOON, 6, None, None, None),)


def test_entries_keep_their_order_and_empty_ones_vanish():
    entries = [
        {"timestamp": "2026-11-20T12:01:00Z", "sampledValue": [_value("2", context="Transaction.End")]},
        {"timestamp": "2026-11-20T12:00:30Z", "sampledValue": [_value("230", "Voltage")]},
        {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [_value("1", context="Made.Up")]},
    ]

    samples = read_samples(entries, arrival=ARRIVAL, note=lambda _: None)

    assert [(sample.energy_wh, sample.context) for sample in samples] == [(2, "Transaction.End"), (1, None)]


def test_an_instant_that_cannot_be_read_is_that_of_the_arrival():
    (sample,) = read_samples([{"timestamp": "?", "sampledValue": [_value("1")]}], arrival=ARRIVAL, note=lambda _: None)

    assert sample.at == ARRIVAL
