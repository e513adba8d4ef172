"""What ends a charge early, in bodies and answers: `{"kind": …, "seconds" | "energy_wh" | "amount": …}`."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema
from marshmallow.validate import OneOf, Range, Regexp

from homecharge.domain.limits import Limit as LimitValue
from homecharge.domain.limits import limit_from_json
from homecharge.web import fields
from homecharge.web.schemas import Schema

MEASURES = {"duration": "seconds", "energy": "energy_wh", "cost": "amount"}
_MONEY = r"^(?=.*[1-9])\d{1,7}(\.\d{1,2})?$"


def amount() -> fields.String:
    """Money above zero, as a decimal string."""
    return fields.String(
        validate=Regexp(_MONEY, error='Not an amount above zero such as "5.00".'),
        metadata={"example": "5.00", "description": "In the location's currency."},
    )


def require_measure(data: Mapping[str, Any], measures: Mapping[str, str], what: str) -> None:
    """Raises ValidationError unless `data` has the measure of its kind and no other."""
    wanted = measures[data["kind"]]
    problems = {name: [f"Not with this kind of {what}."] for name in data if name not in {"kind", wanted}}
    if wanted not in data:
        problems[wanted] = ["Missing data for required field."]
    if problems:
        raise ValidationError(problems)


class Limit(Schema):
    """A limit by time, energy or money; the kind says which of the three comes with it."""

    kind = fields.String(required=True, validate=OneOf(list(MEASURES)), metadata={"enum": list(MEASURES)})
    seconds = fields.Whole(validate=Range(60, 86_400))
    energy_wh = fields.Whole(validate=Range(100, 200_000))
    amount = amount()


class LimitBody(Limit):
    """A limit to be set."""

    @validates_schema
    def _measures_what_it_says(self, data: dict[str, Any], **_: object) -> None:
        require_measure(data, MEASURES, "limit")

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> LimitValue | None:
        return limit_from_json(data)
