"""Hours in which scheduled charging is blocked: the choice a location's law wants made, and its windows."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from homecharge.domain.times import WEEKDAYS, Interval, WallWindow, local_date, weekday

MAX_WINDOWS = 50
_DAY = timedelta(days=1)
Problems = dict[str, list[str]]
"""Messages by field, as dotted paths: `windows.0.start`."""


class Choice(StrEnum):
    """What the owner made of the offer: the law's hours, none at all, or their own."""

    DEFAULT = "default"
    NONE = "none"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class RestrictedWindow:
    """A window on the wall clock of the location; a weekday names the day on which it starts."""

    weekdays: tuple[str, ...]
    wall: WallWindow


@dataclass(frozen=True, slots=True)
class RestrictedHours:
    """A choice; `windows` are the owner's own and belong to `custom` alone."""

    choice: Choice
    windows: tuple[RestrictedWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenHours:
    """A choice and when somebody made it; None while nobody has, and the default of the place stands for it."""

    hours: RestrictedHours
    chosen_at: datetime | None


_WORKING_DAYS = WEEKDAYS[:5]
_DEFAULTS = {
    # Peak hours of SI 2021/1467 (GB, Smart Charge Points Regulations 2021), regulation 10.
    "GB": (
        RestrictedWindow(_WORKING_DAYS, WallWindow(time(8), time(11))),
        RestrictedWindow(_WORKING_DAYS, WallWindow(time(16), time(22))),
    ),
}


def default_windows(country: str) -> tuple[RestrictedWindow, ...]:
    """The windows that a country's law sets unless the owner chooses otherwise; none where there is no such law."""
    return _DEFAULTS.get(country, ())


def must_choose(country: str) -> bool:
    """Whether the law there wants the choice made at first use (SI 2021/1467, regulation 10)."""
    return country in _DEFAULTS


def windows_in_force(hours: RestrictedHours, *, country: str) -> tuple[RestrictedWindow, ...]:
    """The windows that a choice stands for at a location in `country`."""
    return default_windows(country) if hours.choice is Choice.DEFAULT else hours.windows


def restricted_within(windows: Sequence[RestrictedWindow], span: Interval, zone: ZoneInfo) -> tuple[Interval, ...]:
    """Every instant of a span whose wall time is restricted, as disjoint intervals in ascending order."""
    first, last = local_date(span.start, zone) - _DAY, local_date(span.end, zone)
    days = [first + _DAY * count for count in range((last - first).days + 1)]
    found = [
        interval
        for day, window in itertools.product(days, windows)
        if weekday(day) in window.weekdays
        for interval in window.wall.every_instant_on(day, zone)
        if interval.overlaps(span)
    ]
    joined: list[Interval] = []
    for interval in sorted(found, key=lambda each: each.start):
        if joined and interval.start <= joined[-1].end:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].end, interval.end))
        else:
            joined.append(interval)
    return tuple(joined)


def problems(hours: RestrictedHours) -> Problems:
    """What is wrong with a choice, by field; empty when it can be stored."""
    if hours.choice is not Choice.CUSTOM:
        return {"windows": ["Windows belong to the choice `custom`."]} if hours.windows else {}
    if not hours.windows:
        return {"windows": ["Give at least one window, or choose `none`."]}
    if len(hours.windows) > MAX_WINDOWS:
        return {"windows": [f"At most {MAX_WINDOWS} windows can be kept."]}
    found: Problems = {}
    for place, window in enumerate(hours.windows):
        if message := weekdays_problem(window.weekdays):
            found[f"windows.{place}.weekdays"] = [message]
        if window.wall.start == window.wall.end:
            found[f"windows.{place}.end"] = ["A window ends at another time than it starts."]
    return found


def weekdays_problem(weekdays: Sequence[str]) -> str | None:
    """What is wrong with a list of weekdays, in a sentence."""
    if not weekdays:
        return "Name at least one weekday."
    if unknown := [name for name in weekdays if name not in WEEKDAYS]:
        return f"Not a weekday: {', '.join(unknown)}; they are {', '.join(WEEKDAYS)}."
    return "Name each weekday once." if len(set(weekdays)) < len(weekdays) else None
