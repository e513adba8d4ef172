"""A Boost of a Smart charge that is held: free of its plan until the boost's own limit, then back to the plan."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.boosting import look_at_wh, may_be_boosted, most_cost
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.facts import Decision, Facts, Spending
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.session_state import PROFILE_REFUSED, Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.timeline import StepKind
from tests.domain.builders import at, charging, connector, facts, transaction
from tests.domain.test_following import begun, drawn, plugged_in, smart

DRAWING = connector(ConnectorStatus.CHARGING)
FOR_AN_HOUR = DurationLimit(3600)


def boosted(limit: Limit | None, clock: str = "00:00", **known: Any) -> tuple[Session, Facts]:
    """Held from 23:30 with a plan for 02:00 to 04:00, boosted at `clock`; 1 kWh for 0.10 had been charged by then."""
    held, around = begun(plugged_in(), "23:30", connector=DRAWING, **known)
    boost = {"boosted_at": at(clock), "boost_limit": limit, "boost_from_wh": 1000, "boost_from_cost": Decimal("0.10")}
    asked = dataclasses.replace(held, **boost, energy_wh=1000, drew_at=at("23:31"))
    freed = advance(dataclasses.replace(around, session=asked), now=at(clock)).session
    return freed, dataclasses.replace(around, session=freed)


def look(known: Facts, clock: str, **changes: Any) -> Decision:
    """As it is decided at `clock`, with what has changed in the session by then."""
    spending = changes.pop("spending", None)
    subject = dataclasses.replace(known.session, **changes)
    return advance(dataclasses.replace(known, session=subject, spending=spending), now=at(clock))


def kinds(decision: Decision) -> list[tuple[StepKind, str | None]]:
    return [(step.kind, step.cause) for step in decision.steps]


def test_a_boost_is_bound_by_no_plan():
    freed, known = boosted(None)

    assert (freed.status, freed.course, freed.course_revision) == (Status.CHARGING, None, 2)
    later = look(known, "00:30", energy_wh=6000)
    assert (later.session.status, later.session.course_revision) == (Status.CHARGING, 2)


def test_without_a_limit_it_lasts_until_the_session_has_what_it_was_for():
    _, known = boosted(None)

    ended = look(known, "01:55", energy_wh=18_000)

    assert ended.session.stop_requested_as is StopReason.TARGET_REACHED
    assert ended.session.is_boosted


@pytest.mark.parametrize(
    ("limit", "clock", "changes", "cause"),
    [
        pytest.param(FOR_AN_HOUR, "01:00", {"energy_wh": 10_000}, "limit_duration", id="an hour"),
        pytest.param(EnergyLimit(5000), "00:40", {"energy_wh": 6000}, "limit_energy", id="energy since the boost"),
        pytest.param(
            CostLimit(Decimal("0.15")),
            "00:40",
            {"energy_wh": 6000, "spending": Spending(Decimal("0.25"), None, None)},
            "limit_cost",
            id="money since the boost",
        ),
    ],
)
def test_at_its_limit_it_goes_back_to_its_plan(limit: Limit, clock: str, changes: dict[str, Any], cause: str):
    freed, known = boosted(limit)

    decision = look(known, clock, **changes)

    back = decision.session
    assert (back.status, back.boosted_at, back.boost_ended_at) == (Status.PAUSED, at("00:00"), at(clock))
    assert back.stop_requested_at is None
    assert kinds(decision) == [
        (StepKind.BOOST_ENDED, cause),
        (StepKind.PLAN_MADE, "boost_ended"),
        (StepKind.PAUSED, "plan"),
    ]
    assert drawn(back)[5:].startswith("1")
    assert back.course_revision == freed.course_revision + 1
    assert back.plan is not None
    assert back.plan.energy_wh == 18_000 - back.energy_wh


@pytest.mark.parametrize(
    ("limit", "clock", "changes"),
    [
        pytest.param(FOR_AN_HOUR, "00:59", {}, id="time is left"),
        pytest.param(EnergyLimit(5000), "00:40", {"energy_wh": 5999}, id="not all of the energy"),
        pytest.param(
            CostLimit(Decimal("0.15")), "00:40", {"spending": Spending(Decimal("0.24"), None, None)}, id="money is left"
        ),
        pytest.param(CostLimit(Decimal("0.15")), "00:40", {}, id="nobody knows what it costs"),
    ],
)
def test_before_its_limit_it_charges_on(limit: Limit, clock: str, changes: dict[str, Any]):
    _, known = boosted(limit)

    decision = look(known, clock, **changes)

    assert (decision.session.status, decision.session.is_boosted, decision.steps) == (Status.CHARGING, True, ())


def test_it_is_looked_at_when_its_time_is_up_and_when_a_sample_may_show_its_limit():
    by_time, _ = boosted(DurationLimit(1200))
    by_energy, _ = boosted(EnergyLimit(5000))

    assert by_time.wake_at == at("00:20")
    assert (by_time.look_at_wh, by_energy.look_at_wh) == (None, 6000)


def test_what_is_reached_by_a_boost_is_not_planned_again():
    _, known = boosted(EnergyLimit(17_000))

    decision = look(known, "01:54", energy_wh=18_000)

    assert kinds(decision) == [(StepKind.BOOST_ENDED, "limit_energy"), (StepKind.STOP_REQUESTED, "target_reached")]


def test_a_single_run_that_a_boost_began_waits_for_its_hours():
    _, known = boosted(FOR_AN_HOUR, smart=smart(is_contiguous=True))

    back = look(known, "01:00", energy_wh=10_000).session

    assert (back.status, drawn(back)) == (Status.PAUSED, "000001100000")


def test_a_charger_that_holds_nothing_charges_on_after_a_boost():
    _, known = boosted(FOR_AN_HOUR, smart=smart(keeps_courses=False))

    back = look(known, "01:00", energy_wh=10_000, flags=(PROFILE_REFUSED,)).session

    assert back.status is Status.CHARGING
    assert drawn(back).startswith("0001")


def test_a_stop_ends_a_boost_too():
    freed, known = boosted(FOR_AN_HOUR)
    asked = dataclasses.replace(freed, stop_requested_at=at("00:30"), stop_requested_as=StopReason.DRIVER)
    gone = dataclasses.replace(known.own[0], stopped_at=at("00:30"), stop_reason="Remote")

    stopping = look(dataclasses.replace(known, session=asked), "00:30")
    ended = look(dataclasses.replace(known, session=stopping.session, own=(gone,)), "00:31", energy_wh=5000)

    assert [stop.transaction_id for stop in stopping.stops] == [known.own[0].id]
    assert (ended.session.status, ended.session.stop_reason) == (Status.COMPLETED, StopReason.DRIVER)
    assert advance(dataclasses.replace(known, session=ended.session), now=at("03:00")).session == ended.session


def test_between_two_transactions_a_boost_starts_the_next_and_is_looked_at_when_its_time_is_up():
    held, known = begun(plugged_in(), "23:30")
    ended = transaction(stopped_at=at("23:31"), is_ended_by_zero=True)
    asked = dataclasses.replace(held, boosted_at=at("00:00"), boost_limit=DurationLimit(60), boost_from_wh=0)
    between = dataclasses.replace(known, session=asked, own=(ended,))

    resumed = advance(between, now=at("00:00"))
    waiting = advance(dataclasses.replace(between, session=resumed.session), now=at("00:00:10")).session

    assert resumed.command is not None
    assert waiting.wake_at == at("00:01")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (charging(status=Status.PAUSED), True),
        (charging(boosted_at=at("00:31")), True),
        (charging(boosted_at=at("00:31"), boost_ended_at=at("00:40")), False),
        (charging(), False),
        (charging(status=Status.STARTING), False),
    ],
)
def test_a_boost_is_for_what_is_paused_or_boosted(subject: Session, *, expected: bool):
    assert may_be_boosted(subject) is expected


@pytest.mark.parametrize(
    ("limit", "boost", "most", "after"),
    [
        (None, EnergyLimit(5000), None, None),
        (CostLimit(Decimal(2)), None, "2", "2"),
        (CostLimit(Decimal(2)), CostLimit(Decimal(1)), "1.10", "2"),
        (CostLimit(Decimal(1)), CostLimit(Decimal(1)), "1", "1"),
        (None, CostLimit(Decimal(1)), "1.10", None),
    ],
)
def test_money_ends_first_what_it_ends_with_the_least(
    limit: Limit | None, boost: Limit | None, most: str | None, after: str | None
):
    subject = charging(boosted_at=at("00:31"), boost_limit=boost, boost_from_cost=Decimal("0.10"), limit=limit)

    assert most_cost(subject) == (most and Decimal(most))
    assert most_cost(dataclasses.replace(subject, boost_ended_at=at("00:40"))) == (after and Decimal(after))


@pytest.mark.parametrize(
    ("spending", "boost", "expected"),
    [
        (None, None, None),
        (Spending(Decimal(0), 4000, None), None, 4000),
        (Spending(Decimal(0), 4000, None), EnergyLimit(5000), 4000),
        (Spending(Decimal(0), 7000, None), EnergyLimit(5000), 6000),
    ],
)
def test_a_sample_decides_at_the_least_of_what_it_may_decide(
    spending: Spending | None, boost: Limit | None, expected: int | None
):
    subject = charging(boosted_at=at("00:31"), boost_limit=boost, boost_from_wh=1000)

    assert look_at_wh(facts(subject, spending=spending)) == expected
