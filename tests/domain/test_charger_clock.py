"""A charger's clock: hours off, measured on live messages, corrected in replays (chargers.md, *While charging*)."""

from datetime import timedelta

import pytest

from homecharge.domain.charger_clock import corrected, skew_after
from tests.domain.builders import at

HEARD = at("00:30")


@pytest.mark.parametrize(
    ("known_s", "clock", "skew_s"),
    [
        (None, "00:30", 0),
        (None, "00:27", 180),  # the charger is behind, or its message was late
        (None, "01:30", -3600),
        (180, "00:29", 60),  # the smaller holds less delay
        (60, "23:30", 60),  # a replay tells nothing
    ],
)
def test_the_skew_is_the_smallest_that_was_measured(known_s: float | None, clock: str, skew_s: float):
    assert skew_after(known_s, timestamp=at(clock), received_at=HEARD) == skew_s


@pytest.mark.parametrize(
    ("clock", "skew_s", "expected"),
    [
        ("23:30", None, "23:30"),
        ("23:30", 3.0, "23:30"),  # the line's delay, not the clock
        ("23:30", 600.0, "23:40"),
        ("00:10", -600.0, "00:00"),
        ("01:30", None, "00:30"),  # nothing has happened later than we heard of it
        ("00:25", 600.0, "00:30"),
    ],
)
def test_an_instant_of_the_chargers_is_corrected_by_its_skew(clock: str, skew_s: float | None, expected: str):
    assert corrected(at(clock), skew_s, received_at=HEARD) == at(expected)


def test_a_charger_an_hour_ahead_is_put_right_to_the_second():
    skew_s = skew_after(None, timestamp=HEARD + timedelta(hours=1), received_at=HEARD)

    assert corrected(at("01:15"), skew_s, received_at=at("05:00")) == at("00:15")
