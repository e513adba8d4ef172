"""The tag of a session whose last word goes against what was decided on the tag."""

import pytest

from homecharge.domain.authorization import Decision
from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_trace import State, Step, TraceStep
from homecharge.domain.own_tags import Turn, by_session

ANY = TraceStep(Step.ANY_TOKEN, State.VALID, "location")
CLOSED = TraceStep(Step.LOCATION, State.INVALID, "closed")


@pytest.mark.parametrize(
    ("code", "before", "turn", "told", "state"),
    [
        (Code.PRIVATE_PLACE, CLOSED, Turn.TO_STOP, Code.REMOTE_START, State.VALID),
        (Code.ANY_TOKEN, ANY, Turn.OVER, Code.NOTHING_APPROVED, State.INVALID),
        (Code.ANY_TOKEN, ANY, Turn.OVERTAKEN, Code.NOTHING_APPROVED, State.INVALID),
    ],
)
def test_the_sessions_last_word_is_the_code_and_the_end_of_the_trace(
    code: Code, before: TraceStep, turn: Turn, told: Code, state: State
) -> None:
    decision = by_session(Decision(code=code, trace=(before,)), turn, reference="K7Q2-9MXP")

    assert decision.code is told
    assert decision.trace == (before, TraceStep(Step.REMOTE_START, state, turn.value, {"reference": "K7Q2-9MXP"}))
