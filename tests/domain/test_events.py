"""Events: when an id was made, and where a listener stands."""

from datetime import UTC, datetime, timedelta

import pytest

from homecharge.domain.events import KEPT, OVERLAP, Position, find_instant, first_id, parse_position, resume

NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)


def id_at(minutes: float, tail: str = "8000-000000000001") -> str:
    return first_id(NOW + timedelta(minutes=minutes))[:19] + tail


@pytest.mark.parametrize(
    "text", ["", "7", "019c9f4e-7d3a-4c11-9f0e-5b1f1a2b3c4d", "ffffffff-ffff-7000-8000-000000000000"]
)
def test_what_is_no_id_of_ours_has_no_instant(text: str):
    assert find_instant(text) is None


def test_an_id_tells_when_it_was_made():
    assert find_instant(first_id(NOW)) == NOW


def test_ids_of_an_instant_lie_behind_its_bound_and_earlier_ones_before_it():
    assert id_at(-1) < first_id(NOW) < id_at(0) < first_id(NOW + timedelta(milliseconds=1))


def test_whoever_resumes_goes_back_a_little_further():
    assert resume(id_at(-5), now=NOW) == Position(first_id(NOW - timedelta(minutes=5) - OVERLAP))


def test_an_id_from_the_future_resumes_from_now():
    assert resume(id_at(5), now=NOW) == Position(first_id(NOW - OVERLAP))


@pytest.mark.parametrize("last", ["nonsense", first_id(NOW - KEPT - timedelta(milliseconds=1))])
def test_what_is_too_long_ago_or_unknown_is_not_resumed(last: str):
    assert resume(last, now=NOW) is None


def test_a_position_survives_being_written():
    position = Position(id_at(0), frozenset({id_at(1), id_at(2)}))

    assert parse_position(str(position)) == position


@pytest.mark.parametrize("text", ["", "{", "7", "[1]", '["a", 7]'])
def test_what_is_no_position_is_none(text: str):
    assert parse_position(text) is None


def test_told_events_before_the_horizon_are_forgotten_and_those_after_it_remembered():
    position = Position(id_at(-9), frozenset({id_at(-8)}))

    moved = position.moved([id_at(-1)], upto=id_at(0), horizon=id_at(-5))

    assert moved == Position(id_at(-5), frozenset({id_at(-1)}))


def test_a_position_with_more_to_tell_stays_before_it():
    moved = Position(id_at(-9)).moved([], upto=id_at(-7), horizon=id_at(-5))

    assert moved == Position(id_at(-7))


def test_a_position_never_moves_back():
    moved = Position(id_at(-1)).moved([], upto=id_at(0), horizon=id_at(-5))

    assert moved == Position(id_at(-1))
