"""When a schedule fires: windows, last feasible starts and what the clocks do to them (design.md §2, §4)."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from homecharge.domain.limits import DurationLimit
from homecharge.domain.overrides import Override
from homecharge.domain.schedules import Manual, Once, Smart, Spec
from homecharge.domain.targets import Target
from homecharge.domain.times import ClockNote, Interval, Moment, WallWindow, instant, local_date, weekday

AHEAD = 8
"""The open one and the next seven are always rows."""
DEFAULT_WINDOW = timedelta(hours=12)
RECOVERY_LEAD = timedelta(minutes=15)
"""A recovery with less than this left of the window is not worth it."""
SMART_WINDOW = timedelta(hours=24)
"""A Smart window begins at the previous ready-by, but no longer before its own than this."""
LONGEST_WINDOW_DAYS = 2
"""No window that starts this many days before today reaches today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One day's window, as instants; `ready_by` is the end of a Smart one."""

    local_date: date
    window: Interval
    ready_by: datetime | None
    last_feasible_start: datetime
    clock_note: ClockNote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A firing that is a row. `decided_at`: its first try left `planned`, or was skipped.

    `wake_at` is set while a Smart one whose turn it is waits for the car; `override` is what it has of its own.
    """

    id: str
    schedule_id: str
    timing_revision: int
    local_date: date
    round: int
    starts_at: datetime
    ready_by: datetime | None
    window_start: datetime
    window_end: datetime
    last_feasible_start: datetime
    clock_note: ClockNote | None
    skipped_at: datetime | None
    skipped_by: str | None
    decided_at: datetime | None
    wake_at: datetime | None
    created_at: datetime
    updated_at: datetime
    override: Override | None = None

    @property
    def window(self) -> Interval:
        """When a try may happen; its end stops the charge."""
        return Interval(self.window_start, self.window_end)

    def retimed(self, firing: Firing, timing_revision: int, *, now: datetime) -> "Occurrence":
        """The same occurrence under a later revision of its schedule's timing."""
        return dataclasses.replace(
            self,
            timing_revision=timing_revision,
            starts_at=firing.window.start,
            ready_by=firing.ready_by,
            window_start=firing.window.start,
            window_end=firing.window.end,
            last_feasible_start=firing.last_feasible_start,
            clock_note=firing.clock_note,
            override=None,
            updated_at=now,
        )

    def overridden(self, override: Override, smart: Smart, zone: ZoneInfo, *, now: datetime) -> "Occurrence":
        """The same occurrence with a ready-by and a target of its own; without either it is as its schedule has it."""
        changed = dataclasses.replace(self, override=None if override == Override() else override, updated_at=now)
        before = None if self.override is None else self.override.ready_by
        if override.ready_by == before:
            return changed
        ready_by = instant(self.local_date, override.ready_by or smart.ready_by, zone)
        return dataclasses.replace(
            changed,
            ready_by=ready_by.at,
            window_end=ready_by.at,
            last_feasible_start=max(self.window_start, ready_by.at - RECOVERY_LEAD),
            clock_note=ready_by.clock_note,
        )

    def target_of(self, spec: Spec) -> Target | None:
        """What it is for: the target that its schedule asks for, unless it has one of its own."""
        own = self.override.target if self.override is not None else None
        return own or (spec.target if isinstance(spec, Smart) else None)


@dataclass(frozen=True, slots=True)
class Held:
    """A window that has had its try; while that try goes on, a new timing waits for the next window."""

    window: Interval
    is_underway: bool

    def holds_back(self, firing: Firing, *, now: datetime) -> bool:
        """Whether the firing would try the same window a second time."""
        is_same = self.window.overlaps(firing.window)
        return is_same and (self.is_underway or firing.window.start <= now)


def fires_on(spec: Spec, day: date) -> bool:
    """Whether the schedule starts (a Smart one: is ready) on that day of its location's calendar."""
    return spec.on.date == day if isinstance(spec.on, Once) else weekday(day) in spec.on.weekdays


def firing_on(spec: Spec, day: date, zone: ZoneInfo) -> Firing:
    """The firing of a day."""
    moment, window = _manual_window(spec, day, zone) if isinstance(spec, Manual) else _smart_window(spec, day, zone)
    return Firing(
        local_date=day,
        window=window,
        ready_by=window.end if isinstance(spec, Smart) else None,
        last_feasible_start=max(window.start, window.end - RECOVERY_LEAD),
        clock_note=moment.clock_note,
    )


def _manual_window(manual: Manual, day: date, zone: ZoneInfo) -> tuple[Moment, Interval]:
    """From the start to `end_time`, else by the duration limit, else 12 h or to the next firing."""
    start = instant(day, manual.start_time, zone)
    if manual.end_time is not None:
        return start, _to_end_time(day, manual.start_time, manual.end_time, zone)
    if isinstance(manual.limit, DurationLimit):
        return start, Interval(start.at, start.at + timedelta(seconds=manual.limit.seconds))
    following = next(_days(manual, day + timedelta(days=1)), None)
    ends = [start.at + DEFAULT_WINDOW]
    if following is not None:
        ends.append(instant(following, manual.start_time, zone).at)
    return start, Interval(start.at, min(ends))


def _smart_window(smart: Smart, day: date, zone: ZoneInfo) -> tuple[Moment, Interval]:
    """From the previous ready-by, at most 24 h before, to ready-by."""
    ready_by = instant(day, smart.ready_by, zone)
    starts = [ready_by.at - SMART_WINDOW]
    yesterday = day - timedelta(days=1)
    if fires_on(smart, yesterday):
        starts.append(instant(yesterday, smart.ready_by, zone).at)
    return ready_by, Interval(max(starts), ready_by.at)


def _to_end_time(day: date, start_time: time, end_time: time, zone: ZoneInfo) -> Interval:
    """The window between two wall times; one that lies in a gap of the clocks moves behind it as a whole."""
    window = WallWindow(start_time, end_time).on(day, zone)
    if window.end > window.start:
        return window
    length = datetime.combine(day, end_time) - datetime.combine(day, start_time)
    return Interval(window.start, window.start + length)


def firings_after(spec: Spec, day: date, zone: ZoneInfo) -> Iterator[Firing]:
    """Every firing of a later day, in order; endless for a weekly schedule."""
    return (firing_on(spec, each, zone) for each in _days(spec, day + timedelta(days=1)))


def firings_from(spec: Spec, zone: ZoneInfo, *, held: Sequence[Held] = (), now: datetime) -> Iterator[Firing]:
    """Every firing whose window is not over, one that has begun included, except where a try holds it back."""
    earliest = local_date(now, zone) - timedelta(days=LONGEST_WINDOW_DAYS)
    for firing in firings_after(spec, earliest, zone):
        is_over = firing.window.end <= now
        if not is_over and not any(each.holds_back(firing, now=now) for each in held):
            yield firing


def _days(spec: Spec, first: date) -> Iterator[date]:
    if isinstance(spec.on, Once):
        if spec.on.date >= first:
            yield spec.on.date
        return
    day = first
    while True:
        if fires_on(spec, day):
            yield day
        day += timedelta(days=1)
