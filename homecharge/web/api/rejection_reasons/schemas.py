"""The catalogue of reasons."""

from homecharge.domain.rejections import ActionKind, Category, Code, FixBy, Tone
from homecharge.web import fields
from homecharge.web.api.sessions.rejection_schemas import Words


class Variant(Words):
    """Other words for the same code."""

    variant = fields.String(required=True)


class Reason(Words):
    """What a code means, before there is a session to say it of."""

    code = fields.String(required=True, metadata={"enum": list(Code)})
    tone = fields.String(required=True, metadata={"enum": list(Tone)})
    category = fields.String(required=True, metadata={"enum": list(Category)})
    fix_by = fields.String(required=True, metadata={"enum": list(FixBy)})
    action = fields.String(required=True, allow_none=True, metadata={"enum": [*ActionKind, None]})
    variants = fields.List(fields.Nested(Variant), required=True)
