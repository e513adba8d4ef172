"""Four zones × both clock changes × what a wall time can mean, against a walk through every minute of the night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.limits import EnergyLimit
from homecharge.domain.occurrences import firing_on
from homecharge.domain.restricted_hours import RestrictedWindow, restricted_within
from homecharge.domain.schedules import Manual, Once, Smart
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.tariffs import TariffPeriod, TimeOfUse, rates_over
from homecharge.domain.times import WEEKDAYS, ClockNote, Interval, WallWindow, weekday

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CHEAP, DEAR = Decimal("0.10"), Decimal("0.30")


@dataclass(frozen=True)
class Night:
    """A night on whose `day` the clocks of a zone change: forward over `wall`, or back so that it comes twice."""

    zone: ZoneInfo
    day: date
    wall: time
    note: ClockNote

    def minutes(self) -> Iterator[datetime]:
        """Every minute of the day, of the one before and of the one after."""
        first = datetime.combine(self.day, time(), UTC) - 2 * DAY
        return (first + count * MINUTE for count in range(5 * 24 * 60))

    def first_minute(self, wall: time, day: date) -> datetime:
        """The first instant that reads so, or the first that reads later where none does."""
        return next(
            at for at in self.minutes() if at.astimezone(self.zone).replace(tzinfo=None) >= datetime.combine(day, wall)
        )


def night(zone: str, day: str, wall: str, note: ClockNote) -> Night:
    return Night(ZoneInfo(zone), date.fromisoformat(day), time.fromisoformat(wall), note)


NIGHTS = {
    "London, spring": night("Europe/London", "2026-03-29", "01:30", ClockNote.MOVED_FORWARD),
    "London, autumn": night("Europe/London", "2026-10-25", "01:30", ClockNote.FIRST_OF_TWO),
    "New York, spring": night("America/New_York", "2026-03-08", "02:30", ClockNote.MOVED_FORWARD),
    "New York, autumn": night("America/New_York", "2026-11-01", "01:30", ClockNote.FIRST_OF_TWO),
    # by half an hour
    "Lord Howe, spring": night("Australia/Lord_Howe", "2026-10-04", "02:15", ClockNote.MOVED_FORWARD),
    "Lord Howe, autumn": night("Australia/Lord_Howe", "2026-04-05", "01:45", ClockNote.FIRST_OF_TWO),
    # at midnight: the day begins at one o'clock, or the last hour of the day before comes twice
    "Santiago, spring": night("America/Santiago", "2026-09-06", "00:30", ClockNote.MOVED_FORWARD),
    "Santiago, autumn": night("America/Santiago", "2026-04-04", "23:30", ClockNote.FIRST_OF_TWO),
}
every_night = pytest.mark.parametrize("change", NIGHTS.values(), ids=NIGHTS.keys())
every_window = pytest.mark.parametrize(
    "wall",
    [
        pytest.param(WallWindow(time(0, 30), time(4, 30)), id="over the change"),
        pytest.param(WallWindow(time(22), time(6)), id="past midnight"),
        pytest.param(WallWindow(time(1, 30), time(2, 15)), id="from inside the change"),
        pytest.param(WallWindow(time(23, 30), time(0, 30)), id="about midnight"),
    ],
)


def holds(wall: WallWindow, weekdays: tuple[str, ...], at: datetime) -> bool:
    """Whether the clock on the wall reads a time within the window; past midnight it is that of the day before."""
    reads, day = at.time(), at.date()
    if wall.start < wall.end:
        return wall.start <= reads < wall.end and weekday(day) in weekdays
    begun, goes_on = reads >= wall.start, reads < wall.end
    return (begun and weekday(day) in weekdays) or (goes_on and weekday(day - DAY) in weekdays)


@every_night
def test_a_schedule_starts_at_the_first_instant_that_its_wall_time_can_mean(change: Night):
    manual = Manual(on=Once(change.day), start_time=change.wall, end_time=None, limit=EnergyLimit(5000))

    firing = firing_on(manual, change.day, change.zone)

    assert (firing.window.start, firing.clock_note) == (change.first_minute(change.wall, change.day), change.note)


@every_night
def test_a_schedule_ends_at_the_first_instant_that_its_end_can_mean(change: Night):
    before = change.day - DAY
    manual = Manual(on=Once(before), start_time=time(23, 45), end_time=change.wall, limit=None)

    firing = firing_on(manual, before, change.zone)

    start, end = change.first_minute(time(23, 45), before), change.first_minute(change.wall, change.day)
    assert firing.window == Interval(start, end)


@every_night
def test_ready_by_is_the_first_instant_that_its_wall_time_can_mean(change: Night):
    smart = Smart(on=Once(change.day), ready_by=change.wall, target=EnergyTarget(8000))

    firing = firing_on(smart, change.day, change.zone)

    ready_by = change.first_minute(change.wall, change.day)
    assert (firing.ready_by, firing.window.end, firing.clock_note) == (ready_by, ready_by, change.note)
    assert firing.last_feasible_start == ready_by - 15 * MINUTE


@every_night
def test_ready_by_in_the_morning_has_the_hours_that_the_night_has(change: Night):
    smart = Smart(on=Once(change.day + DAY), ready_by=time(7), target=EnergyTarget(8000))

    firing = firing_on(smart, change.day + DAY, change.zone)

    assert firing.ready_by == change.first_minute(time(7), change.day + DAY)
    assert firing.window.duration <= DAY


@every_night
@every_window
@pytest.mark.parametrize("weekdays", [WEEKDAYS, ("sat",), ("sun",)], ids=["daily", "Saturdays", "Sundays"])
def test_every_instant_whose_wall_time_is_restricted_is_and_no_other(
    change: Night, wall: WallWindow, weekdays: tuple[str, ...]
):
    minutes = list(change.minutes())
    span = Interval(minutes[0], minutes[-1] + MINUTE)

    restricted = restricted_within([RestrictedWindow(weekdays, wall)], span, change.zone)

    expected = [holds(wall, weekdays, at.astimezone(change.zone)) for at in minutes]
    assert [any(at in interval for interval in restricted) for at in minutes] == expected


@every_night
@every_window
def test_every_minute_costs_what_the_clock_on_the_wall_says(change: Night, wall: WallWindow):
    minutes = list(change.minutes())
    tariff = TimeOfUse((TariffPeriod(WEEKDAYS, wall, CHEAP),), DEAR)

    rates = rates_over(tariff, Interval(minutes[0], minutes[-1] + MINUTE), change.zone)

    expected = [CHEAP if holds(wall, WEEKDAYS, at.astimezone(change.zone)) else DEAR for at in minutes]
    assert [next(rate.per_kwh for rate in rates if at in rate.interval) for at in minutes] == expected
