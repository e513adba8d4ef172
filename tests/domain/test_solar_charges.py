"""Charges in solar-only mode, from 00:30 to 05:30: held until there is surplus, and what becomes of them without."""

import dataclasses
from typing import Any

import pytest

from homecharge.domain.bounds import Bounds
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.courses import Period, limit_at
from homecharge.domain.facts import Facts
from homecharge.domain.homes import Surplus
from homecharge.domain.limits import EnergyLimit
from homecharge.domain.recoveries import Event, recovers_on
from homecharge.domain.session_state import PROFILE_REFUSED, SOLAR_ONLY, Kind, Session, Status, StopReason
from homecharge.domain.sessions import advance
from homecharge.domain.smart_facts import Battery
from homecharge.domain.surplus import SolarFacts
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget, Target
from homecharge.domain.timeline import StepKind
from homecharge.domain.times import Interval
from tests.domain.builders import at, boost, charger, charging, connector, facts, plug_in, session, transaction
from tests.domain.nights import applied
from tests.domain.test_following import plugged_in, smart
from tests.domain.test_surplus import solar

BOUNDS = Bounds(restricted=(), keeps_courses=True, full_w=7_360)
UNKEPT = solar(keeps_courses=False)


def on(subject: Session | None = None, found: SolarFacts | None = None, **changes: Any) -> Facts:
    known = {"bounds": BOUNDS, "solar": found or solar()} | changes
    return facts(subject, **known)


def begun(subject: Session | None = None, found: SolarFacts | None = None, **changes: Any) -> Facts:
    """Its transaction runs since 00:30:10."""
    started = advance(on(subject, found, **changes), now=at("00:30"))
    own = (transaction(),)
    known = {"own": own} | changes
    return applied(
        on(started.session, found, **known), advance(on(started.session, found, **known), now=at("00:30:10"))
    )


def told(known: Facts, power_w: int, clock: str) -> Facts:
    assert known.solar is not None
    return dataclasses.replace(known, solar=dataclasses.replace(known.solar, surplus=Surplus(power_w, at(clock))))


def looked(known: Facts, clock: str) -> Facts:
    return applied(known, advance(known, now=at(clock)))


def power_w(known: Facts, clock: str) -> int:
    return limit_at(known.session.course or (), at(clock))


@pytest.mark.parametrize("kind", [Kind.MANUAL, Kind.PLUG_IN])
def test_without_surplus_it_is_started_held_and_paused(kind: Kind) -> None:
    subject = session() if kind is Kind.MANUAL else plug_in()

    started = advance(on(subject), now=at("00:30"))
    running = begun(subject)

    assert started.session.status is Status.STARTING
    assert (running.session.status, running.session.offered_at) == (Status.PAUSED, None)
    assert running.session.flags == (SOLAR_ONLY,)
    assert power_w(running, "00:31") == 0


def test_with_surplus_it_begins_at_that_power() -> None:
    running = begun(found=solar(2_500))

    assert running.session.status is Status.CHARGING
    assert power_w(running, "00:31") == 2_300


def test_it_follows_the_surplus_pauses_and_goes_on_in_one_session() -> None:
    known = begun(connector=connector(ConnectorStatus.CHARGING))
    sun = told(known, 3_000, "01:00")
    drawing = looked(sun, "01:00")
    clouded = looked(told(drawing, 200, "01:10"), "01:10")
    held = looked(clouded, "01:15")
    back = looked(told(held, 4_000, "01:40"), "01:40")

    assert [each.session.status for each in (drawing, clouded, held, back)] == [
        Status.CHARGING,
        Status.CHARGING,
        Status.PAUSED,
        Status.CHARGING,
    ]
    assert [power_w(known, clock) for known, clock in ((drawing, "01:00"), (clouded, "01:14"))] == [2_990, 1_380]
    assert power_w(back, "01:40") == 3_910
    steps = advance(sun, now=at("01:00")).steps, advance(clouded, now=at("01:15")).steps
    assert [[step.cause for step in each] for each in steps] == [["surplus"], ["surplus"]]


def test_it_is_looked_at_when_it_may_be_told_anew() -> None:
    known = begun(found=solar(2_500))

    assert known.session.wake_at == at("00:30:30")
    assert looked(known, "00:30:30").session.wake_at == at("00:33:10")


def test_a_manual_that_never_had_any_is_rejected_at_its_end() -> None:
    known = told(begun(), 400, "05:25")
    asked = looked(known, "05:30")

    [own] = asked.own
    ended = dataclasses.replace(asked, own=(dataclasses.replace(own, stopped_at=at("05:30:05")),))
    over = advance(ended, now=at("05:30:05")).session

    assert asked.session.stop_requested_as is StopReason.WINDOW_END
    assert (over.status, over.reason, over.open_until) == (Status.REJECTED, "solar_unavailable", None)
    assert over.rejection is not None
    assert over.rejection["params"]["needed_w"] == 1_380
    assert [(e["fact"], e["value"], e["at"]) for e in over.rejection["evidence"]] == [
        ("surplus", 400, at("05:25").isoformat())
    ]


@pytest.mark.parametrize(("found", "since"), [(solar(), None), (solar(7_000, "03:00"), at("03:00"))])
def test_a_meter_that_is_silent_is_another_reason(found: SolarFacts, since: object) -> None:
    night = dataclasses.replace(found, keeps_courses=False)

    over = advance(on(session(), night), now=at("05:30")).session

    assert over.rejection is not None
    assert (over.reason, over.rejection["variant"]) == ("solar_unavailable", "untold")
    assert over.rejection["params"].get("since") == (None if since is None else {"instant": at("03:00").isoformat()})


def test_what_charged_and_fell_short_says_that_the_surplus_was_too_little() -> None:
    subject = session(limit=EnergyLimit(5_000))
    known = begun(subject, solar(2_500))
    charged = dataclasses.replace(known.session, energy_wh=2_000, drew_at=at("00:31"))
    asked = looked(dataclasses.replace(told(known, 0, "05:20"), session=charged), "05:30")

    [own] = asked.own
    ended = dataclasses.replace(asked, own=(dataclasses.replace(own, stopped_at=at("05:30:05")),))
    over = advance(ended, now=at("05:30:05")).session

    assert (over.status, over.result) == (Status.COMPLETED, "short")
    assert over.shortfall is not None
    assert (over.shortfall["code"], over.shortfall["missing_wh"]) == ("solar_unavailable", 3_000)


def test_a_charger_that_keeps_no_course_waits_for_its_full_power() -> None:
    waiting = advance(on(found=UNKEPT), now=at("00:30"))
    little = advance(told(on(waiting.session, UNKEPT), 7_359, "01:00"), now=at("01:00"))
    enough = advance(told(on(little.session, UNKEPT), 7_360, "02:00"), now=at("02:00"))

    assert (waiting.session.status, waiting.session.wake_at) == (Status.PLANNED, at("05:30"))
    assert [step.cause for step in waiting.steps] == ["surplus"]
    assert little.session.status is Status.PLANNED
    assert (enough.session.status, enough.session.course) == (Status.STARTING, None)


def test_it_charges_on_when_the_sun_is_gone() -> None:
    known = begun(found=dataclasses.replace(solar(9_000), keeps_courses=False))

    assert looked(told(known, 0, "01:00"), "01:00").session.status is Status.CHARGING


@pytest.mark.parametrize("clock", ["05:30", "05:30:59"])
def test_without_any_it_is_rejected_once_its_time_is_over(clock: str) -> None:
    over = advance(on(found=UNKEPT), now=at(clock)).session

    assert (over.status, over.reason) == (Status.REJECTED, "solar_unavailable")


def test_what_we_decide_late_is_our_own_fault() -> None:
    over = advance(on(found=UNKEPT), now=at("05:31")).session

    assert over.rejection is not None
    assert (over.reason, over.rejection["also"]) == ("window_missed", ["solar_unavailable"])


def test_a_plug_in_that_nothing_bounds_waits_a_day_and_is_tried_again_with_surplus() -> None:
    waiting = advance(on(plug_in(), UNKEPT), now=at("00:30")).session
    over = advance(on(waiting, UNKEPT), now=at("00:30").replace(day=22)).session

    assert waiting.wake_at == at("00:30").replace(day=22)
    assert (over.reason, over.open_until) == ("solar_unavailable", at("00:30").replace(day=23))
    assert recovers_on(over, Event.SURPLUS)
    assert not recovers_on(over, Event.PLUGGED_IN)


def test_a_car_that_is_not_there_is_said_at_once() -> None:
    over = advance(on(found=UNKEPT, connector=connector(ConnectorStatus.AVAILABLE)), now=at("00:30")).session

    assert over.reason == "car_unplugged"


@pytest.mark.parametrize("restarts", [False, True])
def test_a_charger_that_refuses_to_be_held_is_stopped_and_tried_again_with_surplus(*, restarts: bool) -> None:
    known = begun(charger=charger(restarts=restarts))
    flagged = dataclasses.replace(known.session, flags=(SOLAR_ONLY, PROFILE_REFUSED))
    bounds = dataclasses.replace(BOUNDS, keeps_courses=False)
    refusing = dataclasses.replace(known, session=flagged, solar=UNKEPT, bounds=bounds)

    decision = advance(refusing, now=at("00:31"))
    asked = applied(refusing, decision)
    [own] = asked.own
    ended = dataclasses.replace(asked, own=(dataclasses.replace(own, stopped_at=at("00:31:05")),))
    over = advance(ended, now=at("00:31:05")).session

    assert [step.cause for step in decision.steps if step.kind is StepKind.STOP_REQUESTED] == ["surplus"]
    assert (over.status, over.reason, over.open_until) == (Status.REJECTED, "solar_unavailable", at("05:15"))
    assert recovers_on(over, Event.SURPLUS)


def test_restricted_hours_pause_what_does_not_follow_where_it_was_seen_to_start_again() -> None:
    hours = dataclasses.replace(BOUNDS, restricted=(Interval(at("01:00"), at("02:00")),), keeps_courses=False)
    full = solar(7_360, keeps_courses=False)
    known = begun(charging(), full, own=(transaction(),), charger=charger(restarts=True), bounds=hours)
    flagged = dataclasses.replace(known.session, flags=(SOLAR_ONLY, PROFILE_REFUSED))

    held = looked(dataclasses.replace(known, session=flagged), "01:00")

    assert held.session.status is Status.PAUSED
    assert held.session.stop_requested_at is None


def test_what_it_drew_before_it_was_stopped_does_not_keep_it_from_another_try() -> None:
    flags = (SOLAR_ONLY, PROFILE_REFUSED)
    subject = charging(
        drew_at=at("00:31"),
        energy_wh=90,
        flags=flags,
        course=(Period(at("00:30"), 0),),
        stop_requested_at=at("00:31"),
        stop_requested_as=StopReason.WINDOW_END,
    )
    ended = transaction(energy_wh=90, stopped_at=at("00:31:05"))

    over = advance(on(subject, UNKEPT, own=(ended,)), now=at("00:31:05")).session

    assert (over.status, over.open_until) == (Status.COMPLETED, at("05:15"))
    assert recovers_on(over, Event.BACK_OFF)


def test_before_it_is_due_only_its_hours_bind_it() -> None:
    bounds = dataclasses.replace(BOUNDS, restricted=(Interval(at("01:00"), at("02:00")),))

    planned = advance(on(bounds=bounds), now=at("00:20")).session

    assert (planned.flags, limit_at(planned.course or (), at("00:40"))) == ((SOLAR_ONLY,), 7_360)


def test_restricted_hours_bind_it_too() -> None:
    bounds = dataclasses.replace(BOUNDS, restricted=(Interval(at("01:00"), at("02:00")),))
    known = begun(found=solar(2_500), bounds=bounds)
    held = looked(told(known, 5_000, "01:00"), "01:00")
    free = looked(told(held, 5_000, "02:00"), "02:00")

    assert (held.session.status, power_w(held, "01:00")) == (Status.PAUSED, 0)
    assert [step.cause for step in advance(told(known, 5_000, "01:00"), now=at("01:00")).steps] == ["restricted_hours"]
    assert (free.session.status, power_w(free, "02:00")) == (Status.CHARGING, 4_830)


def smart_on(target: Target, found: SolarFacts | None = None, **changes: Any) -> Facts:
    return on(plugged_in(target=target), found, smart=smart(**changes))


def test_a_smart_charge_has_no_plan_and_buys_nothing() -> None:
    decision = advance(smart_on(EnergyTarget(18_000)), now=at("23:30"))

    assert (decision.session.status, decision.session.plan) == (Status.STARTING, None)
    assert power_w(dataclasses.replace(smart_on(EnergyTarget(18_000)), session=decision.session), "02:30") == 0


@pytest.mark.parametrize("target", [EnergyTarget(2_000), BudgetTarget(smart().spent + 1)])
def test_its_target_ends_it(target: Target) -> None:
    subject = charging(plugged_in(target=target), energy_wh=2_000, drew_at=at("00:31"), flags=(SOLAR_ONLY,))
    spent = smart(spent=smart().spent + 1)

    after = advance(on(subject, solar(3_000), smart=spent, own=(transaction(),)), now=at("00:40")).session

    assert after.stop_requested_as is StopReason.TARGET_REACHED


def test_a_budget_that_is_not_spent_waits_for_surplus() -> None:
    running = begun(plugged_in("00:30", target=BudgetTarget(smart().spent + 1)), smart=smart())

    assert running.session.status is Status.PAUSED
    assert looked(running, "01:00").session.stop_requested_at is None


@pytest.mark.parametrize(
    ("target", "changes", "reason"),
    [
        (BudgetTarget(smart().spent), {}, "nothing_affordable"),
        (SocTarget(80), {"battery": Battery(40_000, 90, 80, 0)}, "battery_full"),
        (SocTarget(80), {"battery": None}, None),
        (EnergyTarget(18_000), {}, None),
    ],
)
def test_a_target_that_is_reached_already_says_so(target: Target, changes: dict[str, Any], reason: str | None) -> None:
    assert advance(smart_on(target, **changes), now=at("23:30")).session.reason == reason


def test_a_plan_is_dropped_when_the_mode_is_set_and_made_when_it_is_left() -> None:
    planned = advance(facts(plugged_in(), smart=smart()), now=at("23:30")).session
    left = advance(on(planned, smart=smart()), now=at("23:31")).session
    again = advance(facts(left, smart=smart()), now=at("23:31:30")).session

    assert planned.plan is not None
    assert (left.plan, left.flags) == (None, (SOLAR_ONLY,))
    assert again.plan is not None
    assert again.flags == ()


def test_a_boost_on_a_charge_that_waits_for_surplus_lets_it_draw() -> None:
    waiting = begun()
    boosted = dataclasses.replace(waiting.session, boosted_at=at("00:40"))

    after = looked(dataclasses.replace(waiting, session=boosted), "00:40")

    assert (after.session.status, after.session.course) == (Status.CHARGING, None)


def test_a_boost_of_its_own_is_not_bound() -> None:
    assert advance(facts(boost()), now=at("00:30")).session.course is None
