"""The audit log: its query and entries."""

from marshmallow import fields as plain
from marshmallow.validate import Length

from homecharge.web import fields, household
from homecharge.web.schemas import PageQuery, Schema, only


class AuditTarget(Schema):
    """What it was done to."""

    EXAMPLES = only(id=household.COMMAND)

    kind = fields.String(required=True, metadata={"example": "command"})
    id = fields.String(required=True)


class AuditEntry(Schema):
    """One deed, secrets masked."""

    EXAMPLES = only(id=household.AUDITED, detail={"action": "Reset", "payload": {"type": "Soft"}})

    id = fields.Id(required=True)
    at = fields.Instant(required=True)
    actor_id = fields.Id(required=True, allow_none=True, metadata={"description": "null: the system."})
    actor_name = fields.String(required=True, allow_none=True)
    action = fields.String(required=True, metadata={"example": "charger.command"})
    target = fields.Nested(AuditTarget, required=True)
    charger_id = fields.Id(required=True, allow_none=True)
    location_id = fields.Id(required=True, allow_none=True)
    detail = plain.Dict(keys=fields.String(), required=True)
    request_id = fields.String(required=True, allow_none=True)


class AuditQuery(PageQuery):
    """Which entries."""

    charger_id = fields.Id(load_default=None)
    actor_id = fields.Id(load_default=None)
    target_id = fields.String(load_default=None, validate=Length(1, 36))
    action = fields.CommaList(fields.Word(), load_default=list, validate=Length(1, 50))
    since = fields.Instant(data_key="from", load_default=None)
    until = fields.Instant(data_key="to", load_default=None)
