"""What a driver asks for with a Manual schedule: days and times on the wall clock, and a limit."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.errors import Invalid
from homecharge.domain.limits import DurationLimit, Limit
from homecharge.domain.times import WEEKDAYS, local_date

FARTHEST = timedelta(days=2 * 366)
"""A one-off may lie this far ahead; beyond it a typing mistake is likelier than a plan."""


class InThePast(Invalid):
    """A one-off whose window is over."""

    code = "in_the_past"
    title = "That is in the past"


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
    manual: Manual
    timing_revision: int
    revision: int
    created_at: datetime
    updated_at: datetime
    kind: str = field(default="manual")


def require_reachable(manual: Manual, zone: ZoneInfo, *, now: datetime) -> None:
    """Raises Invalid on a one-off so far ahead that nobody can mean it."""
    if isinstance(manual.on, Once) and manual.on.date > local_date(now, zone) + FARTHEST:
        raise Invalid(errors={"on.date": ["This is more than two years ahead."]})


def in_the_past(manual: Manual) -> InThePast:
    """The error for a one-off whose window is over, on the field that can put it right."""
    field_name = "on.date" if isinstance(manual.on, Once) else "on"
    return InThePast(errors={field_name: ["The time to charge on that day is over."]})


def spec_json(manual: Manual) -> dict[str, Any]:
    """The timing in the contract's shape, wall times as `HH:MM` or `HH:MM:SS`; the limit is kept beside it."""
    on = manual.on
    return {
        "on": {"date": on.date.isoformat()} if isinstance(on, Once) else {"weekdays": list(on.weekdays)},
        "start_time": wall_time(manual.start_time),
        "end_time": None if manual.end_time is None else wall_time(manual.end_time),
    }


def manual_from_json(spec: dict[str, Any], limit: Limit | None) -> Manual:
    """The inverse of `spec_json`."""
    on, end_time = spec["on"], spec["end_time"]
    return Manual(
        on=Once(date.fromisoformat(on["date"])) if "date" in on else Weekly(tuple(on["weekdays"])),
        start_time=time.fromisoformat(spec["start_time"]),
        end_time=None if end_time is None else time.fromisoformat(end_time),
        limit=limit,
    )


def wall_time(value: time) -> str:
    """`HH:MM`, with the seconds where there are any."""
    return value.isoformat("seconds" if value.second else "minutes")
