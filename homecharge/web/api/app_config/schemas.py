"""The answer that an app begins with."""

from homecharge.web import fields
from homecharge.web.schemas import Schema, only


class Support(Schema):
    """Where people find help; null where this installation has set none."""

    EXAMPLES = only(email="help@example.org", phone="+44 20 7946 0000", url="https://example.org/help")

    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)


class Links(Schema):
    """Pages that an app opens; null where this installation has set none."""

    EXAMPLES = only(
        app="homecharge://app",
        help="https://example.org/help",
        terms="https://example.org/terms",
        privacy="https://example.org/privacy",
    )

    app = fields.String(required=True, metadata={"description": "Opens the app; `/join/{code}` below it joins."})
    help = fields.String(required=True, allow_none=True)
    terms = fields.String(required=True, allow_none=True)
    privacy = fields.String(required=True, allow_none=True)


class AppConfig(Schema):
    """What an app has to know of this installation."""

    oldest_app_version = fields.String(
        required=True,
        metadata={"description": "An older app asks to be updated. Compared number by number.", "example": "2.4.1"},
    )
    support = fields.Nested(Support, required=True)
    links = fields.Nested(Links, required=True)
    languages = fields.List(
        fields.String(), required=True, metadata={"description": "Languages that texts come in.", "example": ["en"]}
    )
