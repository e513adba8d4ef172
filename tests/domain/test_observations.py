"""What is said of the world, and which of it counts."""

from datetime import timedelta

import pytest

from homecharge.domain.observations import observation_problems, supersedes
from homecharge.domain.vehicles import StateOfCharge
from tests.domain.builders import at

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("ahead", "wrong"), [(-MINUTE, []), (MINUTE, []), (MINUTE + timedelta(seconds=1), ["at"])])
def test_what_is_said_is_of_the_past_but_for_what_clocks_differ(ahead: timedelta, wrong: list[str]):
    assert list(observation_problems(StateOfCharge(50, at("12:00") + ahead), now=at("12:00"))) == wrong


@pytest.mark.parametrize(
    ("percent", "clock", "expected"),
    [
        pytest.param(50, "13:00", False, id="the same"),
        pytest.param(51, "13:00", True, id="put right"),
        pytest.param(50, "13:01", True, id="newer"),
        pytest.param(51, "12:59", False, id="older"),
    ],
)
def test_the_newest_counts(percent: int, clock: str, *, expected: bool):
    known = StateOfCharge(50, at("13:00"))

    assert supersedes(StateOfCharge(percent, at(clock)), known) is expected


def test_anything_is_news_where_nothing_was_known():
    assert supersedes(StateOfCharge(0, at("12:00")), None)
