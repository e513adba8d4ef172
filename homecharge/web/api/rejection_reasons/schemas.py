"""The catalogue of reasons."""

from homecharge.domain.rejections import ActionKind, Category, Code, FixBy, Tone
from homecharge.web import fields
from homecharge.web.api.sessions.rejection_schemas import Words
from homecharge.web.schemas import only


class Variant(Words):
    """Other words for the same code."""

    EXAMPLES = only(
        variant="before_energy",
        headline="Rejected: unplugged too early",
        title="Unplugged too early",
        detail="The car was unplugged before any energy flowed.",
        advice="Plug in again and the charge starts by itself.",
    )

    variant = fields.String(required=True)


class Reason(Words):
    """What a code means, before there is a session to say it of."""

    EXAMPLES = only(
        code="car_unplugged",
        action="plug_in",
        headline="Rejected: car not plugged in",
        title="Car not plugged in",
        detail="The car is not plugged in.",
        advice="Plug in and the charge starts by itself.",
        tone="warning",
        category="retriable",
        fix_by="driver",
    )

    code = fields.String(required=True, metadata={"enum": list(Code)})
    tone = fields.String(required=True, metadata={"enum": list(Tone)})
    category = fields.String(required=True, metadata={"enum": list(Category)})
    fix_by = fields.String(required=True, metadata={"enum": list(FixBy)})
    action = fields.String(required=True, allow_none=True, metadata={"enum": [*ActionKind, None]})
    variants = fields.List(fields.Nested(Variant), required=True)
