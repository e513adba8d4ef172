"""What restricted hours do to a charge from 00:30 to 05:30 and to a plug-in; one digit per half hour from 00:00."""

from datetime import timedelta
from typing import Any

import pytest

from homecharge.domain.bounds import Bounds, bound_course, due_within
from homecharge.domain.courses import Course, Period, limit_at
from homecharge.domain.facts import Decision, Facts
from homecharge.domain.session_state import Session, Status
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from homecharge.domain.times import Interval
from tests.domain.builders import at, boost, charging, connector, facts, plug_in, session, transaction

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
        (hours("02:00", "03:00"), 0, "011100111111"),
        (hours("02:00", "03:00"), 1800, "011110011111"),
        (hours("02:00", "02:30", "04:00", "04:30"), 0, "011101110111"),
        (hours("00:00", "02:00"), 0, "000011111111"),
        (hours("00:00", "02:00"), 1800, "000001111111"),
        (hours("04:00", "06:00"), 0, "011111110000"),
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
        Period(at("00:30"), 0),
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
        (hours("01:00", "03:00"), "011100111111"),
        (hours("04:00", "05:00"), "011111110011"),
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
    assert resumed.course == (Period(at("00:30"), FULL_W), Period(at("01:00"), 0), Period(at("02:00"), FULL_W))
    assert running(resumed, FREE, "02:30").session.course == resumed.course


def test_a_boost_of_a_paused_charge_binds_it_no_more():
    charge = running(charging(), hours("01:00", "03:00"), "01:00").session

    boosted = running(charging(charge, boosted_at=at("01:10"), status=Status.PAUSED), hours("01:00", "03:00"), "01:10")

    assert (boosted.session.status, boosted.session.course) == (Status.CHARGING, None)


def test_nothing_binds_a_boost():
    decision = advance(facts(boost(), connector=connector()), now=at("00:30"))

    assert (decision.session.status, decision.session.course) == (Status.STARTING, None)
