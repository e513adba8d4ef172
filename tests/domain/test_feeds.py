"""Feeds of prices: when to ask again."""

from datetime import timedelta

import pytest

from homecharge.domain.feeds import ask_again_at
from tests.domain.builders import at

NOW = at("00:30")


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 30), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (999, 30)]
)
def test_after_each_failure_it_is_asked_later_again(failures: int, minutes: int):
    assert ask_again_at(failures, now=NOW) == NOW + timedelta(minutes=minutes)
