"""The only zone arithmetic: wall times become UTC instants here, on the two clock-change nights too."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between them, half-open, is every instant that somebody may give us: any zone has a wall time for it."""


class ClockNote(StrEnum):
    """What a clock change did to a wall time (design.md §4)."""

    MOVED_FORWARD = "moved_forward"
    FIRST_OF_TWO = "first_of_two"


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open `[start, end)` between two UTC instants."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """Elapsed time, not wall time."""
        return self.end - self.start

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time turned into an instant, with what the clocks did to it."""

    at: datetime
    clock_note: ClockNote | None = None


def instant(day: date, wall: time, zone: ZoneInfo) -> Moment:
    """The instant of a wall time on a day: a gap moves forward to its end, of two the first counts (design.md §4)."""
    local = datetime.combine(day, wall, zone)
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first == second:
        return Moment(first)
    if first < second:
        return Moment(first, ClockNote.FIRST_OF_TWO)
    return Moment(_clock_change(second, first, zone), ClockNote.MOVED_FORWARD)


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The clock change between two instants of different offsets, to the second, by bisection."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).replace(tzinfo=UTC) - at


def _steady_stretches(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The time between two instants, cut where the clocks change; they do so at most once in the reach of a window."""
    if _offset(start, zone) == _offset(end, zone):
        return (Interval(start, end),)
    change = _clock_change(start, end, zone)
    return Interval(start, change), Interval(change, end)


@dataclass(frozen=True, slots=True)
class WallWindow:
    """A window on the wall clock; an end not after the start is on the next day."""

    start: time
    end: time

    def on(self, day: date, zone: ZoneInfo) -> Interval:
        """The interval whose start falls on `day`."""
        last = day if self.end > self.start else day + timedelta(days=1)
        return Interval(instant(day, self.start, zone).at, instant(last, self.end, zone).at)

    def every_instant_on(self, day: date, zone: ZoneInfo) -> tuple[Interval, ...]:
        """Every instant whose wall time lies inside, its first wall time being on `day` (design.md §4).

        Two intervals where the clocks go back across an edge, none where they skip the whole window.
        """
        last = day if self.end > self.start else day + timedelta(days=1)
        start, end = datetime.combine(day, self.start), datetime.combine(last, self.end)
        edges = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for wall in (start, end) for fold in (0, 1)]
        found: list[Interval] = []
        for stretch in _steady_stretches(min(edges), max(edges), zone):
            offset = _offset(stretch.start, zone)
            first = max(stretch.start, (start - offset).replace(tzinfo=UTC))
            after = min(stretch.end, (end - offset).replace(tzinfo=UTC))
            if first >= after:
                continue
            is_joined = bool(found) and found[-1].end == first
            found.append(Interval(found.pop().start if is_joined else first, after))
        return tuple(found)


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant on that zone's wall clock."""
    return at.astimezone(zone).date()


def days_earlier(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The instant of the same wall time so many days before; of two the first, and after a gap where there is none."""
    local = at.astimezone(zone)
    return instant(local.date() - timedelta(days=days), local.time().replace(fold=0), zone).at


def wall_clock(at: datetime, zone: ZoneInfo) -> str:
    """`HH:MM`."""
    return f"{at.astimezone(zone):%H:%M}"


def weekday(day: date) -> str:
    """The three-letter name used by the contract."""
    return WEEKDAYS[day.weekday()]


def rfc3339(at: datetime) -> str:
    """An instant as the contract writes it: UTC, `Z`, whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
