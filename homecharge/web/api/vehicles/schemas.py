"""Bodies and answers of vehicles."""

from marshmallow.validate import Range

from homecharge.domain.vehicles import (
    BATTERY_WH,
    COMMON_EFFICIENCY_PERCENT,
    EFFICIENCY_PERCENT,
    MAX_POWER_W,
    PERCENT,
)
from homecharge.web import fields, household
from homecharge.web.schemas import Schema, only

_BATTERY = {"description": "What the battery holds from empty to full.", "example": 60_000}
_POWER = {"description": "The most that the car takes; null: whatever the charger gives.", "example": 7_400}
_EFFICIENCY = {"description": "How much of what the meter counts the battery takes."}


class VehicleChanges(Schema):
    """What may be edited; what is left out stays."""

    EXAMPLES = only(name="Leaf", battery_wh=39_000, max_power_w=6_600, efficiency_percent=90)

    name = fields.Label()
    battery_wh = fields.Whole(validate=Range(*BATTERY_WH), metadata=_BATTERY)
    max_power_w = fields.Whole(validate=Range(*MAX_POWER_W), allow_none=True, metadata=_POWER)
    efficiency_percent = fields.Whole(validate=Range(*EFFICIENCY_PERCENT), metadata=_EFFICIENCY)


class VehicleBody(VehicleChanges):
    """A new vehicle."""

    name = fields.Label(required=True)
    battery_wh = fields.Whole(required=True, validate=Range(*BATTERY_WH), metadata=_BATTERY)
    max_power_w = fields.Whole(load_default=None, validate=Range(*MAX_POWER_W), allow_none=True, metadata=_POWER)
    efficiency_percent = fields.Whole(
        load_default=COMMON_EFFICIENCY_PERCENT, validate=Range(*EFFICIENCY_PERCENT), metadata=_EFFICIENCY
    )


class SocBody(Schema):
    """How full the battery was, and when."""

    EXAMPLES = only(percent=55)

    percent = fields.Whole(required=True, validate=Range(*PERCENT))
    at = fields.Instant(required=True, metadata={"description": "Not in the future by more than a minute."})


class StateOfCharge(Schema):
    """How full the battery was, and when."""

    EXAMPLES = only(percent=55)

    percent = fields.Whole(required=True)
    at = fields.Instant(required=True)


class Vehicle(Schema):
    """A car that charges at a location."""

    EXAMPLES = only(id=household.VEHICLE, name="Leaf", battery_wh=39_000, max_power_w=6_600, efficiency_percent=90)

    id = fields.Id(required=True)
    location_id = fields.Id(required=True)
    name = fields.String(required=True)
    battery_wh = fields.Whole(required=True, metadata=_BATTERY)
    max_power_w = fields.Whole(required=True, allow_none=True, metadata=_POWER)
    efficiency_percent = fields.Whole(required=True, metadata=_EFFICIENCY)
    soc = fields.Nested(
        StateOfCharge,
        required=True,
        allow_none=True,
        metadata={"description": "The newest that was put; null while none was. It is not part of the ETag."},
    )
    created_at = fields.Instant(required=True)
    updated_at = fields.Instant(required=True)
