"""Answers to operators."""

from homecharge.web import fields
from homecharge.web.schemas import Schema


class ReleasedIdentity(Schema):
    """An identity that any charger may take now."""

    charger_id = fields.Id(required=True, metadata={"description": "The charger that had it."})
    identity = fields.String(required=True)
    released_at = fields.Instant(required=True)
