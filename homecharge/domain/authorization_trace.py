"""The trace of a decision: every step that was looked at and what was found there; texts are written from its codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from homecharge.domain.authorization_codes import Code


class Step(StrEnum):
    """A way to be approved, or a thing that stands in the way (authorization.md, steps 0 to 12 and R1 to R5)."""

    CHARGER = "charger"
    UID = "uid"
    PAIRING = "pairing"
    ANY_TOKEN = "any_token"  # noqa: S105 - a step, not a password
    REMOTE_START = "remote_start"
    EARLIER_GRANT = "earlier_grant"
    LOCAL_GROUPS = "local_groups"
    PROVIDER = "provider"
    ROAMING = "roaming"
    REIMBURSEMENT = "reimbursement"
    PRE_APPROVED = "pre_approved"
    LOCATION = "location"
    TOKEN = "token"  # noqa: S105 - a step, not a password
    WHITELIST = "whitelist"
    LIVE_CHECK = "live_check"
    OFFLINE = "offline"
    NOTHING = "nothing"
    CONCURRENT = "concurrent"
    FAULT = "fault"


class State(StrEnum):
    """How a step went: passed, did not pass, had nothing to look at, was not answered in time."""

    VALID = "valid"
    INVALID = "invalid"
    SKIPPED = "skipped"
    TIMEOUT = "timeout"


Param = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step: `finding` picks its sentence ("blocked"), `params` fill it."""

    step: Step
    state: State
    finding: str
    params: Mapping[str, Param] = field(default_factory=dict)


OF_OTHERS = frozenset({"charger", "group", "said"})
"""Parameters that may name what belongs to others: their chargers, operators' groups, and what a provider wrote."""


def known_to_members(trace: Sequence[TraceStep]) -> dict[str, Param]:
    """All that a trace knows and that a home's members may be told, the later steps first."""
    return {name: value for step in trace for name, value in step.params.items() if name not in OF_OTHERS}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step came upon; with a `code` it settles the matter. A `note` is the reason if nothing grants later."""

    step: Step
    state: State
    finding: str
    code: Code | None = None
    note: Code | None = None
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def traced(self) -> TraceStep:
        """Its line of the trace."""
        return TraceStep(self.step, self.state, self.finding, self.params)


def stored_trace(trace: Sequence[TraceStep]) -> list[dict[str, Any]]:
    """The trace as plain JSON; instants are marked as such."""
    return [
        {
            "step": step.step.value,
            "state": step.state.value,
            "finding": step.finding,
            "params": {name: _plain(value) for name, value in step.params.items()},
        }
        for step in trace
    ]


def restored_trace(stored: Sequence[dict[str, Any]]) -> tuple[TraceStep, ...]:
    """What `stored_trace` wrote."""
    return tuple(
        TraceStep(
            Step(step["step"]),
            State(step["state"]),
            step["finding"],
            {name: _restored(value) for name, value in step["params"].items()},
        )
        for step in stored
    )


def _plain(value: Param) -> str | int | dict[str, str] | None:
    return {"instant": value.isoformat()} if isinstance(value, datetime) else value


def _restored(value: Any) -> Param:  # noqa: ANN401 - any JSON value that `_plain` writes
    return datetime.fromisoformat(value["instant"]) if isinstance(value, dict) else value
