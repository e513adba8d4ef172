"""Answers about occurrences."""

from typing import Any

from marshmallow import post_load, pre_dump
from marshmallow.validate import OneOf, Range

from homecharge.domain import overrides
from homecharge.domain.occurrence_states import OccurrenceState
from homecharge.domain.session_state import Result, Status, StopReason
from homecharge.domain.targets import target_json
from homecharge.domain.times import ClockNote
from homecharge.web import fields, household
from homecharge.web.api.plans import Plan
from homecharge.web.api.sessions.schemas import Window
from homecharge.web.api.targets import Target, TargetBody
from homecharge.web.pictures.plan_picture import NARROWEST, WIDEST
from homecharge.web.pictures.themes import Theme
from homecharge.web.schemas import Schema, named, only


class Outcome(Schema):
    """How the last try that is over ended."""

    EXAMPLES = only(status="completed", result="met", stop_reason="limit_energy", reason=None)

    session_id = fields.Id(required=True)
    reference = fields.String(required=True, metadata={"example": "K7Q2-9MXP"})
    status = fields.String(required=True, metadata={"enum": [Status.COMPLETED, Status.REJECTED]})
    result = fields.String(required=True, allow_none=True, metadata={"enum": [*Result, None]})
    stop_reason = fields.String(required=True, allow_none=True, metadata={"enum": [*StopReason, None]})
    reason = fields.String(required=True, allow_none=True, metadata={"description": "The code of its rejection."})
    energy_wh = fields.Whole(required=True)
    ended_at = fields.Instant(required=True, allow_none=True)


class Override(Schema):
    """What a single occurrence has of its own; null: as the schedule has it."""

    EXAMPLES = only(ready_by="06:30", target=None)

    ready_by = fields.WallTime(required=True, allow_none=True)
    target = fields.Nested(Target, required=True, allow_none=True)

    @pre_dump
    def _shown(self, value: overrides.Override, **_: object) -> dict[str, Any]:
        return {"ready_by": value.ready_by, "target": target_json(value.target)}


class OverrideBody(Schema):
    """Another ready-by, on the same day, and another target; what is left out or null is as the schedule has it."""

    EXAMPLES = only(ready_by="06:30", target={"kind": "energy", "energy_wh": 20_000})

    ready_by = fields.WallTime(allow_none=True)
    target = fields.Nested(TargetBody, allow_none=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> overrides.Override:
        return overrides.Override(**data)


UPCOMING: dict[str, Any] = {
    "id": household.NEXT_OCCURRENCE,
    "local_date": "2026-11-23",
    "round": 1,
    "starts_at": "2026-11-23T00:30:00Z",
    "ready_by": None,
    "window": {"start": "2026-11-23T00:30:00Z", "end": "2026-11-23T05:30:00Z"},
    "last_feasible_start": "2026-11-23T05:15:00Z",
    "state": "upcoming",
    "override": None,
    "sessions": [],
    "outcome": None,
}
"""The night to Monday, in examples."""


class Occurrence(Schema):
    """One firing of a schedule."""

    EXAMPLES = named(
        upcoming={**UPCOMING, "plan": None},
        completed={
            "id": household.OCCURRENCE,
            "local_date": "2026-11-20",
            "round": 1,
            "starts_at": "2026-11-20T00:30:00Z",
            "ready_by": None,
            "last_feasible_start": "2026-11-20T05:15:00Z",
            "state": "completed",
            "override": None,
            "plan": None,
            "sessions": [household.SESSION],
        },
        of_a_smart_schedule={
            **UPCOMING,
            "id": household.SMART_OCCURRENCE,
            "schedule_id": household.SMART_SCHEDULE,
            "ready_by": "2026-11-23T07:30:00Z",
            "last_feasible_start": "2026-11-23T06:06:40Z",
            "window": {"start": "2026-11-22T07:30:00Z", "end": "2026-11-23T07:30:00Z"},
        },
    )

    id = fields.Id(required=True)
    schedule_id = fields.Id(required=True)
    local_date = fields.Day(required=True)
    round = fields.Whole(required=True)
    starts_at = fields.Instant(required=True)
    ready_by = fields.Instant(required=True, allow_none=True)
    window = fields.Nested(Window, required=True)
    last_feasible_start = fields.Instant(
        required=True, metadata={"description": "What is in the way may be mended until then."}
    )
    clock_note = fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": [*ClockNote, None], "description": "What a clock change did to its start."},
    )
    state = fields.String(required=True, metadata={"enum": list(OccurrenceState)})
    override = fields.Nested(
        Override,
        required=True,
        allow_none=True,
        metadata={"description": "What is different from the schedule this time; null: nothing."},
    )
    plan = fields.Nested(
        Plan,
        required=True,
        allow_none=True,
        metadata={
            "description": "As it is followed, or as it would be made if the car came now; null for a Manual, and in "
            "solar-only mode."
        },
    )
    sessions = fields.List(fields.Id(), required=True, metadata={"description": "Its tries, oldest first."})
    outcome = fields.Nested(Outcome, required=True, allow_none=True)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)


class PictureQuery(Schema):
    """How a plan is drawn."""

    theme = fields.String(load_default=Theme.LIGHT, validate=OneOf(list(Theme)), metadata={"enum": list(Theme)})
    width = fields.Integer(load_default=720, validate=Range(NARROWEST, WIDEST), metadata={"description": "In pixels."})
