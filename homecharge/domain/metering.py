"""From a charger's register to the energy of a transaction: samples out of order, resets, and when energy flows."""

from datetime import datetime, timedelta
from typing import NamedTuple

FLOW_WH = 50
FLOW_W = 100
FLOW_A = 1.0
NOISE_WH = 100
"""A register that falls by less than this has jittered; one that falls further has been reset."""
TOLD_EVERY = timedelta(seconds=5)
"""Listeners are told of a session's power at most so often."""


class Meter(NamedTuple):
    """A transaction's register as last seen, and the energy it has counted so far (Wh)."""

    last_wh: int
    energy_wh: int
    sampled_at: datetime | None


class MeterReading(NamedTuple):
    """One sample of a session, kept for its curve: the transaction's energy so far, power and state of charge."""

    at: datetime
    received_at: datetime
    energy_wh: int
    power_w: int | None
    soc_percent: int | None


class Metered(NamedTuple):
    """A transaction with what its samples add up to so far; one that was heard to stop counts no more.

    `energy_limit_wh`: with this much energy the session is to be looked at. `skew_s` is its charger's clock
    (`domain.charger_clock`); `readings` are those not stored yet. Listeners were told of a sample at `told_at` last.
    """

    id: int
    charger_id: str
    connector_id: int
    session_id: str | None
    energy_limit_wh: int | None
    session_energy_wh: int
    meter: Meter
    has_samples: bool
    drew_at: datetime | None
    drew_message_id: str | None
    power_w: int | None
    soc_percent: int | None
    heard_at: datetime
    started_at: datetime
    is_open: bool
    is_lost: bool
    is_refused: bool
    told_at: datetime | None
    skew_s: float | None
    readings: tuple[MeterReading, ...] = ()


def register_read(meter: Meter, register_wh: int, *, at: datetime) -> Meter:
    """The meter after a reading; one that is not newer than the last changes nothing (it is a repeat)."""
    if meter.sampled_at is not None and at <= meter.sampled_at:
        return meter
    return Meter(register_wh, meter.energy_wh + _rise(meter.last_wh, register_wh), at)


def told(before: Metered, after: Metered, *, now: datetime) -> Metered:
    """`after`, with its `told_at` at `now` where it shows something new and listeners have had their pause."""
    is_news = (after.meter.energy_wh, after.power_w, after.soc_percent) != (
        before.meter.energy_wh,
        before.power_w,
        before.soc_percent,
    )
    has_paused = before.told_at is None or not timedelta(0) <= now - before.told_at < TOLD_EVERY
    return after._replace(told_at=now) if is_news and has_paused else after


def final_energy(meter: Meter, stop_wh: int, *, start_wh: int) -> int:
    """The energy at StopTransaction: Σ meterStop − meterStart, samples having filled any resets (design.md §5).

    Some chargers sample the transaction's own energy under the register's name: what looks like a reset is none then.
    """
    is_own_energy = meter.energy_wh == meter.last_wh < start_wh <= stop_wh - meter.energy_wh
    return stop_wh - start_wh if is_own_energy else meter.energy_wh + _rise(meter.last_wh, stop_wh)


def _rise(last_wh: int, register_wh: int) -> int:
    if register_wh >= last_wh:
        return register_wh - last_wh
    return 0 if last_wh - register_wh < NOISE_WH else register_wh


def flows(energy_wh: int, *, power_w: int | None, current_a: float | None) -> bool:
    """Whether energy flows: 50 Wh on the register, 100 W or 1 A (rejections.md)."""
    return (
        energy_wh >= FLOW_WH
        or (power_w is not None and power_w >= FLOW_W)
        or (current_a is not None and current_a >= FLOW_A)
    )
