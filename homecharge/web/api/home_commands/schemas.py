"""Bodies and answers of what a home's charger is told."""

from marshmallow.validate import Range

from homecharge.domain.commands import CommandState
from homecharge.domain.home_commands import Deed
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, named, only


class UnlockBody(Schema):
    """Which cable."""

    EXAMPLES = only(connector_id=1)

    connector_id = fields.Whole(load_default=1, validate=Range(1, 1_000))


_ASKED = {"created_at": household.NOW, "updated_at": household.NOW}


class HomeCommand(Schema):
    """What a charger was asked, and how far that is."""

    EXAMPLES = named(
        sent={
            "id": household.COMMAND,
            "connector_id": None,
            "state": "sent",
            "detail": "The charger is being told.",
            **_ASKED,
        },
        accepted={
            "id": household.COMMAND,
            "connector_id": None,
            "state": "accepted",
            "detail": "The charger restarts.",
            **_ASKED,
        },
    )

    id = fields.Id(required=True)
    charger_id = fields.Id(required=True)
    action = fields.String(attribute="deed", required=True, metadata={"enum": list(Deed)})
    connector_id = fields.Whole(required=True, allow_none=True, metadata={"description": "null: the whole charger."})
    state = fields.String(
        required=True,
        metadata={
            "enum": list(CommandState),
            "description": "`queued` and `sent` change; the others are final, though a restart goes on after it.",
        },
    )
    detail = fields.String(required=True, metadata={"description": "How far it is, in words."})
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
