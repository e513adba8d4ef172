"""Bodies and answers of restricted hours."""

from typing import Any

from marshmallow import fields as plain
from marshmallow import post_load

from homecharge.domain import restricted_hours as domain
from homecharge.domain.times import WEEKDAYS, WallWindow
from homecharge.web import fields, household
from homecharge.web.kinds import Kinds
from homecharge.web.schemas import Schema, named, only


class RestrictedWindow(Schema):
    """A window on the wall clock of the location; an end before the start is on the next day."""

    EXAMPLES = only(weekdays=list(household.WEEKDAYS), start="16:00", end="22:00")

    weekdays = fields.List(
        fields.String(metadata={"enum": WEEKDAYS}),
        required=True,
        metadata={"description": "The days on which it starts.", "minItems": 1, "uniqueItems": True},
    )
    start = fields.WallTime(required=True, attribute="wall.start")
    end = fields.WallTime(required=True, attribute="wall.end")

    @post_load
    def _window(self, data: dict[str, Any], **_: Any) -> domain.RestrictedWindow:
        return domain.RestrictedWindow(tuple(data["weekdays"]), WallWindow(**data["wall"]))


class RestrictedHoursBody(Schema):
    """The choice that the law wants made: its own hours, none, or others."""

    EXAMPLES = named(
        custom={
            "choice": "custom",
            "windows": [{"weekdays": list(household.WEEKDAYS), "start": "16:00", "end": "22:00"}],
        },
        default={"choice": "default"},
        none={"choice": "none"},
    )

    told_apart_by = Kinds("choice", "choice", required={"default": set(), "none": set(), "custom": {"windows"}})

    choice = plain.Enum(domain.Choice, by_value=fields.String, required=True)
    windows = fields.List(
        fields.Nested(RestrictedWindow),
        load_default=list,
        metadata={"description": "With the choice `custom`, one at least.", "maxItems": domain.MAX_WINDOWS},
    )

    @post_load
    def _hours(self, data: dict[str, Any], **_: Any) -> domain.RestrictedHours:
        return domain.RestrictedHours(data["choice"], tuple(data["windows"]))


class ChargerHours(Schema):
    """A charger's choice and the windows it stands for."""

    choice = fields.String(required=True, metadata={"enum": list(domain.Choice)})
    windows = fields.List(fields.Nested(RestrictedWindow), required=True)
    chosen_at = fields.Instant(
        required=True, allow_none=True, metadata={"description": "null while nobody has chosen."}
    )
    time_zone = fields.String(required=True, metadata={"description": "The location's."})


class CountryQuery(Schema):
    """Which country's law."""

    country = fields.String(
        required=True, metadata={"description": "ISO 3166-1 alpha-2, in capitals.", "example": "GB"}
    )


class DefaultHours(Schema):
    """What the law of a country sets unless the owner chooses otherwise."""

    country = fields.String(required=True)
    windows = fields.List(fields.Nested(RestrictedWindow), required=True)
