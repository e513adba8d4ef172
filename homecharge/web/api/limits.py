"""What ends a charge early, in bodies and answers: `{"kind": …, "seconds" | "energy_wh" | "amount": …}`."""

from typing import Any

from marshmallow import ValidationError, post_load, validates_schema
from marshmallow.validate import OneOf, Range, Regexp

from homecharge.domain.limits import Limit as LimitValue
from homecharge.domain.limits import limit_from_json
from homecharge.web import fields
from homecharge.web.schemas import Schema

MEASURES = {"duration": "seconds", "energy": "energy_wh", "cost": "amount"}
_MONEY = r"^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$"


class Limit(Schema):
    """A limit by time, energy or money; the kind says which of the three comes with it."""

    kind = fields.String(required=True, validate=OneOf(list(MEASURES)), metadata={"enum": list(MEASURES)})
    seconds = fields.Whole(validate=Range(60, 86_400))
    energy_wh = fields.Whole(validate=Range(100, 200_000))
    amount = fields.String(
        validate=Regexp(_MONEY, error='Not an amount above zero such as "5.00".'),
        metadata={"example": "5.00", "description": "In the location's currency."},
    )


class LimitBody(Limit):
    """A limit to be set."""

    @validates_schema
    def _measures_what_it_says(self, data: dict[str, Any], **_: object) -> None:
        wanted = MEASURES[data["kind"]]
        problems = {name: ["Not with this kind of limit."] for name in data if name not in {"kind", wanted}}
        if wanted not in data:
            problems[wanted] = ["Missing data for required field."]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> LimitValue | None:
        return limit_from_json(data)
