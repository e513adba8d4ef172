"""What a driver asks for with a schedule: days and times on the wall clock, a target, a limit."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.errors import Invalid
from homecharge.domain.limits import DurationLimit, Limit
from homecharge.domain.session_state import Kind
from homecharge.domain.targets import Target, target_from_json, target_json
from homecharge.domain.times import WEEKDAYS, local_date

FARTHEST = timedelta(days=2 * 366)
"""A one-off may lie this far ahead; beyond it a typing mistake is likelier than a plan."""


class InThePast(Invalid):
    """A one-off whose window is over."""

    code = "in_the_past"
    title = "That is in the past"
    advice = "Propose a later date or time, on the location's clock and not the phone's."


@dataclass(frozen=True, slots=True)
class Once:
    """A single day, the day of the start."""

    date: date


@dataclass(frozen=True, slots=True)
class Weekly:
    """The days of the week on which it starts, in the week's order."""

    weekdays: tuple[str, ...]


def weekly(weekdays: list[str]) -> Weekly:
    """The days as given, in the week's order and without repeats."""
    return Weekly(tuple(day for day in WEEKDAYS if day in weekdays))


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """A set start; an `end_time` not after the start is on the next day."""

    on: Once | Weekly
    start_time: time
    end_time: time | None = None
    limit: Limit | None = None

    @property
    def timing(self) -> "Manual":
        """The part that says when: a limit counts only where it makes the window."""
        is_window = self.end_time is None and isinstance(self.limit, DurationLimit)
        return self if is_window else replace(self, limit=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Smart:
    """So much by a time, in the cheapest hours before it; the days are those of `ready_by`.

    `target` and `limit`: whichever ends first. `contiguous`: in one go.
    """

    on: Once | Weekly
    ready_by: time
    target: Target
    limit: Limit | None = None
    contiguous: bool = False
    vehicle_id: str | None = None

    @property
    def timing(self) -> tuple[Once | Weekly, time]:
        """The part that says when."""
        return self.on, self.ready_by


Spec = Manual | Smart


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A driver's standing intention at a connector. `zone` is its location's, now."""

    id: str
    location_id: str
    zone: ZoneInfo
    charger_id: str
    connector_id: int
    driver_id: str
    name: str | None
    is_enabled: bool
    spec: Spec
    timing_revision: int
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def kind(self) -> Kind:
        """Whose rules its tries follow."""
        return Kind.MANUAL if isinstance(self.spec, Manual) else Kind.SMART

    @property
    def target(self) -> Target | None:
        """What a Smart one is for."""
        return self.spec.target if isinstance(self.spec, Smart) else None


def require_reachable(spec: Spec, zone: ZoneInfo, *, now: datetime) -> None:
    """Raises Invalid on a one-off so far ahead that nobody can mean it."""
    if isinstance(spec.on, Once) and spec.on.date > local_date(now, zone) + FARTHEST:
        raise Invalid(errors={"on.date": ["This is more than two years ahead."]})


def in_the_past(spec: Spec) -> InThePast:
    """The error for a one-off whose window is over, on the field that can put it right."""
    field_name = "on.date" if isinstance(spec.on, Once) else "on"
    return InThePast(errors={field_name: ["The time to charge on that day is over."]})


def spec_json(spec: Spec) -> dict[str, Any]:
    """All but the limit, which is kept beside it, in the contract's shape; wall times as `HH:MM` or `HH:MM:SS`."""
    on = spec.on
    days = {"on": {"date": on.date.isoformat()} if isinstance(on, Once) else {"weekdays": list(on.weekdays)}}
    if isinstance(spec, Manual):
        end_time = None if spec.end_time is None else wall_time(spec.end_time)
        return days | {"start_time": wall_time(spec.start_time), "end_time": end_time}
    return days | {
        "ready_by": wall_time(spec.ready_by),
        "target": target_json(spec.target),
        "contiguous": spec.contiguous,
        "vehicle_id": spec.vehicle_id,
    }


def spec_from_json(value: dict[str, Any], limit: Limit | None) -> Spec:
    """The inverse of `spec_json`."""
    days = value["on"]
    on = Once(date.fromisoformat(days["date"])) if "date" in days else Weekly(tuple(days["weekdays"]))
    if "ready_by" not in value:
        end_time = value["end_time"]
        return Manual(
            on=on,
            start_time=time.fromisoformat(value["start_time"]),
            end_time=None if end_time is None else time.fromisoformat(end_time),
            limit=limit,
        )
    target = target_from_json(value["target"])
    assert target is not None  # noqa: S101 - every Smart schedule has one
    return Smart(
        on=on,
        ready_by=time.fromisoformat(value["ready_by"]),
        target=target,
        limit=limit,
        contiguous=value["contiguous"],
        vehicle_id=value["vehicle_id"],
    )


def wall_time(value: time) -> str:
    """`HH:MM`, with the seconds where there are any."""
    return value.isoformat("seconds" if value.second else "minutes")
