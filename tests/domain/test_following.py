"""A Smart charge and its plan: 9 kW are needed as 18 kWh by 05:30, which are two hours of a night of three prices."""

import dataclasses
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.courses import limit_at
from homecharge.domain.facts import Decision, Facts, Spending
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.plan_reasons import plan_reasons
from homecharge.domain.plans import Blocked, ChargingPower
from homecharge.domain.random_delay import delayed_until
from homecharge.domain.rates import Rate
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import PROFILE_REFUSED, Kind, Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.smart_facts import Battery, SmartFacts
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget, Target
from homecharge.domain.timeline import StepKind
from homecharge.domain.times import Interval
from tests.domain.builders import at, connector, facts, session, transaction

POWER_W = 9_000
NEED = EnergyTarget(18_000)
HALF_HOUR = timedelta(minutes=30)


def priced(drawing: str) -> tuple[Rate, ...]:
    """One digit per half hour from 23:30, in pence; before that as in the first."""
    first = at("23:30")
    return tuple(
        Rate(Interval(first + place * HALF_HOUR, first + (place + 1) * HALF_HOUR), Decimal(digit) / 100)
        for place, digit in [(-1, drawing[0]), *enumerate(drawing)]
    )


NIGHT = priced("333331111999")
"""Dear until 02:00, cheap until 04:00, then dearest."""


def smart(**changes: Any) -> SmartFacts:
    plain = SmartFacts(
        currency="GBP",
        rates=NIGHT,
        blocked=(),
        power=ChargingPower(1_400, POWER_W),
        keeps_courses=True,
        restarts=False,
        is_contiguous=False,
        spent=Decimal(0),
        battery=None,
    )
    return dataclasses.replace(plain, **changes)


def plugged_in(clock: str = "23:30", **changes: Any) -> Session:
    """A Smart try from its plug-in; its window is from 23:30 to 05:30."""
    times = {"due_at": at(clock), "at": at(clock), "planned_start_at": at(clock), "wake_at": at(clock)}
    window = {"window_start": at("23:30"), "window_end": at("05:30")}
    return session(Kind.SMART, **{"target": NEED} | times | window | changes)


def drawn(made: Session, *, start: str = "23:30") -> str:
    """The course, one digit per half hour: 1 where power may be drawn at its middle."""
    middles = [at(start) + place * HALF_HOUR + HALF_HOUR / 2 for place in range(12)]
    return "".join("1" if limit_at(made.course or (), middle) else "0" for middle in middles)


def decide(subject: Session, clock: str, **changes: Any) -> Decision:
    known = {"smart": smart()} | changes
    return advance(facts(subject, **known), now=at(clock))


def begun(subject: Session, clock: str, **changes: Any) -> tuple[Session, Facts]:
    """As it is once its transaction has started."""
    started = decide(subject, clock, **changes).session
    known = {"smart": smart(), "own": (transaction(started_at=at(clock), heard_at=at(clock)),)} | changes
    running = advance(facts(started, **known), now=at(clock)).session
    return running, facts(running, **known)


def test_the_plan_is_made_at_the_plug_in_and_goes_with_the_start():
    decision = decide(plugged_in(), "23:30")

    assert decision.session.status is Status.STARTING
    assert drawn(decision.session) == "000001111000"
    assert decision.session.course_revision == 1
    plan = decision.session.plan
    assert plan is not None
    assert (plan.energy_wh, plan.cost, plan.lower_bound) == (18_000, Decimal("0.18"), Decimal("0.18"))
    assert [step.kind for step in decision.steps] == [StepKind.PLAN_MADE, StepKind.COMMANDED]


def test_held_by_its_plan_it_is_paused_and_no_energy_is_expected_of_it():
    running, known = begun(plugged_in(), "23:30")

    assert (running.status, running.offered_at) == (Status.PAUSED, None)
    later = advance(known, now=at("00:30")).session
    assert later.status is Status.PAUSED


@pytest.mark.parametrize(
    ("clock", "status"), [("01:59", Status.PAUSED), ("02:00", Status.CHARGING), ("02:30", Status.CHARGING)]
)
def test_it_is_resumed_by_the_clock_when_its_slot_begins(clock: str, status: Status):
    _, known = begun(plugged_in(), "23:30", connector=connector(ConnectorStatus.CHARGING))

    assert advance(known, now=at(clock)).session.status is status


def test_it_is_looked_at_when_its_plan_changes_the_power():
    running, known = begun(plugged_in(), "23:30")

    assert advance(known, now=at("01:15")).session.wake_at == at("02:00")
    assert running.wake_at == at("00:30")


def test_a_single_rate_starts_at_the_plug_in():
    decision = decide(plugged_in(), "23:30", smart=smart(rates=priced("333333333333")))

    assert drawn(decision.session) == "111100000000"


def test_without_a_tariff_it_charges_as_early_as_allowed():
    decision = decide(plugged_in(), "23:30", smart=smart(rates=()))

    assert drawn(decision.session) == "111100000000"
    assert decision.session.plan is not None
    assert "no_tariff" in decision.session.plan.warnings


def test_restricted_hours_are_avoided():
    blocked = (Blocked(Interval(at("02:00"), at("03:00")), "restricted_hours"),)

    decision = decide(plugged_in(), "23:30", smart=smart(blocked=blocked))

    assert drawn(decision.session) == "110000011000"


def test_a_late_plug_in_buys_what_is_left():
    decision = decide(plugged_in("02:30"), "02:30")

    assert drawn(decision.session) == "000000111100"


@pytest.mark.parametrize(
    ("changes", "cause", "course"),
    [
        pytest.param({"rates": priced("133331111999")}, "rates_changed", "000001111000", id="only of the past"),
        pytest.param({"rates": priced("333311119999")}, "rates_changed", "000011110000", id="new rates"),
        pytest.param(
            {"blocked": (Blocked(Interval(at("02:00"), at("02:30")), "restricted_hours"),)},
            "restricted_hours_changed",
            "010000111000",
            id="new restricted hours",
        ),
    ],
)
def test_it_is_planned_anew_when_what_it_was_planned_with_has_changed(changes: dict[str, Any], cause: str, course: str):
    running, known = begun(plugged_in(), "23:30")

    decision = advance(dataclasses.replace(known, smart=smart(**changes)), now=at("00:10"))

    assert drawn(decision.session) == course
    told = [step.cause for step in decision.steps if step.kind is StepKind.PLAN_MADE]
    assert told == ([cause] if course != drawn(running) else [])


def test_an_earlier_ready_by_plans_it_anew():
    running, known = begun(plugged_in(), "23:30")
    sooner = dataclasses.replace(running, window_end=at("02:00"))

    decision = advance(dataclasses.replace(known, session=sooner), now=at("00:00"))

    assert drawn(decision.session) == "011110000000"
    assert "window_changed" in [step.cause for step in decision.steps]


def test_a_meter_that_fell_behind_gets_more_time():
    running, known = begun(plugged_in(), "23:30", connector=connector(ConnectorStatus.CHARGING))
    behind = dataclasses.replace(running, status=Status.CHARGING, energy_wh=4_500, drew_at=at("02:01"))

    decision = advance(dataclasses.replace(known, session=behind), now=at("03:00"))

    assert drawn(decision.session)[7:] == "11100"
    assert [step.cause for step in decision.steps if step.kind is StepKind.PLAN_MADE] == ["energy_changed"]


def test_a_few_watt_hours_more_or_less_are_no_new_plan():
    running, known = begun(plugged_in(), "23:30", connector=connector(ConnectorStatus.CHARGING))
    close = dataclasses.replace(running, status=Status.CHARGING, energy_wh=4_450, drew_at=at("02:01"))

    decision = advance(dataclasses.replace(known, session=close), now=at("02:30"))

    assert decision.session.course_revision == running.course_revision


def test_its_target_ends_it():
    running, known = begun(plugged_in(), "23:30")
    done = dataclasses.replace(running, status=Status.CHARGING, energy_wh=18_000, drew_at=at("02:01"))

    decision = advance(dataclasses.replace(known, session=done), now=at("04:00"))

    assert decision.session.stop_requested_as is StopReason.TARGET_REACHED
    assert [stop.transaction_id for stop in decision.stops] == [known.own[0].id]


def test_a_budget_ends_it_when_it_buys_nothing_more():
    running, known = begun(plugged_in(target=BudgetTarget(Decimal("0.09"))), "23:30")
    spent = dataclasses.replace(running, status=Status.CHARGING, energy_wh=9_000, drew_at=at("02:01"))

    decision = advance(dataclasses.replace(known, session=spent, smart=smart(spent=Decimal("0.09"))), now=at("03:00"))

    assert decision.session.stop_requested_as is StopReason.TARGET_REACHED


def test_the_random_delay_shifts_every_edge_that_is_ahead():
    late = plugged_in(random_delay_s=600)

    decision = decide(late, "23:30")

    course = decision.session.course
    assert course is not None
    assert course[0].start == at("02:10")
    assert course[-1].start == at("04:10")


def test_the_random_delay_does_not_delay_a_start_at_the_plug_in():
    decision = decide(plugged_in(random_delay_s=600), "23:30", smart=smart(rates=priced("333333333333")))

    assert decision.session.course is not None
    assert decision.session.course[0].start == at("23:30")


def test_a_plan_ends_by_ready_by_with_its_delay():
    cheap_last = priced("333333333311")

    decision = decide(plugged_in(random_delay_s=600), "23:30", smart=smart(rates=cheap_last))

    assert decision.session.course is not None
    assert decision.session.course[-1].start <= at("05:30")


def test_a_charger_that_keeps_no_plan_gets_one_run_and_is_told_when_it_is_due():
    decision = decide(plugged_in(), "23:30", smart=smart(keeps_courses=False))

    assert (decision.session.status, decision.command) == (Status.PLANNED, None)
    assert decision.session.due_at == decision.session.wake_at == at("02:00")
    assert drawn(decision.session) == "000001111000"

    due = advance(facts(decision.session, smart=smart(keeps_courses=False)), now=at("02:00"))
    assert due.session.status is Status.STARTING


def test_one_that_was_to_start_while_we_were_out_comes_by_its_delay_after_our_return():
    kept = smart(keeps_courses=False)
    waiting = decide(plugged_in(created_at=at("23:30"), random_delay_s=1800), "23:30", smart=kept).session

    after = advance(facts(waiting, smart=kept, outages=(Interval(at("01:00"), at("03:00")),)), now=at("03:00"))
    due = advance(facts(after.session, smart=kept), now=at("03:30"))

    assert (waiting.due_at, after.session.due_at, after.session.wake_at) == (at("02:30"), at("03:30"), at("03:30"))
    assert drawn(after.session) == "000000001111"
    assert [(step.kind, step.cause) for step in after.steps] == [(StepKind.PLAN_MADE, "outage")]
    assert due.session.status is Status.STARTING


def test_one_that_can_be_stopped_and_started_again_gets_every_valley_and_is_told_when_the_first_begins():
    valleys = priced("331133311333")
    decision = decide(plugged_in(), "23:30", smart=smart(rates=valleys, keeps_courses=False, restarts=True))

    assert (decision.session.status, decision.session.due_at) == (Status.PLANNED, at("00:30"))
    assert drawn(decision.session) == "001100011000"


@pytest.mark.parametrize(
    ("clock", "delay_s", "until"),
    [
        pytest.param("02:05", 600, "02:10", id="within its delay"),
        pytest.param("01:55", 600, None, id="before its slot"),
        pytest.param("02:15", 600, None, id="after its delay"),
        pytest.param("02:05", 0, None, id="without a delay"),
    ],
)
def test_a_charge_is_delayed_while_only_its_random_delay_holds_it(clock: str, delay_s: int, until: str | None):
    running, _ = begun(plugged_in(random_delay_s=delay_s), "23:30")

    assert delayed_until(running, now=at(clock)) == (at(until) if until else None)


def test_without_a_course_nothing_is_delayed():
    assert delayed_until(plugged_in(random_delay_s=600), now=at("02:05")) is None


def test_a_course_that_its_charger_does_not_keep_holds_nothing():
    running, known = begun(plugged_in(), "23:30", connector=connector(ConnectorStatus.CHARGING))
    refused = dataclasses.replace(running, flags=(PROFILE_REFUSED,))

    assert advance(dataclasses.replace(known, session=refused), now=at("23:32")).session.status is Status.CHARGING


HALF_OF_IT = 9_000
"""An hour at full power; half of what is needed."""


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        pytest.param(EnergyLimit(HALF_OF_IT), StopReason.LIMIT_ENERGY, id="energy"),
        pytest.param(DurationLimit(3600), StopReason.LIMIT_DURATION, id="an hour at full power"),
        pytest.param(CostLimit(Decimal("0.09")), StopReason.LIMIT_COST, id="money"),
    ],
)
def test_its_limit_is_in_its_plan_and_counts_what_it_has_had(limit: Limit, reason: StopReason):
    running, known = begun(plugged_in(limit=limit), "23:30")
    assert drawn(running) == "000001100000"
    assert advance(known, now=at("01:30")).session.stop_requested_as is None

    drawing = dataclasses.replace(running, status=Status.CHARGING, drew_at=at("02:01"), energy_wh=4_500)
    paid = Spending(Decimal("0.045"), None, None) if isinstance(limit, CostLimit) else None
    late = advance(dataclasses.replace(known, session=drawing, spending=paid), now=at("03:00"))
    had = dataclasses.replace(drawing, energy_wh=HALF_OF_IT)
    spent = Spending(Decimal("0.09"), None, None) if isinstance(limit, CostLimit) else None
    over = advance(dataclasses.replace(known, session=had, spending=spent), now=at("03:00"))

    assert drawn(late.session)[7:] == "10000"
    assert late.session.look_at_wh == (HALF_OF_IT if isinstance(limit, DurationLimit) else None)
    assert over.session.stop_requested_as is reason


@pytest.mark.parametrize(
    ("target", "changes", "code", "variant"),
    [
        pytest.param(
            NEED,
            {"blocked": (Blocked(Interval(at("23:00"), at("06:00")), "restricted_hours"),)},
            Code.RESTRICTED_HOURS,
            None,
            id="all of its time is restricted",
        ),
        pytest.param(
            BudgetTarget(Decimal("0.000001")), {}, Code.NOTHING_AFFORDABLE, None, id="the budget buys nothing"
        ),
        pytest.param(
            SocTarget(80), {"battery": Battery(60_000, 90, 80, 0)}, Code.BATTERY_FULL, "soc", id="charged already"
        ),
    ],
)
def test_a_plan_without_energy_is_a_reason(target: Target, changes: dict[str, Any], code: Code, variant: str | None):
    decision = decide(plugged_in(target=target), "23:30", smart=smart(**changes))

    rejected = decision.session
    assert (rejected.status, rejected.reason) == (Status.REJECTED, code)
    assert rejected.rejection is not None
    assert rejected.rejection["variant"] == variant


def test_a_plan_without_energy_and_without_a_reason_of_its_own_is_none():
    """Its window is over: that is said elsewhere."""
    over = facts(plugged_in(), smart=smart())

    assert plan_reasons(over, now=at("23:30")) == []
    empty = decide(plugged_in(), "05:31").session.plan
    assert empty is not None
    assert (empty.slots, plan_reasons(facts(plugged_in(plan=empty), smart=smart()), now=at("05:31"))) == ((), [])


def test_an_unplugged_car_counts_more_than_its_plan():
    decision = decide(plugged_in(), "23:30", connector=connector(ConnectorStatus.AVAILABLE))

    assert decision.session.reason == Code.CAR_UNPLUGGED


@pytest.mark.parametrize(
    ("battery", "energy_wh"),
    [
        pytest.param(Battery(60_000, 90, 50, 0), 20_000, id="from what is known"),
        pytest.param(Battery(60_000, 90, 50, 5_000), 15_000, id="less what was charged since"),
        pytest.param(Battery(20_000, 100, None, 0), 16_000, id="an unknown charge counts as empty"),
    ],
)
def test_a_state_of_charge_is_so_much_energy_at_the_meter(battery: Battery, energy_wh: int):
    decision = decide(plugged_in(target=SocTarget(80)), "23:30", smart=smart(battery=battery))

    assert decision.session.plan is not None
    assert decision.session.plan.energy_wh == energy_wh


def told(percent: int | None, charged_wh: int = 0) -> SmartFacts:
    """A battery of 60 kWh, of which `percent` was told at 23:00."""
    return smart(battery=Battery(60_000, 90, percent, charged_wh, said_at=at("23:00"), said_by="driver"))


@pytest.mark.parametrize(
    ("battery", "percent", "evidence"),
    [
        pytest.param(told(85), 85, ("2026-11-20T23:00:00+00:00", 85), id="told so"),
        pytest.param(told(70, 7_000), 80, ("2026-11-20T23:00:00+00:00", 70), id="charged since it was told"),
        pytest.param(told(None, 60_000), 80, ("2026-11-20T23:00:00+00:00", None), id="charged from empty"),
    ],
)
def test_a_car_that_is_charged_already_needs_nothing(
    battery: SmartFacts, percent: int, evidence: tuple[str, int | None]
):
    decided = decide(plugged_in(target=SocTarget(80)), "23:30", smart=battery).session

    assert decided.reason == Code.BATTERY_FULL
    assert decided.rejection is not None
    assert (decided.rejection["category"], decided.rejection["params"]) == ("satisfied", {"percent": percent})
    [fact] = decided.rejection["evidence"]
    assert (fact["at"], fact["value"], fact["source"]) == (*evidence, "driver")


def test_a_charge_stops_at_its_state_of_charge():
    running, known = begun(plugged_in(target=SocTarget(80)), "23:30", smart=told(50))
    drawing = dataclasses.replace(running, status=Status.CHARGING, energy_wh=9_000, drew_at=at("02:01"))

    going_on = advance(dataclasses.replace(known, session=drawing, smart=told(50, 9_000)), now=at("02:30"))
    reached = advance(dataclasses.replace(known, session=drawing, smart=told(80)), now=at("02:30"))

    assert going_on.session.stop_requested_as is None
    assert reached.session.stop_requested_as is StopReason.TARGET_REACHED
    assert [step.kind for step in reached.steps] == [StepKind.STOP_REQUESTED]
    assert reached.stops


def test_a_charge_that_turns_out_not_to_be_needed_before_it_drew_says_so():
    held, known = begun(plugged_in(target=SocTarget(80)), "23:30", smart=told(53))
    stopping = advance(dataclasses.replace(known, session=held, smart=told(80)), now=at("23:40")).session
    stopped = dataclasses.replace(known.own[0], stopped_at=at("23:41"), stop_reason="Remote")

    ended = advance(dataclasses.replace(known, session=stopping, own=(stopped,), smart=told(80)), now=at("23:41"))

    assert (held.status, stopping.stop_requested_as) == (Status.PAUSED, StopReason.TARGET_REACHED)
    assert (ended.session.status, ended.session.reason) == (Status.REJECTED, Code.BATTERY_FULL)
    assert ended.session.rejection is not None
    assert ended.session.rejection["variant"] == "soc"


@pytest.mark.parametrize(
    ("battery", "result", "missing_wh"),
    [
        pytest.param(told(80), "met", None, id="it got there"),
        pytest.param(told(71), "short", 6_000, id="it is told how far it got"),
        pytest.param(smart(), "short", None, id="nobody knows"),
    ],
)
def test_a_charge_to_a_state_of_charge_is_judged_by_it(battery: SmartFacts, result: str, missing_wh: int | None):
    ended = short("EVDisconnected", target=SocTarget(80), smart=battery)

    assert (ended.stop_reason, ended.result) == (StopReason.UNPLUGGED, result)
    assert (ended.shortfall and ended.shortfall["missing_wh"]) == missing_wh


def short(reason: str, **changes: Any) -> Session:
    """As it ends at 05:30 with half of what was needed."""
    known_then = {"smart": changes.pop("smart", smart())}
    running, known = begun(plugged_in(**changes), "23:30", **known_then)
    half = dataclasses.replace(running, status=Status.CHARGING, energy_wh=9_000, drew_at=at("01:31"))
    stopped = dataclasses.replace(known.own[0], stopped_at=at("05:30"), stop_reason=reason)
    return advance(dataclasses.replace(known, session=half, own=(stopped,)), now=at("05:31")).session


def test_a_plan_that_ran_out_of_time_for_restricted_hours_says_so_at_its_end():
    blocked = (Blocked(Interval(at("00:00"), at("05:00")), "restricted_hours"),)
    running, known = begun(plugged_in(), "23:30", smart=smart(blocked=blocked))
    half = dataclasses.replace(
        running,
        status=Status.CHARGING,
        energy_wh=9_000,
        drew_at=at("23:31"),
        stop_requested_at=at("05:30"),
        stop_requested_as=StopReason.WINDOW_END,
    )
    stopped = dataclasses.replace(known.own[0], stopped_at=at("05:30"), stop_reason="Remote")

    ended = advance(dataclasses.replace(known, session=half, own=(stopped,)), now=at("05:30")).session

    assert ended.shortfall is not None
    assert ended.shortfall["code"] == "restricted_hours"


def test_what_falls_short_of_its_target_says_why():
    ended = short("Remote", stop_requested_at=at("05:30"), stop_requested_as=StopReason.WINDOW_END)

    assert (ended.status, ended.result) == (Status.COMPLETED, "short")
    assert ended.shortfall is not None
    assert (ended.shortfall["code"], ended.shortfall["missing_wh"]) == ("not_enough_time", 9_000)
