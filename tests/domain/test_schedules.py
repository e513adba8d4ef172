from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.errors import Invalid
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.schedules import (
    Manual,
    Once,
    Schedule,
    Smart,
    Spec,
    Weekly,
    in_the_past,
    require_reachable,
    spec_from_json,
    spec_json,
    weekly,
)
from homecharge.domain.session_state import Kind
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget, Target
from homecharge.domain.texts import DEFAULT
from homecharge.domain.texts.values import Reader
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.wording_schedules import summary_text

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
NIGHTLY = Manual(on=Weekly(WEEKDAYS), start_time=time(0, 30), end_time=time(5, 30), limit=EnergyLimit(10_000))
SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))


@pytest.mark.parametrize(
    "spec",
    [
        NIGHTLY,
        SMART,
        Smart(on=Once(date(2026, 11, 21)), ready_by=time(7), target=BudgetTarget(Decimal("1.50")), contiguous=True),
        Smart(on=Weekly(("sun",)), ready_by=time(7), target=SocTarget(80), vehicle_id="a car", limit=EnergyLimit(100)),
        Manual(on=Once(date(2026, 11, 21)), start_time=time(0, 30, 15)),
        Manual(on=Weekly(("sat",)), start_time=time(0), end_time=time(0, 0, 1), limit=DurationLimit(60)),
    ],
)
def test_what_is_stored_reads_back_as_it_was(spec: Spec) -> None:
    assert spec_from_json(spec_json(spec), spec.limit) == spec


def test_days_are_kept_in_the_order_of_the_week() -> None:
    assert weekly(["sun", "mon", "sun", "wed"]) == Weekly(("mon", "wed", "sun"))


@pytest.mark.parametrize(
    ("manual", "is_timing"),
    [
        (Manual(on=Weekly(WEEKDAYS), start_time=time(0, 30), limit=DurationLimit(3600)), True),
        (Manual(on=Weekly(WEEKDAYS), start_time=time(0, 30), limit=EnergyLimit(3600)), False),
        (Manual(on=Weekly(WEEKDAYS), start_time=time(0, 30), end_time=time(5), limit=DurationLimit(3600)), False),
    ],
)
def test_a_limit_is_timing_only_where_it_makes_the_window(manual: Manual, *, is_timing: bool) -> None:
    assert (manual.timing.limit is not None) is is_timing


def test_a_new_target_is_no_new_time_and_a_new_ready_by_is() -> None:
    assert replace(SMART, target=SocTarget(80)).timing == SMART.timing
    assert replace(SMART, ready_by=time(6)).timing != SMART.timing


@pytest.mark.parametrize(
    ("spec", "kind", "target"), [(NIGHTLY, Kind.MANUAL, None), (SMART, Kind.SMART, EnergyTarget(20_000))]
)
def test_what_is_asked_for_makes_the_kind(spec: Spec, kind: Kind, target: Target | None) -> None:
    made = Schedule(
        id="schedule",
        location_id="home",
        zone=LONDON,
        charger_id="charger",
        connector_id=1,
        driver_id="driver",
        name=None,
        is_enabled=True,
        spec=spec,
        timing_revision=1,
        revision=1,
        created_at=NOW,
        updated_at=NOW,
    )

    assert (made.kind, made.target) == (kind, target)


def test_a_one_off_two_years_ahead_is_the_farthest() -> None:
    require_reachable(Manual(on=Once(date(2028, 11, 1)), start_time=time(0)), LONDON, now=NOW)
    with pytest.raises(Invalid) as refused:
        require_reachable(Manual(on=Once(date(9999, 12, 31)), start_time=time(0)), LONDON, now=NOW)

    assert list(refused.value.errors) == ["on.date"]


def test_what_is_over_is_said_of_the_date() -> None:
    error = in_the_past(Manual(on=Once(date(2026, 11, 19)), start_time=time(0)))

    assert (error.code, list(error.errors)) == ("in_the_past", ["on.date"])


@pytest.mark.parametrize(
    ("spec", "summary"),
    [
        (NIGHTLY, "Every day from 00:30 to 05:30, up to 10.0 kWh"),
        (Manual(on=Weekly(WEEKDAYS[:5]), start_time=time(22)), "Weekdays at 22:00"),
        (
            Manual(on=Weekly(("sat", "sun")), start_time=time(22), limit=DurationLimit(5400)),
            "Weekends at 22:00, for 1 h 30 min",
        ),
        (Manual(on=Weekly(("mon", "thu")), start_time=time(7, 0, 30)), "Mon, Thu at 07:00:30"),
        (Manual(on=Once(date(2026, 11, 21)), start_time=time(0, 30)), "Sat 21 Nov at 00:30"),
        (Manual(on=Once(date(2027, 1, 2)), start_time=time(0, 30)), "Sat 2 Jan 2027 at 00:30"),
        (Manual(on=Weekly(("mon",)), start_time=time(7), limit=CostLimit(Decimal("2.50"))), "Mon at 07:00, up to 2.50"),
        (SMART, "Every day by 07:30: 20.0 kWh in the cheapest hours"),
        (
            Smart(on=Weekly(("mon",)), ready_by=time(7), target=BudgetTarget(Decimal("1.50")), limit=EnergyLimit(9000)),
            "Mon by 07:00: as much as 1.50 buys in the cheapest hours, up to 9.0 kWh",
        ),
        (
            Smart(on=Once(date(2026, 11, 21)), ready_by=time(7), target=SocTarget(80)),
            "Sat 21 Nov by 07:00: to 80 % in the cheapest hours",
        ),
    ],
)
def test_a_schedule_says_in_one_line_when_it_charges_and_how_much(spec: Spec, summary: str) -> None:
    assert summary_text(spec, Reader(language=DEFAULT, zone=LONDON, now=NOW)) == summary
