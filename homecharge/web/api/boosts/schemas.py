"""The body of a Boost."""

from marshmallow.validate import Range

from homecharge.web import fields
from homecharge.web.api.limits import LimitBody
from homecharge.web.schemas import Schema, named


class BoostBody(Schema):
    """How much, and where."""

    EXAMPLES = named(
        by_energy={"limit": {"kind": "energy", "energy_wh": 8_000}, "connector_id": 1},
        by_time={"limit": {"kind": "duration", "seconds": 7_200}},
        by_cost={"limit": {"kind": "cost", "amount": "5.00"}},
        until_stopped={"limit": None},
    )

    limit = fields.Nested(LimitBody, load_default=None, allow_none=True, metadata={"description": "null: no limit."})
    connector_id = fields.Whole(load_default=1, validate=Range(1, 1000))
