from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from homecharge.observability.clock import Clock, ManualClock, SystemClock

NIGHT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("make", [SystemClock, lambda: ManualClock(NIGHT)])
def test_every_clock_tells_utc_and_never_measures_backwards(make: Callable[[], Clock]) -> None:
    clock = make()

    first, second = clock.monotonic(), clock.monotonic()

    assert clock.now().tzinfo is UTC
    assert first <= second


def test_a_manual_clock_stands_still_until_time_passes() -> None:
    clock = ManualClock(NIGHT.astimezone(timezone(timedelta(hours=1))))
    before = (clock.now(), clock.monotonic())

    clock.advance(timedelta(minutes=90))

    assert before == (NIGHT, 0)
    assert (clock.now(), clock.monotonic()) == (NIGHT + timedelta(minutes=90), 5400)


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_jump_moves_the_wall_clock_and_no_time_passes(by: timedelta) -> None:
    clock = ManualClock(NIGHT)

    clock.jump(by)

    assert (clock.now(), clock.monotonic()) == (NIGHT + by, 0)


def test_time_cannot_pass_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        ManualClock(NIGHT).advance(timedelta(seconds=-1))
