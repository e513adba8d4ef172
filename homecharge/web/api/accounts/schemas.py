"""Bodies and answers of accounts and log-ins."""

from marshmallow.validate import Length

from homecharge.domain.passwords import LONGEST
from homecharge.web import fields, household
from homecharge.web.api.credentials.schemas import NewPassword
from homecharge.web.schemas import Schema, only


class RegistrationBody(Schema):
    """A new account."""

    EXAMPLES = only(password=household.PASSWORD, name="Ada Lovelace", locale="en-GB")

    email = fields.EmailAddress(required=True)
    password = NewPassword(required=True)
    name = fields.Label(required=True)
    locale = fields.Locale(load_default="en", metadata={"description": "The language for texts; `en` by default."})


class LogInBody(Schema):
    """Who one is, and on which device."""

    EXAMPLES = only(password=household.PASSWORD, device="Ada's phone")

    email = fields.EmailAddress(required=True)
    password = fields.String(required=True, validate=Length(1, LONGEST))
    device = fields.Label(load_default=None, allow_none=True, metadata={"description": "How people call the device."})


class RefreshBody(Schema):
    """The newest refresh token."""

    EXAMPLES = only(refresh_token=household.REFRESH_TOKEN)

    refresh_token = fields.String(required=True, validate=Length(1, 200))


class ProfileBody(Schema):
    """What a person may edit of themselves."""

    EXAMPLES = only(name="Ada Lovelace", locale="en-GB")

    name = fields.Label()
    locale = fields.Locale()


class Tokens(Schema):
    """What a log-in hands out, this once."""

    EXAMPLES = only(access_token=household.ACCESS_TOKEN, refresh_token=household.REFRESH_TOKEN, expires_in=900)

    access_token = fields.String(required=True, metadata={"x-secret": True})
    refresh_token = fields.String(required=True, metadata={"x-secret": True})
    token_type = fields.String(required=True, metadata={"description": "Always `Bearer`."})
    expires_in = fields.Whole(required=True, metadata={"description": "Seconds until the access token expires."})


class Profile(Schema):
    """A person."""

    EXAMPLES = only(id=household.ADA, name="Ada Lovelace", email_verified=True)

    id = fields.Id(required=True)
    email = fields.EmailAddress(required=True)
    email_verified = fields.Flag(attribute="is_email_verified", required=True)
    name = fields.String(required=True)
    locale = fields.Locale(required=True)
    role = fields.String(required=True, metadata={"enum": ["driver", "support", "operator"]})
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
