"""Which event gives a rejected try its next chance, until when, and how often (rejections.md, *next try on*)."""

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.planner import plan
from homecharge.domain.recoveries import (
    Event,
    due_after,
    is_exhausted,
    last_chance,
    open_until,
    recovers_on,
    remaining_limit,
    unless_hopeless,
)
from homecharge.domain.rejections import CATALOGUE, Category, Code, Rejection, stored
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from tests.domain.builders import TIMING, at, boost, charging, plug_in, session
from tests.domain.drawn_plans import request

E = Event
HALF_HOURS = plan(request("1-1-1", kwh=3))
CARD = dataclasses.replace(plug_in(), kind=Kind.CARD)


def rejected(code: Code, variant: str | None = None, **changes: Any) -> Session:
    rejection = stored((Rejection(code=code, variant=variant),))
    over = {"status": Status.REJECTED, "reason": code.value, "rejection": rejection, "open_until": at("05:15")}
    return session(**over | {"ended_at": at("00:31"), "wake_at": None} | changes)


def ended(reason: StopReason, **changes: Any) -> Session:
    over = {"status": Status.COMPLETED, "stop_reason": reason, "open_until": at("05:15"), "ended_at": at("01:00:10")}
    return charging(**over | {"wake_at": None} | changes)


@pytest.mark.parametrize(
    ("over", "events"),
    [
        (rejected(Code.CHARGER_OFFLINE), {E.LINE_UP}),
        (rejected(Code.CHARGER_OFFLINE, "after_command"), {E.LINE_UP, E.BACK_OFF}),
        (rejected(Code.ALREADY_IN_PROGRESS), {E.SESSION_ENDED}),
        (rejected(Code.CHARGER_FAULTED), {E.FAULT_CLEARED}),
        (rejected(Code.CHARGER_FAULTED, "power_lost"), {E.BACK_OFF}),
        (rejected(Code.CHARGER_FAULTED, "restart"), {E.BACK_OFF}),
        (rejected(Code.CHARGER_UNAVAILABLE), {E.AVAILABLE_AGAIN}),
        (rejected(Code.CHARGER_UNAVAILABLE, "firmware"), {E.AVAILABLE_AGAIN, E.LINE_UP}),
        (rejected(Code.CAR_UNPLUGGED), {E.PLUGGED_IN}),
        (rejected(Code.BATTERY_FULL, "inferred"), {E.CAR_DRAWS}),
        (rejected(Code.CHARGER_REFUSED), {E.BACK_OFF}),
        (rejected(Code.NO_ANSWER), {E.BACK_OFF}),
        (rejected(Code.START_NOT_CONFIRMED), {E.PLUGGED_IN, E.BACK_OFF}),
        (rejected(Code.NO_ENERGY_DRAWN), {E.BACK_OFF}),
        (rejected(Code.RESTRICTED_HOURS), {E.HOURS_CHANGED}),
        (rejected(Code.CAR_UNPLUGGED, open_until=None), set()),
        (ended(StopReason.POWER_LOST), {E.BACK_OFF}),
        (ended(StopReason.OTHER), {E.BACK_OFF}),
        (ended(StopReason.LOST), {E.BACK_OFF}),
        (ended(StopReason.EMERGENCY), {E.FAULT_CLEARED}),  # nobody restarts behind an emergency stop but who lifts it
        (ended(StopReason.EMERGENCY, open_until=None), set()),
    ],
)
def test_each_reason_waits_for_its_event(over: Session, events: set[Event]):
    assert {event for event in Event if recovers_on(over, event)} == events


@pytest.mark.parametrize(
    ("subject", "reason", "until"),
    [
        *[
            (session(), Rejection(code=code), "05:15" if row.category is Category.RETRIABLE else None)
            for code, row in CATALOGUE.items()
        ],
        (session(), Rejection(code=Code.BATTERY_FULL, category=Category.SATISFIED), None),
        (session(), None, "05:15"),  # ended by the charger or a fault
        (session(attempt=5), Rejection(code=Code.NO_ANSWER), "05:15"),
        (session(attempt=6), Rejection(code=Code.NO_ANSWER), None),
        (session(stop_requested_as=StopReason.DRIVER), Rejection(code=Code.NO_ANSWER), None),
        (session(stop_requested_as=StopReason.WINDOW_END), Rejection(code=Code.NO_ANSWER), "05:15"),
        (session(last_feasible_start=at("00:31")), Rejection(code=Code.NO_ANSWER), None),
        (boost(), Rejection(code=Code.CAR_UNPLUGGED), "00:40"),
        # without a window a plugged-in car keeps its chance for a day
        (plug_in(), Rejection(code=Code.NO_ANSWER), "tomorrow"),
        (plug_in(), Rejection(code=Code.BATTERY_FULL), "tomorrow"),
        (plug_in(), None, "tomorrow"),
        (plug_in(), Rejection(code=Code.CAR_UNPLUGGED), None),
        (CARD, Rejection(code=Code.BATTERY_FULL), "tomorrow"),
        (CARD, Rejection(code=Code.NO_ENERGY_DRAWN), None),
        (CARD, None, None),
    ],
)
def test_a_session_that_is_over_stays_open_until(subject: Session, reason: Rejection | None, until: str | None):
    now = at("00:31")
    instants: dict[str | None, datetime | None] = {None: None, "tomorrow": now + timedelta(days=1)}

    found = open_until(subject, reason, now=now)

    assert found == (instants[until] if until in instants else at(str(until)))


@pytest.mark.parametrize(
    ("attempt", "event", "due"),
    [
        (1, E.BACK_OFF, "00:32"),
        (2, E.BACK_OFF, "00:36"),
        (3, E.BACK_OFF, "00:46"),
        (5, E.BACK_OFF, "00:46"),
        (1, E.LINE_UP, "00:31:30"),
        (1, E.PLUGGED_IN, "00:31"),
        (1, E.SESSION_ENDED, "00:31"),
        (1, E.CAR_DRAWS, "00:31"),
    ],
)
def test_the_next_try_is_due_when_its_event_has_lasted(attempt: int, event: Event, due: str):
    over = rejected(Code.NO_ANSWER, attempt=attempt)

    assert due_after(over, event, TIMING, now=at("00:31")) == at(due)


@pytest.mark.parametrize(("now", "due"), [("05:14", "05:15"), ("05:14:01", None)])
def test_no_try_is_due_after_the_last_feasible_start(now: str, due: str | None):
    over = rejected(Code.NO_ANSWER)

    assert due_after(over, Event.BACK_OFF, TIMING, now=at(now)) == (at(due) if due else None)


@pytest.mark.parametrize(
    ("over", "is_open"),
    [
        (rejected(Code.CHARGER_REFUSED, open_until=at("00:32")), True),
        (rejected(Code.CHARGER_REFUSED, open_until=at("00:31:59")), False),
        (rejected(Code.START_NOT_CONFIRMED, open_until=at("00:31:59")), True),  # plugging in helps as well
        (rejected(Code.CAR_UNPLUGGED, open_until=at("00:31:59")), True),
        (ended(StopReason.POWER_LOST, open_until=at("00:31:59")), False),
        (ended(StopReason.EMERGENCY, open_until=at("00:31:59")), True),
    ],
)
def test_what_only_a_back_off_could_help_is_closed_when_that_ends_too_late(over: Session, *, is_open: bool):
    found = unless_hopeless(over, TIMING, now=at("00:31"))

    assert (found.open_until is not None) is is_open


def test_what_is_not_open_has_no_next_try():
    assert due_after(rejected(Code.CANCELLED, open_until=None), Event.PLUGGED_IN, TIMING, now=at("00:31")) is None


@pytest.mark.parametrize(
    ("attempt", "code", "exhausted"),
    [(5, Code.NO_ANSWER, False), (6, Code.NO_ANSWER, True), (6, Code.CANCELLED, False)],
)
def test_the_sixth_try_is_the_last_and_says_so(attempt: int, code: Code, *, exhausted: bool):
    assert is_exhausted(session(attempt=attempt), Rejection(code=code)) is exhausted


@pytest.mark.parametrize(
    ("over", "rest"),
    [
        (rejected(Code.NO_ENERGY_DRAWN, limit=DurationLimit(7200), started_at=at("00:28")), DurationLimit(7200)),
        (rejected(Code.NO_ENERGY_DRAWN, limit=EnergyLimit(2000), energy_wh=30), EnergyLimit(2000)),
        (ended(StopReason.POWER_LOST, limit=EnergyLimit(2000), energy_wh=1500), EnergyLimit(500)),
        (ended(StopReason.POWER_LOST, limit=EnergyLimit(2000), energy_wh=1990), EnergyLimit(100)),
        (ended(StopReason.POWER_LOST, limit=DurationLimit(7200)), DurationLimit(5400)),
        (ended(StopReason.POWER_LOST, limit=DurationLimit(1820)), DurationLimit(60)),
        (ended(StopReason.POWER_LOST, limit=CostLimit(Decimal(1))), CostLimit(Decimal(1))),
        (ended(StopReason.POWER_LOST, limit=CostLimit(Decimal(1)), cost=Decimal("0.25")), CostLimit(Decimal("0.75"))),
        (ended(StopReason.POWER_LOST, limit=CostLimit(Decimal(1)), cost=Decimal(2)), CostLimit(Decimal("0.01"))),
        (ended(StopReason.POWER_LOST, limit=DurationLimit(7200), plan=HALF_HOURS, energy_wh=1000), DurationLimit(5400)),
        (ended(StopReason.POWER_LOST, limit=DurationLimit(1820), plan=HALF_HOURS, energy_wh=1000), DurationLimit(60)),
        (ended(StopReason.POWER_LOST), None),
    ],
)
def test_the_next_try_wants_what_is_left(over: Session, rest: Limit | None):
    assert remaining_limit(over) == rest


def test_a_planned_recovery_waits_until_its_last_feasible_start_or_a_day():
    assert last_chance(session()) == at("05:15")
    assert last_chance(plug_in()) == at("00:30") + timedelta(days=1)
