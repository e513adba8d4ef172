"""Bodies and answers of locations."""

from marshmallow.validate import Range

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.homes import SURPLUS_W
from homecharge.web import fields, household
from homecharge.web.api.tariffs.location_schemas import TariffInBrief
from homecharge.web.schemas import Schema, only

_COUNTRY = {"description": "ISO 3166-1 alpha-2, in capitals.", "pattern": "^[A-Z]{2}$", "example": "GB"}
_TIME_ZONE = {"description": "A zone of the IANA database.", "example": "Europe/London"}
_CURRENCY = {"description": "ISO 4217, in capitals.", "pattern": "^[A-Z]{3}$", "example": "GBP"}


class LocationBody(Schema):
    """A new home."""

    EXAMPLES = only(name="Home")

    name = fields.Label(required=True)
    country = fields.String(required=True, metadata=_COUNTRY)
    time_zone = fields.String(required=True, metadata=_TIME_ZONE)
    currency = fields.String(required=True, metadata=_CURRENCY)


class LocationChanges(Schema):
    """What may be edited of a home."""

    EXAMPLES = only(name="Home", country="GB", time_zone="Europe/London", currency="GBP")

    name = fields.Label()
    country = fields.String(metadata=_COUNTRY)
    time_zone = fields.String(metadata=_TIME_ZONE)
    currency = fields.String(metadata=_CURRENCY)


_SURPLUS = (
    "What the home makes and does not use, the charging of its cars not counted as use: all of it may go into a car. "
    "A meter that sees what goes out to the grid adds what the chargers draw. 0: none."
)


class SurplusBody(Schema):
    """The power that is left over, and when that was so."""

    EXAMPLES = only(power_w=2_300)

    power_w = fields.Whole(required=True, validate=Range(*SURPLUS_W), metadata={"description": _SURPLUS})
    at = fields.Instant(required=True, metadata={"description": "Not in the future by more than a minute."})


class Surplus(Schema):
    """The power that was left over at an instant."""

    EXAMPLES = only(power_w=2_300)

    power_w = fields.Whole(required=True)
    at = fields.Instant(required=True)


class Location(Schema):
    """A home, as its member who asks sees it."""

    EXAMPLES = only(
        id=household.HOME,
        name="Home",
        my_role="owner",
        permissions=["view_location", "boost", "edit_chargers", "edit_tariff", "edit_members", "delete_location"],
    )

    id = fields.Id(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True, metadata=_COUNTRY)
    time_zone = fields.String(required=True, metadata=_TIME_ZONE)
    currency = fields.String(required=True, metadata=_CURRENCY)
    tariff = fields.Nested(
        TariffInBrief,
        required=True,
        allow_none=True,
        metadata={"description": "What it pays by at present; null: no tariff, and no cost is shown."},
    )
    surplus = fields.Nested(
        Surplus,
        required=True,
        allow_none=True,
        metadata={"description": "The newest that was posted; null while none was. It is not part of the ETag."},
    )
    my_role = fields.String(required=True, metadata={"enum": list(MemberRole)})
    permissions = fields.List(
        fields.String(metadata={"enum": list(Action)}),
        required=True,
        metadata={"description": "What you may do here. There will be more of them: ignore those you do not know."},
    )
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
