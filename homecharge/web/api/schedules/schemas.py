"""Bodies and answers of schedules."""

from typing import Any

from marshmallow import ValidationError, post_load, validates_schema
from marshmallow.validate import Length, OneOf, Range

from homecharge.domain.outlook import CheckState, Verdict
from homecharge.domain.schedules import Manual, Once, Weekly, weekly
from homecharge.domain.times import WEEKDAYS
from homecharge.services.schedules import MANUAL_FIELDS, Wish
from homecharge.web import fields
from homecharge.web.api.limits import Limit, LimitBody
from homecharge.web.api.occurrences.schemas import Occurrence
from homecharge.web.api.sessions.schemas import Person
from homecharge.web.schemas import Schema

KINDS = ("manual",)
_WEEKDAY = {"enum": list(WEEKDAYS)}
_NEXT_DAY = {"description": "Not after `start_time`: on the next day."}


class On(Schema):
    """A single day, or days of the week: those of the start."""

    date = fields.Day(metadata={"example": "2026-11-21"})
    weekdays = fields.List(
        fields.String(validate=OneOf(WEEKDAYS), metadata=_WEEKDAY), validate=Length(1, len(WEEKDAYS))
    )


class OnBody(On):
    """Days to be set."""

    @validates_schema
    def _one_of_the_two(self, data: dict[str, Any], **_: object) -> None:
        if len(data) != 1:
            raise ValidationError("Give either `date` or `weekdays`.")

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Once | Weekly:
        return Once(data["date"]) if "date" in data else weekly(data["weekdays"])


class ScheduleChanges(Schema):
    """What may be edited; what is left out stays."""

    name = fields.Label(allow_none=True)
    enabled = fields.Flag(attribute="is_enabled")
    on = fields.Nested(OnBody)
    start_time = fields.WallTime()
    end_time = fields.WallTime(allow_none=True, metadata=_NEXT_DAY)
    limit = fields.Nested(LimitBody, allow_none=True, metadata={"description": "null: no limit."})
    connector_id = fields.Whole(validate=Range(1, 1000))
    turn_off_charge_now = fields.Flag(
        metadata={"description": "Switches “Charge EV now” off instead of refusing because of it."}
    )


class ScheduleBody(ScheduleChanges):
    """A new schedule."""

    kind = fields.String(required=True, validate=OneOf(KINDS), metadata={"enum": list(KINDS)})
    on = fields.Nested(OnBody, required=True)
    start_time = fields.WallTime(required=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Wish:
        asked = {name: data[name] for name in data.keys() & MANUAL_FIELDS}
        rest = {name: data[name] for name in data.keys() - MANUAL_FIELDS - {"kind"}}
        return Wish(manual=Manual(**asked), **rest)


class ScheduleWarning(Schema):
    """Something worth knowing that refuses nothing."""

    code = fields.String(required=True, metadata={"enum": ["starts_now", "blocks_schedule", "blocked_by_schedule"]})
    detail = fields.String(required=True)
    schedule_id = fields.Id(
        required=True, allow_none=True, metadata={"description": "The other schedule, where there is one."}
    )


class Schedule(Schema):
    """A schedule with what comes next."""

    id = fields.Id(attribute="schedule.id", required=True)
    location_id = fields.Id(attribute="schedule.location_id", required=True)
    charger_id = fields.Id(attribute="schedule.charger_id", required=True)
    connector_id = fields.Whole(attribute="schedule.connector_id", required=True)
    driver = fields.Nested(Person, required=True)
    kind = fields.String(attribute="schedule.kind", required=True, metadata={"enum": list(KINDS)})
    name = fields.String(attribute="schedule.name", required=True, allow_none=True)
    enabled = fields.Flag(attribute="schedule.is_enabled", required=True)
    on = fields.Nested(On, attribute="schedule.manual.on", required=True)
    start_time = fields.WallTime(attribute="schedule.manual.start_time", required=True)
    end_time = fields.WallTime(attribute="schedule.manual.end_time", required=True, allow_none=True, metadata=_NEXT_DAY)
    limit = fields.Nested(Limit, required=True, allow_none=True)
    time_zone = fields.String(attribute="schedule.zone.key", required=True, metadata={"description": "The location's."})
    summary = fields.String(required=True, metadata={"example": "Every day from 00:30 to 05:30, up to 10.0 kWh"})
    occurrences = fields.List(
        fields.Nested(Occurrence), required=True, metadata={"description": "The open one and the next seven."}
    )
    warnings = fields.List(fields.Nested(ScheduleWarning), required=True)
    created_at = fields.Instant(attribute="schedule.created_at", required=True)
    updated_at = fields.Instant(attribute="schedule.updated_at", required=True)


class Check(Schema):
    """One thing that must be right."""

    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(CheckState)})
    detail = fields.String(required=True)
    fix_before = fields.Instant(required=True, allow_none=True)


class Outlook(Schema):
    """Whether the next charge will start if nothing changes, by the rules that will decide it."""

    verdict = fields.String(required=True, metadata={"enum": list(Verdict)})
    checks = fields.List(fields.Nested(Check), required=True)
