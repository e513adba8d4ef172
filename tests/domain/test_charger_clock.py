"""A charger's clock: hours off, measured on live messages, corrected in replays (chargers.md, *While charging*)."""

from datetime import UTC, datetime, timedelta

import pytest

from homecharge.domain.charger_clock import corrected, is_guessed, skew_after, skew_of_start
from tests.domain.builders import at

HEARD = at("00:30")
UNSET = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known_s", "clock", "skew_s"),
    [
        (None, "00:30", 0),
        (None, "00:27", 180),  # the charger is behind, or its message was late
        (None, "01:30", -3600),
        (180, "00:29", 60),  # the smaller holds less delay
        (60, "23:30", 60),  # a replay tells nothing
        (-3600, "00:30", 0),  # an hour ahead, and set right meanwhile
        (-3600, "00:20", -3600),
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
        ("23:30", -4e11, "00:30"),  # no year of the calendar
    ],
)
def test_an_instant_of_the_chargers_is_corrected_by_its_skew(clock: str, skew_s: float | None, expected: str):
    assert corrected(at(clock), skew_s, received_at=HEARD) == at(expected)


def test_a_charger_an_hour_ahead_is_put_right_to_the_second():
    skew_s = skew_after(None, timestamp=HEARD + timedelta(hours=1), received_at=HEARD)

    assert corrected(at("01:15"), skew_s, received_at=at("05:00")) == at("00:15")


@pytest.mark.parametrize(
    ("clock", "skew_s", "expected"),
    [
        (UNSET, None, "00:30"),
        (datetime(2000, 1, 1, tzinfo=UTC), 0.0, "00:30"),
        (UNSET, (at("00:10") - UNSET).total_seconds(), "00:10"),
    ],
)
def test_a_clock_that_was_never_set_tells_no_instant_unless_its_skew_is_known(
    clock: datetime, skew_s: float | None, expected: str
):
    assert corrected(clock, skew_s, received_at=HEARD) == at(expected)


@pytest.mark.parametrize(
    ("known_s", "clock", "connected", "skew_s"),
    [
        (None, "22:28", "00:00", 7320),  # two hours behind: it cannot have begun before it was asked for
        (None, "01:30", "00:00", -3600),  # an hour ahead: nor after we heard of it
        (None, "00:25", "00:00", 0),  # when we asked for it
        (None, "00:28", "00:00", 0),  # the message was late, the clock is right
        (7200, "22:28", "00:00", 7200),  # right by what is known
        (-3600, "00:28", "00:00", 0),  # it was an hour ahead, and has been set
        (7200, "23:29", "00:00", 3660),  # it has been set to something else
        (None, "22:28", "00:28", None),  # asked for on an earlier line: it may be a replay
        (7200, "22:28", "00:28", 7200),
    ],
)
def test_a_start_that_we_asked_for_shows_how_the_clock_is(
    known_s: float | None, clock: str, connected: str, skew_s: float | None
):
    found = skew_of_start(
        known_s, timestamp=at(clock), commanded_at=at("00:25"), connected_at=at(connected), received_at=HEARD
    )

    assert found == skew_s


@pytest.mark.parametrize(
    ("late_s", "skew_s", "guessed"), [(3600, None, True), (-3600, None, True), (2, None, False), (3600, 0.0, False)]
)
def test_an_instant_by_a_clock_that_nobody_knows_is_guessed_unless_it_is_now(
    late_s: float, skew_s: float | None, *, guessed: bool
):
    told_at = HEARD - timedelta(seconds=late_s)

    assert is_guessed(told_at, skew_s, received_at=HEARD) is guessed
