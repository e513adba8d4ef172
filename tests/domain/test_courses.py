"""What a course allows at an instant, and when that changes."""

import pytest

from homecharge.domain.courses import Period, limit_at, next_change
from tests.domain.builders import at

COURSE = (
    Period(at("00:30"), 7_000),
    Period(at("02:00"), 0),
    Period(at("03:00"), 0),
    Period(at("04:00"), 3_500),
)


@pytest.mark.parametrize(
    ("clock", "limit_w"),
    [("23:00", 0), ("00:29:59", 0), ("00:30", 7_000), ("01:59:59", 7_000), ("03:30", 0), ("04:00", 3_500)],
)
def test_the_newest_period_counts_and_before_the_first_nothing_may_be_drawn(clock: str, limit_w: int):
    assert limit_at(COURSE, at(clock)) == limit_w


@pytest.mark.parametrize(
    ("clock", "change"), [("23:00", "00:30"), ("00:30", "02:00"), ("02:00", "04:00"), ("02:59", "04:00")]
)
def test_a_period_with_the_same_limit_is_no_change(clock: str, change: str):
    assert next_change(COURSE, at(clock)) == at(change)


def test_the_last_period_lasts_for_ever():
    assert next_change(COURSE, at("04:00")) is None
