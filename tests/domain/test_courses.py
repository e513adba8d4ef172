"""What a course allows at an instant, and when that changes."""

from datetime import timedelta

import pytest

from homecharge.domain.courses import Period, drawing_time, drawn_by, limit_at, next_change, next_drawing
from homecharge.domain.durations import lasted
from tests.domain.builders import at, session

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


@pytest.mark.parametrize(("clock", "drawing"), [("23:00", "00:30"), ("01:00", "01:00"), ("02:00", "04:00")])
def test_power_may_be_drawn_again_from(clock: str, drawing: str):
    assert next_drawing(COURSE, at(clock)) == at(drawing)
    assert next_drawing(COURSE[:2], at("02:00")) is None


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        ("23:00", "00:30", 0),
        ("00:30", "01:00", 30),
        ("01:00", "03:30", 60),
        ("01:00", "05:00", 120),
        ("02:00", "03:00", 0),
    ],
)
def test_only_the_time_in_which_power_may_be_drawn_counts(since: str, until: str, minutes: int):
    assert drawing_time(COURSE, at(since), at(until)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("since", "minutes", "end"),
    [("00:30", 90, "02:00"), ("00:30", 91, "04:01"), ("02:30", 10, "04:10"), ("04:10", 10, "04:20")],
)
def test_a_time_is_used_up_later_where_nothing_may_be_drawn_meanwhile(since: str, minutes: int, end: str):
    assert drawn_by(COURSE, at(since), timedelta(minutes=minutes)) == at(end)
    assert drawn_by(COURSE[:2], at(since), timedelta(minutes=91)) is None


def test_what_has_not_begun_has_lasted_no_time():
    assert lasted(session(), until=at("01:00")) == timedelta(0)
