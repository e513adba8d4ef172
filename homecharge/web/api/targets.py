"""What a Smart charge is for, in bodies and answers: `{"kind": …, "energy_wh" | "amount" | "percent": …}`."""

from typing import Any

from marshmallow import post_load
from marshmallow.validate import OneOf, Range

from homecharge.domain.targets import Target as TargetValue
from homecharge.domain.targets import target_from_json
from homecharge.web import fields
from homecharge.web.api.limits import amount
from homecharge.web.kinds import Kinds
from homecharge.web.schemas import Schema, named

MEASURES = {"energy": "energy_wh", "budget": "amount", "soc": "percent"}


class Target(Schema):
    """Energy at the meter, as much as a budget buys, or a state of charge; the kind says which comes with it."""

    EXAMPLES = named(
        energy={"kind": "energy", "energy_wh": 10_000},
        budget={"kind": "budget", "amount": "5.00"},
        soc={"kind": "soc", "percent": 80},
    )

    told_apart_by = Kinds("kind", "kind of target", required={kind: {measure} for kind, measure in MEASURES.items()})

    kind = fields.String(required=True, validate=OneOf(list(MEASURES)), metadata={"enum": list(MEASURES)})
    energy_wh = fields.Whole(validate=Range(100, 200_000))
    amount = amount()
    percent = fields.Whole(validate=Range(1, 100))


class TargetBody(Target):
    """A target to be set."""

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> TargetValue | None:
        return target_from_json(data)
