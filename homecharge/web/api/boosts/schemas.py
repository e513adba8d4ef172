"""The body of a Boost."""

from marshmallow.validate import Range

from homecharge.web import fields
from homecharge.web.api.limits import LimitBody
from homecharge.web.schemas import Schema


class BoostBody(Schema):
    """How much, and where."""

    limit = fields.Nested(LimitBody, load_default=None, allow_none=True, metadata={"description": "null: no limit."})
    connector_id = fields.Whole(load_default=1, validate=Range(1, 1000))
