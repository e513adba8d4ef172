"""What restricted hours do to a charge from 00:30 to 05:30 and to a plug-in; one digit per half hour from 00:00."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from homecharge.domain.bounds import Bounds, bound_course, due_within
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.courses import Course, Period, limit_at
from homecharge.domain.durations import duration_end, lasted
from homecharge.domain.facts import Decision, Facts
from homecharge.domain.limits import DurationLimit, EnergyLimit
from homecharge.domain.live import Around, Waiting, waiting_of
from homecharge.domain.outlook import CheckState, Verdict, outlook
from homecharge.domain.random_delay import after_outage, delayed_until
from homecharge.domain.recoveries import Event, recovers_on
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from homecharge.domain.times import Interval
from tests.domain.builders import at, boost, charger, charging, connector, facts, plug_in, session, transaction

FULL_W = 7_360
HALF_HOUR = timedelta(minutes=30)


def hours(*clocks: str, **changes: Any) -> Bounds:
    """Restricted from each of these to the next one: `02:00`, `03:00`."""
    pairs = zip(clocks[::2], clocks[1::2], strict=True)
    values = {"keeps_courses": True, "full_w": FULL_W} | changes
    return Bounds(restricted=tuple(Interval(at(start), at(end)) for start, end in pairs), **values)


FREE = hours()


def drawn(course: Course | None) -> str:
    """1 where power may be drawn at the middle of a half hour, from midnight to 06:00."""
    middles = [at("00:00") + place * HALF_HOUR + HALF_HOUR / 2 for place in range(12)]
    return "".join("1" if course is None or limit_at(course, middle) else "0" for middle in middles)


def known(subject: Session, bounds: Bounds, **changes: Any) -> Facts:
    return facts(subject, bounds=bounds, **changes)


def running(subject: Session, bounds: Bounds, clock: str) -> Decision:
    """Looked at while its transaction runs."""
    return advance(known(subject, bounds, own=(transaction(),)), now=at(clock))


@pytest.mark.parametrize(
    ("bounds", "delay_s", "drawing"),
    [
        (hours("02:00", "03:00"), 0, "111100111111"),
        (hours("02:00", "03:00"), 1800, "111110011111"),
        (hours("02:00", "02:30", "04:00", "04:30"), 0, "111101110111"),
        (hours("00:00", "02:00"), 0, "000011111111"),
        (hours("00:00", "02:00"), 1800, "100001111111"),
        (hours("04:00", "06:00"), 0, "111111110000"),
        (hours("00:00", "05:30"), 0, "000000000000"),
    ],
)
def test_power_may_be_drawn_outside_the_restricted_hours_as_late_as_the_random_delay_has_it(
    bounds: Bounds, delay_s: int, drawing: str
):
    course = bound_course(session(random_delay_s=delay_s), bounds, now=at("00:00"))

    assert course is not None
    assert drawn(course) == drawing
    assert {period.limit_w for period in course} <= {0, FULL_W}


@pytest.mark.parametrize("bounds", [FREE, hours("23:00", "00:30")])
def test_where_nothing_binds_there_is_no_course(bounds: Bounds):
    assert bound_course(session(), bounds, now=at("00:00")) is None


def test_a_start_due_inside_restricted_hours_moves_to_their_end():
    decision = advance(known(session(), hours("00:00", "02:00")), now=at("00:30"))

    assert decision.session.status is Status.PLANNED
    assert {decision.session.due_at, decision.session.at, decision.session.wake_at} == {at("02:00")}
    [step] = decision.steps
    assert (step.kind, step.cause) == (StepKind.MOVED, "restricted_hours")
    assert step.detail == {"from_at": "2026-11-21T00:30:00Z", "due_at": "2026-11-21T02:00:00Z"}


def test_looking_again_moves_nothing_and_tells_nothing():
    moved = advance(known(session(), hours("00:00", "02:00")), now=at("00:30")).session

    again = advance(known(moved, hours("00:00", "02:00")), now=at("01:00"))

    assert (again.session, again.steps) == (moved, ())


@pytest.mark.parametrize(
    ("bounds", "clock", "due"),
    [
        (hours("00:00", "03:00"), "01:00", "03:00"),
        (hours("00:00", "01:30"), "01:00", "01:30"),
        (FREE, "01:00", "01:00"),
        (FREE, "00:10", "00:30"),
        (hours("01:00", "01:30"), "00:10", "00:30"),
        (hours("01:00", "01:30"), "01:10", "01:30"),
    ],
)
def test_other_restricted_hours_move_it_again(bounds: Bounds, clock: str, due: str):
    moved = advance(known(session(), hours("00:00", "02:00")), now=at("00:05")).session

    decision = advance(known(moved, bounds), now=at(clock))

    assert decision.session.due_at == at(due)
    assert [(step.kind, step.cause) for step in decision.steps[:1]] == [
        (StepKind.MOVED, "restricted_hours" if at(due) > at("02:00") else "restricted_hours_changed")
    ]


def test_what_is_due_before_them_and_waits_until_they_have_begun_moves_too():
    course = bound_course(session(), hours("00:31", "02:00"), now=at("00:32"))

    assert due_within(session(), course, now=at("00:32")) == at("02:00")


def test_a_plug_in_waits_for_the_end_of_restricted_hours_and_is_paused_at_the_next_ones():
    plugged_in = plug_in(random_delay_s=60)

    course = bound_course(plugged_in, hours("00:00", "01:00", "03:00", "04:00"), now=at("00:30"))

    assert course == (
        Period(at("00:01"), 0),
        Period(at("01:01"), FULL_W),
        Period(at("03:01"), 0),
        Period(at("04:01"), FULL_W),
    )


def test_the_start_at_a_plug_in_is_not_delayed():
    plugged_in = plug_in(random_delay_s=60)

    assert due_within(plugged_in, bound_course(plugged_in, FREE, now=at("00:30")), now=at("00:30")) == at("00:30")


def test_a_charge_is_paused_when_restricted_hours_begin_and_goes_on_when_they_end():
    bounds = hours("02:00", "03:00")
    charge = running(charging(), bounds, "00:31").session
    paused = running(charge, bounds, "02:00")
    resumed = running(paused.session, bounds, "03:00")

    assert charge.wake_at == at("00:33:10")
    assert (paused.session.status, paused.session.wake_at) == (Status.PAUSED, at("03:00"))
    assert [(step.kind, step.cause) for step in paused.steps] == [(StepKind.PAUSED, "restricted_hours")]
    assert resumed.session.status is Status.CHARGING
    assert [step.kind for step in resumed.steps] == [StepKind.RESUMED]
    assert (charge.course_revision, resumed.session.course_revision) == (1, 1)


@pytest.mark.parametrize(
    ("bounds", "drawing"),
    [
        (hours("01:00", "03:00"), "111100111111"),
        (hours("04:00", "05:00"), "111111110011"),
    ],
)
def test_hours_changed_under_way_bind_from_now_on_and_not_before(bounds: Bounds, drawing: str):
    charge = running(charging(), FREE, "00:31").session

    assert drawn(bound_course(charge, bounds, now=at("02:00"))) == drawing


def test_hours_taken_away_under_way_let_a_paused_charge_go_on_and_what_was_held_stays_held():
    charge = running(charging(), hours("01:00", "03:00"), "00:31").session
    paused = running(charge, hours("01:00", "03:00"), "01:00").session

    resumed = running(paused, FREE, "02:00").session

    assert resumed.status is Status.CHARGING
    assert resumed.course == (Period(at("18:00"), FULL_W), Period(at("01:00"), 0), Period(at("02:00"), FULL_W))
    assert running(resumed, FREE, "02:30").session.course == resumed.course


def test_a_boost_of_a_paused_charge_binds_it_no_more():
    charge = running(charging(), hours("01:00", "03:00"), "01:00").session

    boosted = running(charging(charge, boosted_at=at("01:10"), status=Status.PAUSED), hours("01:00", "03:00"), "01:10")

    assert (boosted.session.status, boosted.session.course) == (Status.CHARGING, None)


def test_a_boost_given_back_leaves_a_limit_by_time_what_it_had_counted_before():
    bounds = hours("01:00", "03:00")
    begun = charging(limit=DurationLimit(7200), started_at=at("00:30"), drew_at=at("00:31"))
    charge = running(begun, bounds, "01:00").session
    counted_s = int(lasted(charge, until=at("01:30")).total_seconds())
    boost_of_it = {"boosted_at": at("01:30"), "boost_from_s": counted_s, "boost_limit": DurationLimit(1800)}

    boosted = running(dataclasses.replace(charge, **boost_of_it), bounds, "01:30").session
    back = running(boosted, bounds, "02:00").session
    resumed = running(back, bounds, "03:00").session

    assert counted_s == 1800
    assert (boosted.status, back.status, resumed.status) == (Status.CHARGING, Status.PAUSED, Status.CHARGING)
    assert lasted(back, until=at("03:00")) == timedelta(hours=1)
    assert (duration_end(boosted), duration_end(back), resumed.wake_at) == (at("03:00"), at("04:00"), at("04:00"))
    assert running(resumed, bounds, "04:00").session.stop_requested_as is StopReason.LIMIT_DURATION


def test_nothing_binds_a_boost():
    decision = advance(facts(boost(), connector=connector()), now=at("00:30"))

    assert (decision.session.status, decision.session.course) == (Status.STARTING, None)


@pytest.mark.parametrize(
    ("bounds", "clock"),
    [(hours("00:00", "05:30"), "00:30"), (hours("00:00", "09:00"), "00:30"), (hours("00:31", "06:00"), "00:31")],
)
def test_a_try_that_restricted_hours_leave_no_time_is_rejected_for_them(bounds: Bounds, clock: str):
    decision = advance(known(session(updated_at=at("00:30")), bounds), now=at(clock))

    assert (decision.session.status, decision.session.reason) == (Status.REJECTED, "restricted_hours")
    assert decision.session.rejection is not None
    assert decision.session.rejection["evidence"][0]["value"] == bounds.restricted[-1].end.isoformat()


def test_a_manual_begins_and_ends_as_late_as_its_random_delay_has_it():
    delayed = session(random_delay_s=300, due_at=at("00:35"))

    early = advance(known(delayed, FREE), now=at("00:30"))
    begun = advance(known(early.session, FREE), now=at("00:35"))
    late = running(charging(delayed, drew_at=at("00:36")), FREE, "05:34:59")

    assert (early.session.status, early.session.wake_at) == (Status.PLANNED, at("00:35"))
    assert begun.session.status is Status.STARTING
    assert (late.session.stop_requested_at, late.session.wake_at) == (None, at("05:35"))
    assert running(late.session, FREE, "05:35").session.stop_requested_as is StopReason.WINDOW_END


def test_a_window_that_is_over_before_its_delay_is_not_missed():
    short = session(random_delay_s=300, due_at=at("00:35"), window_end=at("00:31"))

    assert advance(known(short, FREE), now=at("00:35")).session.status is Status.STARTING


@pytest.mark.parametrize(
    ("clock", "due"), [("01:00", "01:05"), ("01:04:59", "01:05"), ("01:05", None), ("03:00", None)]
)
def test_after_an_outage_of_ours_a_start_comes_by_its_delay_after_our_return(clock: str, due: str | None):
    missed = session(random_delay_s=300, due_at=at("00:35"))
    outage = Interval(at("00:10"), at("01:00"))

    decision = advance(known(missed, FREE, outages=(outage,)), now=at(clock))

    assert decision.session.status is (Status.PLANNED if due else Status.STARTING)
    if due:
        assert decision.session.due_at == at(due)
        assert [(step.kind, step.cause) for step in decision.steps] == [(StepKind.MOVED, "outage")]
        assert delayed_until(decision.session, now=at(clock)) == at(due)


@pytest.mark.parametrize(
    "unmoved",
    [
        session(random_delay_s=0),
        session(random_delay_s=300, created_at=at("00:35"), due_at=at("00:35")),
        session(random_delay_s=300, due_at=at("00:35"), window_end=at("01:00")),
        session(random_delay_s=300, due_at=at("01:02")),
        charging(),
    ],
)
def test_an_outage_moves_nothing_that_needs_no_delay_after_it(unmoved: Session):
    assert after_outage(unmoved, (Interval(at("00:10"), at("01:00")),), now=at("01:00")) == unmoved


@pytest.mark.parametrize(
    ("clock", "until"), [("00:29", None), ("00:30", "00:35"), ("00:34:59", "00:35"), ("00:35", None)]
)
def test_a_manual_waits_for_its_random_delay_from_its_start_on(clock: str, until: str | None):
    assert delayed_until(session(random_delay_s=300, due_at=at("00:35")), now=at(clock)) == (
        at(until) if until else None
    )


def test_a_boosted_charge_waits_for_no_delay():
    paused = running(charging(random_delay_s=300), hours("01:00", "03:00"), "01:05").session

    assert delayed_until(paused, now=at("03:01")) == at("03:05")
    assert delayed_until(charging(paused, status=Status.PAUSED, boosted_at=at("03:01")), now=at("03:01")) is None


UNABLE = hours("02:00", "03:00", keeps_courses=False)
"""On a charger that cannot be held."""


@pytest.mark.parametrize("limit", [None, EnergyLimit(20_000)])
def test_a_charge_that_cannot_be_held_is_stopped_when_restricted_hours_begin_and_tried_again(limit: EnergyLimit | None):
    charge = running(charging(limit=limit, drew_at=at("00:31"), energy_wh=5_000), UNABLE, "00:31").session
    stopping = running(charge, UNABLE, "02:00")
    stopped = transaction(stopped_at=at("02:00:02"), stop_reason="Remote", drew_at=at("00:31"))
    over = advance(known(stopping.session, UNABLE, own=(stopped,)), now=at("02:00:02")).session

    assert [(step.kind, step.cause) for step in stopping.steps] == [(StepKind.STOP_REQUESTED, "restricted_hours")]
    assert [stop.at for stop in stopping.stops] == [at("02:00")]
    assert (over.status, over.stop_reason, over.open_until) == (Status.COMPLETED, StopReason.WINDOW_END, at("05:15"))
    assert recovers_on(over, Event.BACK_OFF)
    assert (over.shortfall or {"code": None})["code"] == ("restricted_hours" if limit else None)


@pytest.mark.parametrize("bounds", [hours("02:00", "06:00", keeps_courses=False), hours("02:00", "03:00")])
def test_nothing_is_tried_again_where_no_time_is_left(bounds: Bounds):
    charge = running(charging(limit=EnergyLimit(20_000), drew_at=at("00:31"), energy_wh=5_000), bounds, "00:31").session
    ended_at = at("05:30")
    asked = {"stop_requested_at": ended_at, "stop_requested_as": StopReason.WINDOW_END}
    stopped = transaction(stopped_at=ended_at, stop_reason="Remote", drew_at=at("00:31"))

    over = advance(known(charging(charge, **asked), bounds, own=(stopped,)), now=ended_at).session

    assert (over.status, over.open_until) == (Status.COMPLETED, None)
    assert over.shortfall is not None
    assert over.shortfall["code"] == "restricted_hours"


def test_a_car_that_stopped_by_itself_was_not_held_back_by_restricted_hours():
    charge = running(charging(limit=EnergyLimit(20_000), drew_at=at("00:31"), energy_wh=50), UNABLE, "00:31").session
    asked = {"stop_requested_at": at("05:30"), "stop_requested_as": StopReason.WINDOW_END}
    stopped = transaction(stopped_at=at("05:30"), stop_reason="Remote", drew_at=at("00:31"))
    full = connector(ConnectorStatus.SUSPENDED_EV)

    over = advance(known(charging(charge, **asked), UNABLE, own=(stopped,), connector=full), now=at("05:30")).session

    assert over.shortfall is not None
    assert over.shortfall["code"] == "car_stopped"


@pytest.mark.parametrize(
    ("waiting", "clock", "expected"),
    [
        (session(), "00:10", Waiting("start_time", at("00:30"))),
        (session(random_delay_s=300, due_at=at("00:35")), "00:31", Waiting("random_delay", at("00:35"))),
        (advance(known(session(), hours("00:00", "02:00")), now=at("00:30")).session, "00:40", "restricted_hours"),
        (advance(known(plug_in(), hours("00:00", "02:00")), now=at("00:30")).session, "00:40", "restricted_hours"),
        (running(charging(), hours("01:00", "02:00"), "01:00").session, "01:30", "restricted_hours"),
        (running(charging(random_delay_s=60), hours("01:00", "02:00"), "01:01").session, "01:30", "restricted_hours"),
        (
            running(charging(random_delay_s=60), hours("01:00", "02:00"), "01:01").session,
            "02:00",
            Waiting("random_delay", at("02:01")),
        ),
        (running(charging(), hours("01:00", "02:00"), "00:40").session, "00:50", None),
    ],
)
def test_a_charge_says_what_it_waits_for(waiting: Session, clock: str, expected: Waiting | str | None):
    told = waiting_of(waiting, Around(charger=charger(), connector=connector()), now=at(clock))

    assert told == (Waiting(expected, at("02:00")) if isinstance(expected, str) else expected)


def test_a_time_limit_waits_while_restricted_hours_hold_the_charge():
    bounds, limit = hours("01:00", "03:00"), DurationLimit(3_600)
    charge = running(charging(limit=limit, drew_at=at("00:31")), bounds, "00:31").session
    paused = running(charge, bounds, "01:00").session
    resumed = running(paused, bounds, "03:00").session

    assert running(paused, bounds, "01:40").session.stop_requested_as is None
    assert resumed.wake_at == at("03:30:10")
    assert running(resumed, bounds, "03:30:10").session.stop_requested_as is StopReason.LIMIT_DURATION


def test_a_window_that_is_nothing_but_its_time_limit_ends_all_the_same_where_it_is_held_to_the_end():
    short = session(window_end=at("01:30"), limit=DurationLimit(3_600))
    paused = running(charging(short, drew_at=at("00:31")), hours("01:00", "03:00"), "01:00").session

    over = running(paused, hours("01:00", "03:00"), "01:30").session

    assert (paused.wake_at, over.stop_requested_as) == (at("01:30"), StopReason.WINDOW_END)


@pytest.mark.parametrize(
    ("bounds", "verdict", "state"),
    [
        (hours("00:00", "02:00"), Verdict.WILL_START, CheckState.OK),
        (hours("00:00", "06:00"), Verdict.WILL_NOT_START, CheckState.FAILS),
        (FREE, Verdict.WILL_START, None),
    ],
)
def test_the_outlook_says_what_restricted_hours_leave(bounds: Bounds, verdict: Verdict, state: CheckState | None):
    told = outlook(known(session(), bounds), now=at("22:30"))

    assert told.verdict is verdict
    assert [check.state for check in told.checks if check.code == "restricted_hours"] == ([state] if state else [])


def test_a_charge_that_restricted_hours_hold_to_its_end_waits_without_an_end():
    paused = running(charging(), hours("05:00", "06:00"), "05:00").session

    assert waiting_of(paused, Around(), now=at("05:10")) == Waiting("restricted_hours", None)
