"""What is told of a session's tag where the session says more than the tag (design.md §3, *Races, settled*)."""

import dataclasses
from enum import StrEnum

from homecharge.domain.authorization import Decision
from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_trace import State, Step, TraceStep


class Turn(StrEnum):
    """What has become of the session: a finding of the step `remote_start`."""

    TO_STOP = "to_stop"
    """Somebody has stopped it while it was starting: its transaction is accepted, and stopped at once."""
    OVER = "over"
    """It, or the try that followed it, was cancelled or stopped."""
    OVERTAKEN = "overtaken"
    """It is over, and another charge is under way on the connector."""


def by_session(decision: Decision, turn: Turn, *, reference: str) -> Decision:
    """The decision on the tag with its session's last word; what was found before stays in the trace."""
    is_accepted = turn is Turn.TO_STOP
    state = State.VALID if is_accepted else State.INVALID
    last = TraceStep(Step.REMOTE_START, state, turn.value, {"reference": reference})
    return dataclasses.replace(
        decision,
        code=Code.REMOTE_START if is_accepted else Code.NOTHING_APPROVED,
        trace=(*decision.trace, last),
        expires_at=None,
    )
