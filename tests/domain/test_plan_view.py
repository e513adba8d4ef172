"""A plan as people read it, and as it is kept."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.money import Money
from homecharge.domain.plan_view import PlanNotice, restriction_cost, view_plan, window_cost
from homecharge.domain.planner import compare, plan
from homecharge.domain.plans import PlanWarning, Request, ShortfallCode
from homecharge.domain.rates import Rate
from homecharge.domain.stored_plans import plan_from_json, plan_json
from homecharge.domain.targets import BudgetTarget
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.texts.values import Reader
from tests.domain.drawn_plans import MIDNIGHT, request

READER = Reader(language=ENGLISH, zone=ZoneInfo("Europe/London"), now=MIDNIGHT)


def test_the_total_is_the_cost_rounded():
    shown = view_plan(plan(request("3-1-2", kwh=1.25)), READER)

    assert shown.plan.cost == Decimal("1.500")
    assert shown.total == Money(Decimal("1.50"), "GBP")
    assert (shown.shortfall, shown.warnings) == (None, ())


@pytest.mark.parametrize(
    ("asked", "code", "energy_wh", "detail"),
    [
        (request("1-1", kwh=3), "not_enough_time", 1000, "There is too little time: 1.0 kWh will be missing."),
        (
            request("1-x-x", kwh=3),
            "restricted_hours",
            2000,
            "Restricted hours leave too little time: 2.0 kWh will be missing.",
        ),
        (
            request("1-1", target=BudgetTarget(Decimal("2.5"))),
            "not_enough_time",
            None,
            "There is too little time to spend it all: 0.50 GBP will be left.",
        ),
    ],
)
def test_what_is_missing_is_said_in_words(asked: Request, code: str, energy_wh: int | None, detail: str):
    shown = view_plan(plan(asked), READER).shortfall

    assert shown is not None
    assert (shown.code, shown.energy_wh, shown.detail) == (code, energy_wh, detail)


def test_without_a_price_there_is_no_total_and_a_warning():
    shown = view_plan(plan(request("?-?-?")), READER)

    assert shown.total is None
    assert shown.warnings == (
        PlanNotice("no_tariff", "No price is known for this time: it charges as early as it may."),
    )


def test_every_shortfall_and_every_warning_of_a_plan_has_a_sentence():
    assert set(ShortfallCode) - set(ENGLISH.plan_shortfalls) == set()
    assert set(PlanWarning) - set(ENGLISH.warnings) == set()


@pytest.mark.parametrize(
    "asked",
    [
        request("3-1-x-2", asked_at=MIDNIGHT + timedelta(seconds=1)),
        request("?-?-x", kwh=3),
        request("1-1", target=BudgetTarget(Decimal("2.5"))),
        request("x-x"),
    ],
)
def test_a_plan_that_was_kept_comes_back_to_the_last_digit(asked: Request):
    made = plan(asked)

    assert plan_from_json(plan_json(made)) == made


def test_no_plan_is_kept_as_nothing():
    assert plan_json(None) is None
    assert plan_from_json(None) is None


@pytest.mark.parametrize(
    ("prices", "kwh", "costs"),
    [
        ("1-x-3", 1, {}),
        ("1-x-3", 2, {"sooner_s": 1800, "saved": Money(Decimal("2.00"), "GBP")}),
        ("3-x-1", 2, {"saved": Money(Decimal("2.00"), "GBP")}),
        ("1-x", 2, {"missing_wh": 1000}),
        ("?-x-?", 2, {"sooner_s": 1800}),
    ],
)
def test_restricted_hours_cost_energy_money_and_time_where_they_do(prices: str, kwh: float, costs: dict[str, object]):
    drawn = request(prices, kwh)
    rates = [*drawn.rates, *(Rate(each.interval, Decimal(1)) for each in drawn.blocked if drawn.rates)]
    asked = replace(drawn, rates=sorted(rates, key=lambda rate: rate.interval.start))

    found = restriction_cost(plan(asked), compare(asked).without_restricted_hours)

    assert found == costs


@pytest.mark.parametrize(
    ("prices", "kwh", "costs"),
    [
        ("1-x-2", 3, {"missing_wh": 1000, "lost_s": 1800, "less": Money(Decimal("1.00"), "GBP")}),
        ("1-x-2", 2, {"sooner_s": 1800, "saved": Money(Decimal("1.00"), "GBP")}),
        ("x-x", 2, {"missing_wh": 2000, "lost_s": 3600, "covered_s": 3600, "less": Money(Decimal("2.00"), "GBP")}),
        ("?-x-?", 3, {"missing_wh": 1000, "lost_s": 1800}),
    ],
)
def test_restricted_hours_cost_a_manual_time_and_what_that_would_have_cost(
    prices: str, kwh: float, costs: dict[str, object]
):
    drawn = request(prices, kwh)
    rates = [*drawn.rates, *(Rate(each.interval, Decimal(1)) for each in drawn.blocked if "?" not in prices)]
    asked = replace(drawn, rates=sorted(rates, key=lambda rate: rate.interval.start), is_soonest=True)

    found = window_cost(plan(asked), compare(asked).without_restricted_hours, full_w=2_000)

    assert found == costs
