"""What ends a charge early, in bodies and answers: `{"kind": …, "seconds" | "energy_wh" | "amount": …}`."""

from typing import Any

from marshmallow import post_load
from marshmallow.validate import OneOf, Range, Regexp

from homecharge.domain.limits import Limit as LimitValue
from homecharge.domain.limits import limit_from_json
from homecharge.web import fields
from homecharge.web.kinds import Kinds
from homecharge.web.schemas import Schema, named

MEASURES = {"duration": "seconds", "energy": "energy_wh", "cost": "amount"}
_MONEY = r"^(?=.*[1-9])[0-9]{1,7}(\.[0-9]{1,2})?$"


def amount() -> fields.String:
    """Money above zero, as a decimal string."""
    return fields.String(
        validate=Regexp(_MONEY, error='Not an amount above zero such as "5.00".'),
        metadata={"example": "5.00", "description": "In the location's currency."},
    )


class Limit(Schema):
    """A limit by time, energy or money; the kind says which of the three comes with it."""

    EXAMPLES = named(
        energy={"kind": "energy", "energy_wh": 10_000},
        duration={"kind": "duration", "seconds": 7_200},
        cost={"kind": "cost", "amount": "5.00"},
    )

    told_apart_by = Kinds("kind", "kind of limit", required={kind: {measure} for kind, measure in MEASURES.items()})

    kind = fields.String(required=True, validate=OneOf(list(MEASURES)), metadata={"enum": list(MEASURES)})
    seconds = fields.Whole(validate=Range(60, 86_400))
    energy_wh = fields.Whole(validate=Range(100, 200_000))
    amount = amount()


class LimitBody(Limit):
    """A limit to be set."""

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> LimitValue | None:
        return limit_from_json(data)
