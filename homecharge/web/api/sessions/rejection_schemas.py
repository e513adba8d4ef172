"""Why a session did not charge or fell short, as it is answered."""

from marshmallow import fields as plain

from homecharge.domain.endings import ShortfallCode
from homecharge.domain.rejections import ActionKind, Category, Code, FixBy, Tone
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only


class Evidence(Schema):
    """A fact the decision used, with the instant it was learnt."""

    EXAMPLES = only(
        at="2026-11-20T08:12:36Z",
        fact="connector_status",
        value="available",
        text="The connector said “available”",
        source="charger",
    )

    at = fields.Instant(required=True)
    fact = fields.String(required=True)
    value = plain.Raw(
        required=True,
        allow_none=True,
        metadata={"type": ["string", "integer", "null"], "description": "Text or a number."},
    )
    text = fields.String(required=True)
    source = fields.String(required=True)


class Action(Schema):
    """The one thing to do."""

    EXAMPLES = only(kind="plug_in", target=household.CHARGER)

    kind = fields.String(required=True, metadata={"enum": list(ActionKind)})
    target = fields.String(
        required=True, metadata={"description": "The id of the charger or location; for support the reference."}
    )


class Also(Schema):
    """Another reason that held."""

    EXAMPLES = only(code="no_tariff", title="No tariff")

    code = fields.String(required=True, metadata={"enum": list(Code)})
    title = fields.String(required=True)


class Words(Schema):
    """The texts of a reason."""

    headline = fields.String(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    advice = fields.String(required=True)


class Rejection(Words):
    """Why a try did not charge."""

    EXAMPLES = only(
        code="car_unplugged",
        tone="warning",
        category="retriable",
        fix_by="driver",
        headline="Rejected: car not plugged in",
        title="Car not plugged in",
        detail="The car has not been plugged in since 08:12.",
        advice="Plug in before 11:15 and the charge starts by itself.",
        act_before="2026-11-20T11:15:00Z",
        also=[],
    )

    code = fields.String(required=True, metadata={"enum": list(Code)})
    tone = fields.String(required=True, metadata={"enum": list(Tone)})
    category = fields.String(required=True, metadata={"enum": list(Category)})
    fix_by = fields.String(required=True, metadata={"enum": list(FixBy)})
    act_before = fields.Instant(
        required=True, allow_none=True, metadata={"description": "The last start that still makes sense."}
    )
    action = fields.Nested(Action, required=True, allow_none=True)
    also = fields.List(fields.Nested(Also), required=True)
    evidence = fields.List(fields.Nested(Evidence), required=True)


class Shortfall(Schema):
    """Why a charge gave less than was asked of it."""

    EXAMPLES = only(
        code="unplugged",
        title="Unplugged early",
        missing_wh=4_000,
        detail="The car was unplugged at 01:23, before the limit was reached.",
        advice="Leave the car plugged in until the charge is done.",
    )

    code = fields.String(required=True, metadata={"enum": list(ShortfallCode)})
    title = fields.String(required=True)
    missing_wh = fields.Whole(required=True, allow_none=True)
    detail = fields.String(required=True)
    advice = fields.String(required=True)
    evidence = fields.List(fields.Nested(Evidence), required=True)
