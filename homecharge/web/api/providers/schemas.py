"""Bodies, queries and answers of mobility providers."""

from typing import Any

from marshmallow import post_load
from marshmallow.validate import Length, Range, Regexp

from homecharge.domain import providers as domain
from homecharge.domain.live_answers import LIVE_TIMEOUT_S
from homecharge.web import fields, household
from homecharge.web.api.card_fields import yes_or_no
from homecharge.web.schemas import PageQuery, Schema, only

_END = r"$(?!\n)"
"""`$` alone takes a line feed, too."""
_COUNTRY = {"description": "ISO 3166-1 alpha-2, in capitals.", "example": "GB"}
_PARTY = {"description": "OCPI's party, three capitals or digits.", "example": "ABC"}
_BLOCKED = {"description": "None of its cards is taken (A40), save those in local groups."}
_LIVE_URL = {
    "description": "The base of its OCPI 2.2.1 interface, which `/tokens/{uid}/authorize` follows; null: never asked.",
    "example": "https://ocpi.example/2.2.1",
}
_LIVE_TIMEOUT = {"description": "How long it may take, in seconds: a charger waits about 20."}
_LIVE_TOKEN = {"description": "Its OCPI credentials token, which is never shown; null takes it away."}
_SUPPORT = {"description": "How the holder of a card reaches it."}


def _party() -> Regexp:
    return Regexp(rf"^{domain.PARTY_ID.pattern}{_END}", error="Not three of A-Z and 0-9.")


def _token() -> Regexp:
    return Regexp(rf"^[\x21-\x7e]{{1,200}}{_END}", error="Not 1 to 200 visible ASCII characters.")


class SupportContact(Schema):
    """How people reach a provider."""

    EXAMPLES = only(phone="+44 20 7946 0999", email="support@abc.example", url="https://abc.example/support")

    phone = fields.Label(longest=50, allow_none=True)
    email = fields.EmailAddress(allow_none=True)
    url = fields.WebAddress(allow_none=True)


class SupportContactBody(SupportContact):
    """How people are to reach a provider."""

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> domain.SupportContact:
        return domain.SupportContact(**data)


class ProviderChanges(Schema):
    """What may be edited; what is left out stays."""

    EXAMPLES = only(
        country_code="GB",
        party_id="ABC",
        name="ABC Mobility",
        blocked=False,
        live_url="https://ocpi.example/2.2.1",
        live_timeout_s=8,
        live_token=household.LIVE_TOKEN,
        support={"phone": "+44 20 7946 0999", "email": "support@abc.example", "url": "https://abc.example/support"},
    )

    country_code = fields.String(metadata=_COUNTRY)
    party_id = fields.String(validate=_party(), metadata=_PARTY)
    name = fields.Label()
    blocked = fields.Flag(metadata=_BLOCKED)
    live_url = fields.WebAddress(allow_none=True, metadata=_LIVE_URL)
    live_timeout_s = fields.Whole(validate=Range(*domain.LIVE_TIMEOUT_S), metadata=_LIVE_TIMEOUT)
    live_token = fields.String(allow_none=True, validate=_token(), metadata=_LIVE_TOKEN)
    support = fields.Nested(SupportContactBody, allow_none=True, metadata=_SUPPORT)


class ProviderBody(ProviderChanges):
    """A new provider."""

    country_code = fields.String(required=True, metadata=_COUNTRY)
    party_id = fields.String(required=True, validate=_party(), metadata=_PARTY)
    name = fields.Label(required=True)
    blocked = fields.Flag(load_default=False, metadata=_BLOCKED)
    live_url = fields.WebAddress(load_default=None, allow_none=True, metadata=_LIVE_URL)
    live_timeout_s = fields.Whole(
        load_default=int(LIVE_TIMEOUT_S), validate=Range(*domain.LIVE_TIMEOUT_S), metadata=_LIVE_TIMEOUT
    )
    live_token = fields.String(load_default=None, allow_none=True, validate=_token(), metadata=_LIVE_TOKEN)
    support = fields.Nested(SupportContactBody, load_default=None, allow_none=True, metadata=_SUPPORT)


class ProvidersQuery(PageQuery):
    """Which providers."""

    q = fields.String(
        load_default=None, validate=Length(1, 100), metadata={"description": "In the name; or a party, as GB-ABC."}
    )
    blocked = yes_or_no("Only those that are blocked, or only the others.")


class Provider(Schema):
    """A mobility provider."""

    EXAMPLES = only(id=household.PROVIDER, name="ABC Mobility", blocked_at=None, live_timeout_s=8, has_live_token=True)

    id = fields.Id(required=True)
    country_code = fields.String(required=True, metadata=_COUNTRY)
    party_id = fields.String(required=True, metadata=_PARTY)
    name = fields.String(required=True)
    blocked = fields.Flag(attribute="is_blocked", required=True, metadata=_BLOCKED)
    blocked_at = fields.Instant(required=True, allow_none=True)
    live_url = fields.String(required=True, allow_none=True, metadata=_LIVE_URL)
    live_timeout_s = fields.Whole(required=True, metadata=_LIVE_TIMEOUT)
    has_live_token = fields.Flag(required=True)
    support = fields.Nested(SupportContact, required=True, allow_none=True, metadata=_SUPPORT)
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
