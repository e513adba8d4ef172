"""Answers to operators."""

from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only


class ReleasedIdentity(Schema):
    """An identity that any charger may take now."""

    EXAMPLES = only(released_at=household.NOW)

    charger_id = fields.Id(required=True, metadata={"description": "The charger that had it."})
    identity = fields.String(required=True)
    released_at = fields.Instant(required=True)
