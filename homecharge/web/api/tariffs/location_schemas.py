"""Bodies and answers of what a location pays by."""

from homecharge.domain.tariff_specs import KINDS
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, named, only


class TariffInBrief(Schema):
    """A tariff in passing."""

    EXAMPLES = only(id=household.TARIFF, name="Night saver", kind="time_of_use")

    id = fields.Id(required=True)
    name = fields.String(required=True)
    currency = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})


class LocationTariffBody(Schema):
    """What to pay by, and since when."""

    EXAMPLES = named(chosen={"tariff_id": household.TARIFF, "valid_from": household.ADDED}, none={"tariff_id": None})

    tariff_id = fields.Id(required=True, allow_none=True, metadata={"description": "null: no tariff."})
    valid_from = fields.Instant(
        load_default=None, metadata={"description": "Now, where left out; may lie in the past or ahead."}
    )


class LocationTariff(Schema):
    """What a location pays by from an instant until another."""

    EXAMPLES = only(id=household.LOCATION_TARIFF, valid_from=household.ADDED, valid_to=None)

    id = fields.Id(required=True, allow_none=True, metadata={"description": "null where none was ever chosen."})
    location_id = fields.Id(required=True)
    tariff_id = fields.Id(required=True, allow_none=True)
    tariff = fields.Nested(TariffInBrief, required=True, allow_none=True)
    valid_from = fields.Instant(required=True, allow_none=True)
    valid_to = fields.Instant(
        required=True, allow_none=True, metadata={"description": "When the next one holds; null: none is known."}
    )
    created_at = fields.Instant(required=True, allow_none=True)
    updated_at = fields.Instant(required=True, allow_none=True)
