"""A session moves by one table (design.md §3)."""

import itertools

import pytest

from homecharge.domain.session_state import MOVES, Status, moved
from tests.domain.builders import session

ALLOWED = sorted((before, after) for before, allowed in MOVES.items() for after in allowed)
FORBIDDEN = sorted(set(itertools.product(Status, Status)) - set(ALLOWED))


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_a_move_of_the_table_is_made(before: Status, after: Status):
    assert moved(session(status=before), after, version=7) == session(status=after, version=7)


@pytest.mark.parametrize(("before", "after"), FORBIDDEN)
def test_no_other_move_is_made(before: Status, after: Status):
    with pytest.raises(ValueError, match=f"a session that is {before} cannot become {after}"):
        moved(session(status=before), after)
