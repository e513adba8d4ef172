"""A provider that keeps failing, and who still asks it."""

from datetime import datetime, timedelta

import pytest

from homecharge.domain.circuits import CLOSED, FAILURES, Circuit
from tests.domain.builders import at

NOW = at("00:30")


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def failing(times: int, circuit: Circuit = CLOSED, *, now: datetime = NOW) -> Circuit:
    for _ in range(times):
        circuit = circuit.failed(now=now)
    return circuit


@pytest.mark.parametrize(
    ("failures", "seconds", "is_open"),
    [(0, 0, False), (FAILURES - 1, 0, False), (FAILURES, 0, True), (FAILURES, 29.9, True), (FAILURES, 30, False)],
)
def test_after_five_failures_in_a_row_nobody_asks_for_30_seconds(failures: int, seconds: float, is_open: bool):  # noqa: FBT001 - a column of a table
    assert failing(failures).is_open(now=after(seconds)) is is_open


def test_one_tries_for_all_and_the_others_go_on_waiting():
    circuit = failing(FAILURES).asked(now=after(30))

    assert circuit.is_open(now=after(30))
    assert circuit.failed(now=after(45)).is_open(now=after(59))
    assert not circuit.failed(now=after(45)).is_open(now=after(60))


def test_a_try_of_which_nothing_is_heard_again_does_not_keep_it_open():
    circuit = failing(FAILURES).asked(now=after(30))

    assert not circuit.is_open(now=after(60))


def test_asking_while_it_is_closed_changes_nothing():
    circuit = failing(FAILURES - 1)

    assert circuit.asked(now=after(1)) == circuit


def test_what_was_asked_before_it_opened_and_fails_later_does_not_postpone_the_next_try():
    circuit = failing(100, failing(FAILURES), now=after(14))

    assert (circuit.failures, circuit.next_try_at) == (FAILURES + 100, after(30))


def test_a_clock_that_is_set_back_does_not_keep_it_open():
    assert not failing(FAILURES).is_open(now=NOW - timedelta(hours=1))


def test_the_reason_says_how_often_since_when_and_until_when():
    circuit = failing(FAILURES - 1, CLOSED.failed(now=NOW), now=after(10))

    assert circuit.reason == "the provider failed 5 times since 00:30:00; next try 00:30:40 UTC"
