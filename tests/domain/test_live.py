"""What goes on in a session right now."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.bounds import Bounds
from homecharge.domain.charger_state import ChargerState, ConnectorState, ConnectorStatus, StartMode
from homecharge.domain.courses import Period
from homecharge.domain.following import course_of
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.live import Around, Live, Sample, Waiting, boost_progress_of, live_of, progress_of, waiting_of
from homecharge.domain.planner import plan
from homecharge.domain.session_state import SOLAR_ONLY, Kind, Session, Status
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget
from homecharge.domain.times import Interval
from homecharge.services.planning import new_session
from homecharge.services.tries import Try
from tests.domain.drawn_plans import MIDNIGHT, request

NOW = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
BEGUN = NOW - timedelta(hours=1)
END = NOW + timedelta(hours=1)
NO_SUN = "solar_unavailable"
HALF_PAST = MIDNIGHT + timedelta(minutes=30)


def session(*, kind: Kind = Kind.MANUAL, **changes: Any) -> Session:
    attempt = Try(
        kind=kind,
        location_id="location",
        charger_id="charger",
        connector_id=1,
        driver_id=None,
        due_at=BEGUN,
        window=Interval(BEGUN, END),
        last_feasible_start=END,
    )
    return dataclasses.replace(new_session(attempt, now=BEGUN), **changes)


def charging(limit: Limit | None = None, **changes: Any) -> Session:
    return session(**{"status": Status.CHARGING, "started_at": BEGUN, "limit": limit, "energy_wh": 4000} | changes)


def around(
    status: ConnectorStatus = ConnectorStatus.CHARGING,
    *,
    reported_at: datetime | None = BEGUN,
    connected_at: datetime | None = BEGUN,
    sample: Sample | None = None,
) -> Around:
    charger = ChargerState(
        id="charger",
        connected_at=connected_at,
        last_seen_at=None,
        offline_since=None,
        offline_cause=None,
        ever_connected=True,
        last_refusal=None,
        start_mode=StartMode.CONTROLLED,
        charge_now=False,
        can_hold=True,
        restarts=False,
        remote_start_tag=None,
        connection_timeout=None,
        installing_firmware=False,
        sends_samples=True,
    )
    connector = ConnectorState(
        connector_id=1,
        status=status,
        error_code=None,
        reported_at=reported_at,
        changed_at=reported_at,
        message_id=None,
        plugged_in_at=None,
        full_at=None,
        soc_percent=None,
        soc_at=None,
        held_at=None,
    )
    return Around(charger=charger, connector=connector, sample=sample)


def test_live_figures_are_the_newest_sample_with_the_sessions_energy():
    sample = Sample(NOW - timedelta(seconds=30), 7400, 61)

    live = live_of(charging(), around(sample=sample), now=NOW)

    assert live == Live(power_w=7400, energy_wh=4000, soc_percent=61, at=sample.at, stale=False)


@pytest.mark.parametrize(
    ("age_s", "connected_at", "expected"), [(180, BEGUN, "fresh"), (181, BEGUN, "stale"), (1, None, "stale")]
)
def test_figures_are_stale_after_three_samples_or_without_a_line(
    age_s: int, connected_at: datetime | None, expected: str
):
    sample = Sample(NOW - timedelta(seconds=age_s), 7400, None)

    live = live_of(charging(), around(sample=sample, connected_at=connected_at), now=NOW)

    assert live is not None
    assert live.stale is (expected == "stale")


def test_there_are_no_live_figures_before_the_first_sample_or_after_the_end():
    sample = Sample(NOW, 7400, None)

    assert live_of(charging(), around(), now=NOW) is None
    assert live_of(charging(status=Status.COMPLETED), around(sample=sample), now=NOW) is None


@pytest.mark.parametrize(
    ("limit", "power_w", "expected"),
    [
        (EnergyLimit(8000), 8000, (0.5, 4000, NOW + timedelta(minutes=30))),
        (EnergyLimit(8000), 1000, (0.5, 4000, END)),
        (EnergyLimit(8000), 0, (0.5, 4000, None)),
        (EnergyLimit(8000), None, (0.5, 4000, None)),
        (EnergyLimit(3000), 7400, (1.0, 0, NOW)),
        (DurationLimit(4500), None, (0.8, None, BEGUN + timedelta(seconds=4500))),
        (DurationLimit(86_400), None, (0.042, None, END)),
    ],
)
def test_progress_is_towards_the_limit_and_ends_with_the_window(
    limit: Limit, power_w: int | None, expected: tuple[float, int | None, datetime | None]
):
    progress = progress_of(charging(limit), around(sample=Sample(NOW, power_w, None)), now=NOW)

    assert progress is not None
    assert (progress.fraction, progress.remaining_wh, progress.estimated_end_at) == expected


def test_progress_towards_a_limit_by_cost_is_told_by_the_cost():
    progress = progress_of(charging(CostLimit(Decimal(5))), Around(cost=Decimal("1.25")), now=NOW)

    assert progress is not None
    assert (progress.fraction, progress.remaining_wh, progress.estimated_end_at) == (0.25, None, None)


def test_the_window_of_a_boost_ends_nothing():
    boost = charging(DurationLimit(86_400), kind=Kind.BOOST)

    progress = progress_of(boost, around(), now=NOW)

    assert progress is not None
    assert progress.estimated_end_at == BEGUN + timedelta(days=1)


def boosted(limit: Limit | None, **changes: Any) -> Session:
    """Half an hour ago, with 3 kWh for 0.40 by then."""
    at = {"boosted_at": NOW - timedelta(minutes=30), "boost_from_wh": 3000, "boost_from_cost": Decimal("0.40")}
    return charging(EnergyLimit(40_000), boost_limit=limit, **at | changes)


@pytest.mark.parametrize(
    ("limit", "power_w", "expected"),
    [
        (EnergyLimit(4000), 6000, (0.25, 3000, NOW + timedelta(minutes=30))),
        (EnergyLimit(4000), None, (0.25, 3000, None)),
        (DurationLimit(3600), 6000, (0.5, None, NOW + timedelta(minutes=30))),
        (CostLimit(Decimal("0.80")), 6000, (0.75, None, None)),
    ],
)
def test_a_boost_of_a_session_is_on_its_way_to_a_limit_of_its_own(
    limit: Limit, power_w: int | None, expected: tuple[float, int | None, datetime | None]
):
    here = dataclasses.replace(around(sample=Sample(NOW, power_w, None)), cost=Decimal("1.00"))

    progress = boost_progress_of(boosted(limit), here, now=NOW)

    assert progress is not None
    assert (progress.fraction, progress.remaining_wh, progress.estimated_end_at) == expected


@pytest.mark.parametrize(
    "running",
    [
        boosted(None),
        boosted(EnergyLimit(4000), status=Status.COMPLETED),
        boosted(EnergyLimit(4000), boost_ended_at=NOW),
        charging(EnergyLimit(4000)),
    ],
)
def test_a_boost_without_a_limit_or_that_is_over_is_on_its_way_nowhere(running: Session):
    assert boost_progress_of(running, around(), now=NOW) is None


@pytest.mark.parametrize("running", [charging(), charging(CostLimit(Decimal(5))), session(limit=EnergyLimit(8000))])
def test_without_a_measurable_limit_or_a_start_there_is_no_progress(running: Session):
    assert progress_of(running, around(), now=NOW) is None


RESTRICTED = Bounds(restricted=(Interval(BEGUN, END - timedelta(minutes=5)),), keeps_courses=True, full_w=7_360)


def solar_only(**changes: Any) -> Session:
    return session(**{"status": Status.PAUSED, "flags": (SOLAR_ONLY,)} | changes)


@pytest.mark.parametrize(
    ("waiting", "here", "expected"),
    [
        (session(due_at=END), around(), Waiting("start_time", END)),
        (session(due_at=END, recovers_session_id="earlier"), around(), Waiting("recovery", END)),
        (session(due_at=END, recovers_session_id="skipped", window_start=END), around(), Waiting("start_time", END)),
        (session(), around(connected_at=None), Waiting("charger_online", END)),
        (session(), Around(), Waiting("charger_online", END)),
        (session(), around(), None),
        (session(status=Status.STARTING), around(ConnectorStatus.AVAILABLE), Waiting("plug")),
        (session(status=Status.STARTING), around(ConnectorStatus.PREPARING), None),
        (charging(), around(ConnectorStatus.SUSPENDED_EV), Waiting("car")),
        (charging(), around(ConnectorStatus.SUSPENDED_EV, reported_at=BEGUN - timedelta(seconds=1)), None),
        (charging(), around(), None),
        (charging(), Around(), None),
        (session(status=Status.REJECTED, reason="car_unplugged", open_until=END), Around(), Waiting("plug", END)),
        (session(status=Status.REJECTED, reason="no_answer", open_until=END), Around(), Waiting("recovery", END)),
        (session(status=Status.COMPLETED, open_until=END), Around(), Waiting("recovery", END)),
        (session(status=Status.REJECTED, reason="car_unplugged", open_until=NOW), Around(), None),
        (session(status=Status.REJECTED, reason="car_unplugged"), Around(), None),
        (
            session(status=Status.REJECTED, reason="solar_unavailable", open_until=END),
            Around(),
            Waiting("surplus", END),
        ),
        (solar_only(course=(Period(BEGUN, 0),)), around(), Waiting("surplus", END)),
        (
            solar_only(course=(Period(BEGUN, 0),), random_delay_s=60),
            dataclasses.replace(around(), bounds=RESTRICTED),
            Waiting("restricted_hours", END - timedelta(minutes=5)),
        ),
        (solar_only(course=None), around(), None),
        (solar_only(status=Status.PLANNED), around(), Waiting("surplus", END)),
        (solar_only(status=Status.PLANNED, due_at=END), around(), Waiting("start_time", END)),
        (solar_only(status=Status.PLANNED), around(connected_at=None), Waiting("charger_online", END)),
    ],
)
def test_a_session_says_what_it_waits_for(waiting: Session, here: Around, expected: Waiting | None):
    assert waiting_of(waiting, here, now=NOW) == expected


SLOTS = plan(request("3-1-1", kwh=2))
"""From 00:30 to 01:30."""


def smart(status: Status = Status.PAUSED, **changes: Any) -> Session:
    """Paused by its plan, with half of its 4 kWh."""
    course = course_of(SLOTS, delay=timedelta(0), now=NOW)
    known = {"kind": Kind.SMART, "plan": SLOTS, "course": course, "target": EnergyTarget(8000)}
    return charging(**{"status": status, "window_end": MIDNIGHT + timedelta(hours=6)} | known | changes)


@pytest.mark.parametrize(
    ("waiting", "now", "expected"),
    [
        (smart(), NOW, Waiting("cheaper_hours", HALF_PAST)),
        (smart(plan=plan(request("x-1-1", kwh=2))), MIDNIGHT, Waiting("restricted_hours", HALF_PAST)),
        (smart(plan=plan(request("x-1-1", kwh=2))), NOW, Waiting("cheaper_hours", HALF_PAST)),
        (smart(Status.PLANNED, due_at=HALF_PAST), NOW, Waiting("cheaper_hours", HALF_PAST)),
        (smart(Status.PLANNED), NOW, None),
        (smart(Status.CHARGING), HALF_PAST, None),
        (smart(boosted_at=NOW), NOW, None),
        (smart(), MIDNIGHT + timedelta(hours=2), None),
        (smart(plan=None), NOW, None),
    ],
)
def test_a_smart_charge_that_is_held_waits_for_other_hours(waiting: Session, now: datetime, expected: Waiting | None):
    assert waiting_of(waiting, around(), now=now) == expected


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        (smart(), (0.5, 4000, MIDNIGHT + timedelta(minutes=90))),
        (smart(random_delay_s=60), (0.5, 4000, MIDNIGHT + timedelta(minutes=91))),
        (smart(limit=EnergyLimit(5000)), (0.8, 1000, MIDNIGHT + timedelta(minutes=90))),
        (smart(plan=plan(request("x", kwh=2))), (0.5, 4000, NOW + timedelta(minutes=30))),
        (smart(boosted_at=NOW), (0.5, 4000, NOW + timedelta(minutes=30))),
        (smart(boosted_at=NOW, boost_limit=EnergyLimit(1000)), (0.5, 4000, None)),
        (smart(target=SocTarget(80)), (0.667, 2000, MIDNIGHT + timedelta(minutes=90))),
        (smart(target=SocTarget(80), limit=EnergyLimit(5000)), (0.8, 1000, MIDNIGHT + timedelta(minutes=90))),
        (smart(boosted_at=NOW, boost_ended_at=NOW), (0.5, 4000, MIDNIGHT + timedelta(minutes=90))),
    ],
)
def test_a_smart_charge_ends_with_its_plan(running: Session, expected: tuple[float, int, datetime | None]):
    progress = progress_of(running, around(sample=Sample(NOW, 8000, None)), now=NOW)

    assert progress is not None
    assert (progress.fraction, progress.remaining_wh, progress.estimated_end_at) == expected


@pytest.mark.parametrize(
    ("running", "now", "expected"),
    [
        (smart(), NOW, (0.25, 2000, MIDNIGHT + timedelta(minutes=90))),
        (smart(), MIDNIGHT + timedelta(minutes=60), (0.25, 1000, MIDNIGHT + timedelta(minutes=90))),
        (smart(), MIDNIGHT + timedelta(minutes=75), (0.25, 500, MIDNIGHT + timedelta(minutes=90))),
        (smart(random_delay_s=900), MIDNIGHT + timedelta(minutes=90), (0.25, 500, MIDNIGHT + timedelta(minutes=105))),
        (smart(), MIDNIGHT + timedelta(minutes=95), (0.25, 0, MIDNIGHT + timedelta(minutes=90))),
        (smart(limit=EnergyLimit(5000)), NOW, (0.25, 2000, MIDNIGHT + timedelta(minutes=90))),
        (smart(boosted_at=NOW), NOW, (0.25, None, None)),
        (smart(plan=None), NOW, (0.25, None, None)),
    ],
)
def test_progress_towards_a_budget_is_the_money_spent_and_what_the_plan_still_buys(
    running: Session, now: datetime, expected: tuple[float, int | None, datetime | None]
):
    budget = dataclasses.replace(running, target=BudgetTarget(Decimal(2)))
    here = dataclasses.replace(around(sample=Sample(NOW, 8000, None)), cost=Decimal("0.20"), spent=Decimal("0.50"))

    progress = progress_of(budget, here, now=now)

    assert progress is not None
    assert (progress.fraction, progress.remaining_wh, progress.estimated_end_at) == expected


def test_what_began_by_itself_and_is_held_waits_for_a_start_time():
    held = charging(kind=Kind.PLUG_IN, status=Status.PAUSED, course=(Period(BEGUN, 0),))

    assert waiting_of(held, around(), now=NOW) == Waiting("start_time")
