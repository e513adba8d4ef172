"""What the demo's scenes ask for, at whatever time of the day somebody tries it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.times import instant
from homecharge.simulator.demo.scenes import next_ready_by

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(hours=24)
LONG_ENOUGH = timedelta(minutes=90)


@pytest.mark.parametrize("midnight", ["2026-11-28", "2026-06-10"])
@pytest.mark.parametrize("minutes", range(0, 24 * 60, 15))
def test_the_cars_morning_is_near_enough_to_begin_now_and_far_enough_to_have_hours_to_choose(
    midnight: str, minutes: int
):
    now = datetime.fromisoformat(f"{midnight}T00:00Z").astimezone(UTC) + timedelta(minutes=minutes)

    day, wall = next_ready_by(now.astimezone(LONDON))

    assert LONG_ENOUGH <= instant(day, wall, LONDON).at - now <= DAY
