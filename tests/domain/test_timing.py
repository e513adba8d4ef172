"""How long the rules wait."""

from datetime import timedelta

import pytest

from homecharge.domain.timing import Timing


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 15), (6, 15)])
def test_tries_are_further_and_further_apart(attempt: int, minutes: int):
    assert Timing().backoff_after(attempt) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 30), (2, 120), (3, 300), (4, None)])
def test_a_stop_is_repeated_three_times_and_then_at_reconnect(tries: int, seconds: int | None):
    again = Timing().stop_again_after(tries)

    assert again == (timedelta(seconds=seconds) if seconds is not None else None)
