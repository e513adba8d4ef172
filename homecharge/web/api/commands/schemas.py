"""Commands: bodies and answers."""

from marshmallow import fields as plain
from marshmallow.validate import OneOf

from homecharge.domain.commands import ACTIONS, CommandState, Unsent
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, named, only


class CommandBody(Schema):
    """What a charger is to be told."""

    EXAMPLES = named(
        reset={"action": "Reset", "payload": {"type": "Soft"}},
        diagnostics={"action": "GetDiagnostics", "payload": {"location": "ftp://files.example.org/logs"}},
    )

    action = fields.String(required=True, validate=OneOf(ACTIONS), metadata={"enum": list(ACTIONS)})
    payload = plain.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "As OCPP 1.6 defines it for the action; what is not defined there is refused."},
    )


class Requester(Schema):
    """Who asked for it."""

    EXAMPLES = only(id=household.SAM, name="Sam")

    id = fields.Id(required=True)
    name = fields.String(required=True)


class CommandError(Schema):
    """What went wrong."""

    EXAMPLES = only(detail=None)

    code = fields.String(
        required=True,
        metadata={"description": f"A CALLERROR's code, or one of {', '.join(Unsent)}.", "example": "NotImplemented"},
    )
    detail = fields.String(required=True, allow_none=True)


class FollowUp(Schema):
    """A message of the charger that followed from it."""

    EXAMPLES = only(
        at="2026-11-20T11:05:41.310Z",
        action="BootNotification",
        detail={"chargePointVendor": "Volta", "chargePointModel": "Wall 7"},
    )

    at = fields.Instant(is_exact=True, required=True)
    action = fields.String(required=True)
    detail = plain.Dict(keys=fields.String(), required=True)
    message_id = fields.Id(required=True, allow_none=True)


class Command(Schema):
    """A command and what became of it, secrets masked."""

    EXAMPLES = only(
        id=household.COMMAND,
        action="Reset",
        payload={"type": "Soft"},
        state="accepted",
        status="Accepted",
        answer={"status": "Accepted"},
        error=None,
        created_at=household.NOW,
        updated_at="2026-11-20T11:05:41Z",
        sent_at="2026-11-20T11:05:00.120Z",
        answered_at="2026-11-20T11:05:00.480Z",
    )

    id = fields.Id(required=True)
    charger_id = fields.Id(required=True)
    action = fields.String(required=True)
    payload = plain.Dict(keys=fields.String(), required=True)
    state = fields.String(
        required=True,
        metadata={
            "enum": list(CommandState),
            "description": "`sent`: on its way. `accepted`, `rejected`: the charger's answer; it may still be at work.",
        },
    )
    status = fields.String(
        required=True, allow_none=True, metadata={"description": "The charger's own word.", "example": "Scheduled"}
    )
    answer = plain.Dict(
        keys=fields.String(), required=True, allow_none=True, metadata={"description": "All that it answered."}
    )
    error = fields.Nested(CommandError, required=True, allow_none=True)
    requested_by = fields.Nested(
        Requester, required=True, allow_none=True, metadata={"description": "null: the account is gone."}
    )
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
    sent_at = fields.Instant(is_exact=True, required=True, allow_none=True)
    answered_at = fields.Instant(is_exact=True, required=True, allow_none=True)
    message_id = fields.Id(
        required=True, allow_none=True, metadata={"description": "The frame that told the charger, in its messages."}
    )
    follow_ups = fields.List(fields.Nested(FollowUp), required=True, metadata={"description": "Oldest first."})
