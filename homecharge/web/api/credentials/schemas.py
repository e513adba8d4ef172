"""Bodies and answers of passwords and devices."""

from typing import Any

from marshmallow.validate import Length

from homecharge.domain.passwords import LONGEST, SHORTEST_EVER
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only


class NewPassword(fields.String):
    """A password that somebody chooses; whether it is good is not for a schema to say."""

    def __init__(self, **given: Any) -> None:
        words = "At least 8 characters unless the installation says otherwise; any characters, no kind of them needed."
        described = {"description": words, "minLength": SHORTEST_EVER}
        super().__init__(**given, validate=Length(1, LONGEST), metadata=described)


class PasswordChangeBody(Schema):
    """The password as it is, and as it is to be."""

    EXAMPLES = only(current_password=household.PASSWORD, new_password=household.NEXT_PASSWORD)

    current_password = fields.String(required=True, validate=Length(1, LONGEST))
    new_password = NewPassword(required=True)


class SignedInDevice(Schema):
    """Where somebody is signed in."""

    EXAMPLES = only(id=household.SIGNED_IN, name="Ada's phone", last_used_at=household.NOW, current=True)

    id = fields.Id(required=True)
    name = fields.String(required=True, allow_none=True, metadata={"description": "As told when signing in."})
    created_at = fields.Instant(required=True, metadata={"description": "When it was signed in."})
    last_used_at = fields.Instant(required=True, metadata={"description": "Exact to 15 minutes."})
    current = fields.Flag(attribute="is_current", required=True, metadata={"description": "The one that asks."})


class ForgotBody(Schema):
    """Whose password is forgotten."""

    email = fields.EmailAddress(required=True)


class ResetBody(Schema):
    """What stands behind `#token=` in the link, and the new password."""

    EXAMPLES = only(token=household.LINK_TOKEN, password=household.NEXT_PASSWORD)

    token = fields.String(required=True, validate=Length(1, 200))
    password = NewPassword(required=True)


class EmailChangeBody(Schema):
    """The address to be; the present one is sent its link again."""

    EXAMPLES = only(email="ada@example.com", password=household.PASSWORD)

    email = fields.EmailAddress(required=True)
    password = fields.String(required=True, validate=Length(1, LONGEST))


class EmailVerifyBody(Schema):
    """What stands behind `#token=` in the link."""

    EXAMPLES = only(token=household.LINK_TOKEN)

    token = fields.String(required=True, validate=Length(1, 200))
