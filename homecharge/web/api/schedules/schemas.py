"""Bodies and answers of schedules."""

from typing import Any

from marshmallow import post_load
from marshmallow.validate import Length, OneOf, Range

from homecharge.domain.outlook import CheckState, Verdict
from homecharge.domain.schedules import Manual, Once, Smart, Spec, Weekly, weekly
from homecharge.domain.times import WEEKDAYS
from homecharge.services.schedules import SPEC_FIELDS, Wish
from homecharge.web import fields, household
from homecharge.web.api.limits import Limit, LimitBody
from homecharge.web.api.occurrences.schemas import Occurrence
from homecharge.web.api.sessions.schemas import Person
from homecharge.web.api.targets import Target, TargetBody
from homecharge.web.examples import examples_of
from homecharge.web.kinds import Kinds
from homecharge.web.schemas import Schema, named, only

KINDS: dict[str, type[Spec]] = {"manual": Manual, "smart": Smart}
WARNINGS = ("starts_now", "blocks_schedule", "blocked_by_schedule", "no_tariff", "restricted_hours")
_REQUIRED = {"manual": {"start_time"}, "smart": {"ready_by", "target"}}
_OF_A_KIND = frozenset().union(*SPEC_FIELDS.values())
_WEEKDAY = {"enum": list(WEEKDAYS)}
_NEXT_DAY = {"description": "Manual. Not after `start_time`: on the next day."}
_START = {"description": "Manual."}
_READY_BY = {"description": "Smart: when the charge is to be done."}
_CONTIGUOUS = {"description": "Smart: in one go instead of in the cheapest pieces."}
_VEHICLE = {"description": "Smart: the car to be charged; null: the charger's."}


class On(Schema):
    """A single day, or days of the week: those of the start, with Smart those of `ready_by`."""

    EXAMPLES = only(weekdays=list(household.WEEKDAYS))

    told_apart_by = Kinds(None, "days", required={"once": {"date"}, "weekly": {"weekdays"}})

    date = fields.Day(metadata={"example": "2026-11-21"})
    weekdays = fields.List(
        fields.String(validate=OneOf(WEEKDAYS), metadata=_WEEKDAY), validate=Length(1, len(WEEKDAYS))
    )


class OnBody(On):
    """Days to be set."""

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Once | Weekly:
        return Once(data["date"]) if "date" in data else weekly(data["weekdays"])


_EACH: dict[str, Any] = {
    "name": "Cheap night",
    "enabled": True,
    "on": {"weekdays": list(household.WEEKDAYS)},
    "limit": {"kind": "energy", "energy_wh": 10_000},
    "connector_id": 1,
    "turn_off_charge_now": False,
}


class ScheduleChanges(Schema):
    """What may be edited; what is left out stays."""

    EXAMPLES = named(
        manual={**_EACH, "start_time": "00:30", "end_time": "05:30"},
        smart={
            **_EACH,
            "ready_by": "07:30",
            "target": {"kind": "energy", "energy_wh": 10_000},
            "contiguous": False,
            "vehicle_id": household.VEHICLE,
        },
    )

    name = fields.Label(allow_none=True)
    enabled = fields.Flag(attribute="is_enabled")
    on = fields.Nested(OnBody)
    start_time = fields.WallTime(metadata=_START)
    end_time = fields.WallTime(allow_none=True, metadata=_NEXT_DAY)
    ready_by = fields.WallTime(metadata=_READY_BY)
    target = fields.Nested(TargetBody, metadata={"description": "Smart."})
    contiguous = fields.Flag(metadata=_CONTIGUOUS)
    vehicle_id = fields.Id(allow_none=True, metadata=_VEHICLE)
    limit = fields.Nested(LimitBody, allow_none=True, metadata={"description": "null: no limit."})
    connector_id = fields.Whole(validate=Range(1, 1000))
    turn_off_charge_now = fields.Flag(
        metadata={"description": "Switches “Charge EV now” off instead of refusing because of it."}
    )


class ScheduleBody(ScheduleChanges):
    """A new schedule: a Manual one has `start_time`, a Smart one `ready_by` and `target`."""

    EXAMPLES = named(
        manual={"kind": "manual", **_EACH, "start_time": "00:30", "end_time": "05:30"},
        smart={
            "kind": "smart",
            **_EACH,
            "ready_by": "07:30",
            "target": {"kind": "energy", "energy_wh": 10_000},
            "contiguous": False,
            "vehicle_id": household.VEHICLE,
        },
    )

    told_apart_by = Kinds(
        "kind",
        "kind of schedule",
        required=_REQUIRED,
        optional={name: SPEC_FIELDS[kind] for name, kind in KINDS.items()},
    )

    kind = fields.String(required=True, validate=OneOf(list(KINDS)), metadata={"enum": list(KINDS)})
    on = fields.Nested(OnBody, required=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Wish:
        kind = KINDS[data.pop("kind")]
        asked = {name: data.pop(name) for name in SPEC_FIELDS[kind] & data.keys()}
        plain = {name: data[name] for name in data.keys() - _OF_A_KIND}
        return Wish(spec=kind(**asked), **plain)


class PreviewBody(ScheduleBody):
    """A Smart schedule that somebody only asks about."""

    EXAMPLES = only(
        kind="smart",
        **_EACH,
        ready_by="07:30",
        target={"kind": "energy", "energy_wh": 10_000},
        contiguous=False,
        vehicle_id=household.VEHICLE,
    )

    class Meta(ScheduleBody.Meta):
        exclude = tuple(SPEC_FIELDS[Manual] - SPEC_FIELDS[Smart])

    told_apart_by = Kinds("kind", "kind of schedule", required={"smart": _REQUIRED["smart"]})

    kind = fields.String(required=True, validate=OneOf(["smart"]), metadata={"enum": ["smart"]})


class ScheduleWarning(Schema):
    """Something worth knowing that refuses nothing."""

    EXAMPLES = only(code="restricted_hours", detail="From 08:00 to 11:00 charging is held back.", schedule_id=None)

    code = fields.String(required=True, metadata={"enum": list(WARNINGS)})
    detail = fields.String(required=True)
    schedule_id = fields.Id(
        required=True, allow_none=True, metadata={"description": "The other schedule, where there is one."}
    )


class Schedule(Schema):
    """A schedule with what comes next."""

    EXAMPLES = named(
        manual={
            "id": household.SCHEDULE,
            "kind": "manual",
            "name": "Cheap night",
            "start_time": "00:30",
            "end_time": "05:30",
            "warnings": [],
        },
        smart={
            "id": household.SMART_SCHEDULE,
            "kind": "smart",
            "name": "Ready for work",
            "ready_by": "07:30",
            "target": {"kind": "energy", "energy_wh": 10_000},
            "contiguous": False,
            "vehicle_id": household.VEHICLE,
            "limit": None,
            "summary": "10.0 kWh by 07:30, Mondays to Fridays",
            "occurrences": [examples_of(Occurrence())["of_a_smart_schedule"]],
            "warnings": [],
        },
    )

    told_apart_by = Kinds(
        "kind",
        "kind of schedule",
        required={"manual": {"start_time"}, "smart": {"ready_by", "target", "contiguous"}},
        optional={"manual": {"end_time"}, "smart": {"vehicle_id"}},
    )

    id = fields.Id(attribute="schedule.id", required=True)
    location_id = fields.Id(attribute="schedule.location_id", required=True)
    charger_id = fields.Id(attribute="schedule.charger_id", required=True)
    connector_id = fields.Whole(attribute="schedule.connector_id", required=True)
    driver = fields.Nested(Person, required=True)
    kind = fields.String(attribute="schedule.kind", required=True, metadata={"enum": list(KINDS)})
    name = fields.String(attribute="schedule.name", required=True, allow_none=True)
    enabled = fields.Flag(attribute="schedule.is_enabled", required=True)
    on = fields.Nested(On, attribute="schedule.spec.on", required=True)
    start_time = fields.WallTime(attribute="schedule.spec.start_time", metadata=_START)
    end_time = fields.WallTime(attribute="schedule.spec.end_time", allow_none=True, metadata=_NEXT_DAY)
    ready_by = fields.WallTime(attribute="schedule.spec.ready_by", metadata=_READY_BY)
    target = fields.Nested(Target, allow_none=True, metadata={"description": "Smart; null with a Manual one."})
    contiguous = fields.Flag(attribute="schedule.spec.contiguous", metadata=_CONTIGUOUS)
    vehicle_id = fields.Id(attribute="schedule.spec.vehicle_id", allow_none=True, metadata=_VEHICLE)
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

    EXAMPLES = only(
        code="car_unplugged", state="fails", detail="The car is not plugged in.", fix_before="2026-11-23T05:15:00Z"
    )

    code = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(CheckState)})
    detail = fields.String(required=True)
    fix_before = fields.Instant(required=True, allow_none=True)


class Outlook(Schema):
    """Whether the next charge will start if nothing changes, by the rules that will decide it."""

    EXAMPLES = only(verdict="will_not_start")

    verdict = fields.String(required=True, metadata={"enum": list(Verdict)})
    checks = fields.List(fields.Nested(Check), required=True)
