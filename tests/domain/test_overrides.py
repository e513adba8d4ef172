"""One night of a Smart schedule that is unlike the others."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.occurrences import Occurrence, firing_on
from homecharge.domain.overrides import Override, override_from_json, override_json, still_wanted
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget, Target
from homecharge.domain.times import WEEKDAYS, ClockNote
from tests.domain.builders import at

LONDON = ZoneInfo("Europe/London")
SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))


def occurrence(day: date = date(2026, 11, 21)) -> Occurrence:
    firing = firing_on(SMART, day, LONDON)
    return Occurrence(
        id="occurrence",
        schedule_id="schedule",
        timing_revision=1,
        local_date=day,
        round=1,
        starts_at=firing.window.start,
        ready_by=firing.ready_by,
        window_start=firing.window.start,
        window_end=firing.window.end,
        last_feasible_start=firing.last_feasible_start,
        clock_note=firing.clock_note,
        skipped_at=None,
        skipped_by=None,
        decided_at=None,
        wake_at=None,
        created_at=at("18:00"),
        updated_at=at("18:00"),
    )


def test_another_ready_by_is_another_end_of_the_same_window():
    before = occurrence()

    after = before.overridden(Override(ready_by=time(5)), SMART, LONDON, now=at("23:00"))

    assert (after.ready_by, after.window_end, after.last_feasible_start) == (at("05:00"), at("05:00"), at("04:45"))
    assert (after.window_start, after.updated_at) == (before.window_start, at("23:00"))


def test_without_anything_of_its_own_it_is_as_its_schedule_has_it():
    before = occurrence()
    changed = before.overridden(Override(ready_by=time(5), target=SocTarget(80)), SMART, LONDON, now=at("23:00"))

    assert changed.overridden(Override(), SMART, LONDON, now=before.updated_at) == before


def test_another_target_leaves_the_times_alone():
    after = occurrence().overridden(Override(target=SocTarget(80)), SMART, LONDON, now=at("23:00"))

    assert after.window == occurrence().window
    assert after.target_of(SMART) == SocTarget(80)
    assert occurrence().target_of(SMART) == EnergyTarget(20_000)


def test_a_ready_by_that_the_clocks_skip_moves_forward():
    spring = occurrence(date(2026, 3, 29))

    after = spring.overridden(Override(ready_by=time(1, 30)), SMART, LONDON, now=at("23:00"))

    assert (after.window_end, after.clock_note) == (datetime(2026, 3, 29, 1, tzinfo=UTC), ClockNote.MOVED_FORWARD)


@pytest.mark.parametrize(
    "override",
    [None, Override(ready_by=time(5)), Override(target=BudgetTarget(Decimal("2.50"))), Override()],
)
def test_it_is_read_back_as_it_was_kept(override: Override | None):
    assert override_from_json(override_json(override)) == override


@pytest.mark.parametrize(
    ("target", "charged_wh", "left"),
    [
        (EnergyTarget(20_000), 0, EnergyTarget(20_000)),
        (EnergyTarget(20_000), 5_000, EnergyTarget(15_000)),
        (EnergyTarget(20_000), 30_000, EnergyTarget(100)),
        (SocTarget(80), 5_000, SocTarget(80)),
        (None, 5_000, None),
    ],
)
def test_a_further_try_is_for_what_its_predecessors_left(target: Target | None, charged_wh: int, left: Target | None):
    assert still_wanted(target, charged_wh=charged_wh) == left
