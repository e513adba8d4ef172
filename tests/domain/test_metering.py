"""Registers: out of order, repeated, reset; and when energy flows (rejections.md)."""

from datetime import timedelta
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.metering import Meter, Metered, final_energy, flows, register_read, told
from tests.domain.builders import at

BEGUN = Meter(last_wh=10_000, energy_wh=0, sampled_at=None)


def read(*registers: tuple[str, int]) -> Meter:
    meter = BEGUN
    for clock, register_wh in registers:
        meter = register_read(meter, register_wh, at=at(clock))
    return meter


@pytest.mark.parametrize(
    ("registers", "energy_wh"),
    [
        ([], 0),
        ([("00:31", 10_100), ("00:32", 10_250)], 250),
        ([("00:31", 10_100), ("00:31", 10_250)], 100),  # one instant is told once
        ([("00:32", 10_250), ("00:31", 10_100), ("00:33", 10_300)], 300),  # a replay counts nothing twice
        ([("00:31", 10_100), ("00:32", 10_090), ("00:33", 10_200)], 210),  # it jitters
        ([("00:31", 10_500), ("00:32", 20), ("00:33", 120)], 620),  # it was reset, and counts from 0 again
    ],
)
def test_a_register_becomes_energy(registers: list[tuple[str, int]], energy_wh: int):
    assert read(*registers).energy_wh == energy_wh


@pytest.mark.parametrize(("stop_wh", "energy_wh"), [(10_600, 600), (10_500, 500), (30, 530)])
def test_the_stop_fills_in_what_no_sample_told(stop_wh: int, energy_wh: int):
    assert final_energy(read(("00:31", 10_500)), stop_wh, start_wh=BEGUN.last_wh) == energy_wh


@pytest.mark.parametrize(
    ("registers", "stop_wh", "energy_wh"),
    [
        ([("00:31", 0), ("00:32", 150), ("00:33", 300)], 10_320, 320),
        ([("00:31", 40), ("00:32", 150)], 10_150, 150),
        ([("00:31", 0), ("00:32", 300)], 310, 310),  # that was a reset
        ([("00:31", 10_500), ("00:32", 20)], 11_000, 11_500),  # and that
        ([("00:31", 40), ("00:32", 150)], 10_100, 10_100),  # less than the samples told: a reset, too
    ],
)
def test_samples_of_the_transactions_own_energy_are_no_reset(
    registers: list[tuple[str, int]], stop_wh: int, energy_wh: int
):
    assert final_energy(read(*registers), stop_wh, start_wh=BEGUN.last_wh) == energy_wh


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=20))
def test_however_many_samples_tell_of_it_the_energy_is_stop_minus_start(rises: list[int]):
    registers = list(accumulate(rises, initial=BEGUN.last_wh))
    meter = BEGUN
    for minute, register_wh in enumerate(registers[:-1]):
        meter = register_read(meter, register_wh, at=at(f"00:{minute:02}"))

    assert final_energy(meter, registers[-1], start_wh=BEGUN.last_wh) == sum(rises)


@pytest.mark.parametrize(
    ("energy_wh", "power_w", "current_a", "expected"),
    [
        (50, None, None, True),
        (49, None, None, False),
        (0, 100, None, True),
        (0, 99, None, False),
        (0, None, 1.0, True),
        (0, None, 0.9, False),
        (50, 0, 0.0, True),  # a power stuck at 0 while energy rises
        (0, 0, 0.0, False),
    ],
)
def test_energy_flows_by_register_power_or_current(
    energy_wh: int, power_w: int | None, current_a: float | None, *, expected: bool
):
    assert flows(energy_wh, power_w=power_w, current_a=current_a) is expected


METERED = Metered(
    id=1,
    charger_id="charger",
    connector_id=1,
    session_id="session",
    energy_limit_wh=None,
    session_energy_wh=0,
    meter=BEGUN,
    has_samples=True,
    drew_at=None,
    drew_message_id=None,
    power_w=7000,
    soc_percent=50,
    heard_at=at("00:30"),
    started_at=at("00:30"),
    is_open=True,
    is_lost=False,
    is_refused=False,
    told_at=None,
    skew_s=None,
)


@pytest.mark.parametrize(
    ("changes", "told_s", "is_told"),
    [
        ({"power_w": 6000}, None, True),
        ({"soc_percent": 51}, None, True),
        ({"meter": BEGUN._replace(energy_wh=10)}, None, True),
        ({"heard_at": at("00:31")}, None, False),  # it shows nothing new
        ({"power_w": 6000}, 4.9, False),
        ({"power_w": 6000}, 5, True),
        ({"power_w": 6000}, -60, True),  # the clock was set back
    ],
)
def test_listeners_are_told_what_is_new_every_five_seconds_at_most(
    changes: dict[str, Any], told_s: float | None, *, is_told: bool
):
    now = at("00:32")
    before = METERED._replace(told_at=None if told_s is None else now - timedelta(seconds=told_s))

    after = told(before, before._replace(**changes), now=now)

    assert (after.told_at == now) is is_told
