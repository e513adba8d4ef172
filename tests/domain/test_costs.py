"""Costs: energy shared out over the tariff's intervals by meter readings, and worked figures that must come out."""

from datetime import timedelta
from decimal import Decimal, Inexact, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homecharge.domain.costs import (
    Cost,
    CostLine,
    CostNote,
    Metering,
    MeterPoint,
    applying,
    cost_lines,
    curves_of,
    energy_for,
    rising,
    span_of,
)
from homecharge.domain.money import rounded
from homecharge.domain.rates import Rate
from homecharge.domain.tariffs import Flat, Pricing, rates_over
from homecharge.domain.times import Interval
from tests.domain.prices import LONDON, NIGHT, dynamic, interval, period, rate, time_of_use, utc

PRICED = CostLine(interval("2026-11-21", "2026-11-22"), 5, Decimal(1))
UNPRICED = CostLine(interval("2026-11-21", "2026-11-22"), 5, None)


def curve(*readings: tuple[str, int]) -> list[MeterPoint]:
    return [MeterPoint(utc(at), energy_wh) for at, energy_wh in readings]


def charged(pricing: Pricing, *readings: tuple[str, int]) -> Cost:
    """The cost of one transaction in London."""
    points = curve(*readings)
    window = Interval(points[0].at - timedelta(days=1), points[-1].at + timedelta(days=1))
    return Cost(cost_lines([points], rates_over(pricing, window, LONDON)), has_tariff=True)


def drawn(cost: Cost) -> list[tuple[str, str, int, str | None]]:
    return [
        (f"{line.interval.start:%H:%M}", f"{line.interval.end:%H:%M}", line.energy_wh, line.rate and str(line.rate))
        for line in cost.lines
    ]


def test_twenty_kilowatt_hours_at_a_quarter_cost_five():
    cost = charged(Flat(Decimal("0.25")), ("2026-11-21T00:00", 0), ("2026-11-21T03:00", 20_000))

    assert cost.amount == Decimal(5)
    assert str(rounded(cost.amount, "EUR").amount) == "5.00"
    assert cost.note is None


def test_a_charge_across_two_rates_is_shared_out_by_time():
    """7.4 kW from 23:50 to 00:40: ten minutes at one rate, forty at the other."""
    day_and_night = time_of_use(period("00:00", "06:00", "0.10"))

    cost = charged(day_and_night, ("2026-11-21T23:50", 0), ("2026-11-22T00:40", 6167))

    assert drawn(cost) == [("23:50", "00:00", 1233, "0.30"), ("00:00", "00:40", 4934, "0.10")]
    assert cost.amount == Decimal("0.3699") + Decimal("0.4934")
    assert str(rounded(cost.amount, "GBP").amount) == "0.86"


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        # the night rate lasts three hours in spring, five in autumn, four else; 7 kW all through
        (
            "2026-03-28T23:30",
            "2026-03-29T05:30",
            [("23:30", "00:30", 7), ("00:30", "03:30", 21), ("03:30", "05:30", 14)],
        ),
        (
            "2026-10-24T22:30",
            "2026-10-25T05:30",
            [("22:30", "23:30", 7), ("23:30", "04:30", 35), ("04:30", "05:30", 7)],
        ),
        (
            "2026-11-21T23:30",
            "2026-11-22T05:30",
            [("23:30", "00:30", 7), ("00:30", "04:30", 28), ("04:30", "05:30", 7)],
        ),
    ],
)
def test_a_night_rate_costs_what_the_wall_clock_says_on_clock_change_nights(
    began: str, ended: str, expected: list[tuple[str, str, int]]
):
    hours = (utc(ended) - utc(began)) // timedelta(hours=1)

    cost = charged(NIGHT, (began, 0), (ended, 7000 * hours))

    assert [(start, end, energy_wh // 1000) for start, end, energy_wh, _ in drawn(cost)] == expected
    assert [str(line.rate) for line in cost.lines] == ["0.30", "0.10", "0.30"]


def test_readings_say_when_the_energy_flowed():
    cost = charged(
        NIGHT,
        ("2026-11-21T23:00", 0),
        ("2026-11-22T00:30", 500),
        ("2026-11-22T04:00", 900),
        ("2026-11-22T04:30", 1900),
        ("2026-11-22T05:00", 1901),
    )

    assert [(line.energy_wh, str(line.rate)) for line in cost.lines] == [(500, "0.30"), (1400, "0.10"), (1, "0.30")]


def test_negative_prices_earn_money():
    spot = dynamic(("2026-11-21T00:00", "2026-11-21T01:00", "-0.05"), ("2026-11-21T01:00", "2026-11-21T02:00", "0.01"))

    cost = charged(spot, ("2026-11-21T00:00", 0), ("2026-11-21T02:00", 4000))

    assert cost.amount == Decimal("-0.08")


def test_energy_in_a_gap_of_the_tariff_is_told_and_costs_nothing():
    spot = dynamic(("2026-11-21T00:00", "2026-11-21T01:00", "0.20"), ("2026-11-21T02:00", "2026-11-21T03:00", "0.10"))

    cost = charged(spot, ("2026-11-21T00:00", 0), ("2026-11-21T03:00", 3000))

    assert drawn(cost) == [
        ("00:00", "01:00", 1000, "0.20"),
        ("01:00", "02:00", 1000, None),
        ("02:00", "03:00", 1000, "0.10"),
    ]
    assert (cost.amount, cost.uncosted_wh, cost.note) == (Decimal("0.30"), 1000, CostNote.PARTIAL_TARIFF)


def test_a_charge_without_any_price_has_no_cost_rather_than_a_zero():
    cost = charged(dynamic(), ("2026-11-21T00:00", 0), ("2026-11-21T03:00", 3000))

    assert (cost.amount, cost.uncosted_wh, cost.note) == (None, 3000, CostNote.PARTIAL_TARIFF)


@pytest.mark.parametrize(
    ("cost", "note"),
    [
        (Cost((), has_tariff=False, has_estimated_times=True), CostNote.NO_TARIFF),
        (Cost((UNPRICED,), has_tariff=True, has_estimated_times=True), CostNote.PARTIAL_TARIFF),
        (Cost((PRICED,), has_tariff=True, has_estimated_times=True), CostNote.ESTIMATED_TIMES),
        (Cost((PRICED,), has_tariff=True), None),
        (Cost((), has_tariff=True, has_estimated_times=True), None),
    ],
)
def test_the_first_note_that_holds_is_told(cost: Cost, note: CostNote | None):
    assert cost.note is note


def test_a_session_of_several_transactions_has_one_line_for_each_interval():
    first = curve(("2026-11-21T23:00", 0), ("2026-11-22T00:45", 3500))
    second = curve(("2026-11-22T01:30", 0), ("2026-11-22T05:00", 7000))
    rates = rates_over(NIGHT, interval("2026-11-21T00:00", "2026-11-23T00:00"), LONDON)

    lines = cost_lines([first, second], rates)

    assert [(line.energy_wh, str(line.rate)) for line in lines] == [(3000, "0.30"), (6500, "0.10"), (1000, "0.30")]


def test_energy_that_came_in_one_instant_belongs_to_the_interval_of_that_instant():
    rates = rates_over(NIGHT, interval("2026-11-21T00:00", "2026-11-23T00:00"), LONDON)

    (line,) = cost_lines([curve(("2026-11-22T00:30", 0), ("2026-11-22T00:30", 900))], rates)

    assert (line.energy_wh, line.rate) == (900, Decimal("0.10"))


def test_energy_of_one_instant_without_a_price_is_uncosted():
    (line,) = cost_lines([curve(("2026-11-22T00:30", 0), ("2026-11-22T00:30", 900))], ())

    assert line == CostLine(interval("2026-11-22T00:30", "2026-11-22T00:30"), 900, None)


@pytest.mark.parametrize("curves", [[], [[]], [curve(("2026-11-21T00:00", 0))]])
def test_without_energy_there_are_no_lines(curves: list[list[MeterPoint]]):
    assert cost_lines(curves, rates_over(NIGHT, interval("2026-11-21", "2026-11-22"), LONDON)) == ()


def test_readings_out_of_their_order_never_lower_what_was_counted():
    points = rising(curve(("2026-11-21T02:00", 500), ("2026-11-21T01:00", 700), ("2026-11-21T03:00", 900)))

    assert [point.energy_wh for point in points] == [700, 700, 900]


@given(
    rises=st.lists(st.tuples(st.integers(1, 7200), st.integers(0, 5000)), min_size=1, max_size=40),
    prices=st.lists(st.tuples(st.integers(1, 3600), st.integers(-500, 500), st.booleans()), max_size=30),
)
def test_lines_add_up_to_the_energy_exactly_and_the_same_again(
    rises: list[tuple[int, int]], prices: list[tuple[int, int, bool]]
):
    at, energy_wh = utc("2026-11-21T00:00"), 0
    points = [MeterPoint(at, 0)]
    for seconds, rise_wh in rises:
        at, energy_wh = at + timedelta(seconds=seconds), energy_wh + rise_wh
        points.append(MeterPoint(at, energy_wh))
    reached, rates = utc("2026-11-20T23:30"), []
    for seconds, price, is_known in prices:
        until = reached + timedelta(seconds=seconds)
        rates += [Rate(Interval(reached, until), Decimal(price).scaleb(-4))] if is_known else []
        reached = until

    with localcontext() as context:
        context.traps[Inexact] = True
        first, again = (Cost(cost_lines([points], rates), has_tariff=True) for _ in range(2))
        amounts = [first.amount, again.amount]

    assert sum(line.energy_wh for line in first.lines) == energy_wh
    assert amounts[0] == amounts[1]
    assert first.lines == again.lines
    assert all(line.interval.start < line.interval.end for line in first.lines)


@pytest.mark.parametrize(
    ("amount", "prices", "energy_wh"),
    [
        ("5", ["0.25"], 20_000),
        ("1", ["0.30", "0.10"], 3334),
        ("0", ["0.30"], 0),
        ("-1", ["0.30"], 0),
        ("1", ["-0.05", "0"], None),
        ("1", [], None),
    ],
)
def test_the_energy_that_an_amount_buys_is_reckoned_at_the_dearest_rate(
    amount: str, prices: list[str], energy_wh: int | None
):
    rates = [rate("2026-11-21T00:00", "2026-11-21T01:00", price) for price in prices]

    assert energy_for(Decimal(amount), rates) == energy_wh


def metering(number: int, start: str, end: str, energy_wh: int) -> Metering:
    return Metering(number, utc(start), utc(end), energy_wh)


def test_the_energy_of_a_session_flowed_when_its_readings_say():
    found = curves_of(
        3000,
        utc("2026-11-21T00:00"),
        None,
        [
            metering(1, "2026-11-21T00:00", "2026-11-21T01:00", 2000),
            metering(2, "2026-11-21T02:00", "2026-11-21T03:00", 1000),
        ],
        {1: curve(("2026-11-21T00:30", 1500))},
    )

    assert found == [
        curve(("2026-11-21T00:00", 0), ("2026-11-21T00:30", 1500), ("2026-11-21T01:00", 2000)),
        curve(("2026-11-21T02:00", 0), ("2026-11-21T03:00", 1000)),
    ]
    assert span_of(found) == interval("2026-11-21T00:00", "2026-11-21T03:00")


def test_what_a_transaction_counted_before_it_was_taken_over_is_anothers():
    (found,) = curves_of(
        1500,
        utc("2026-11-21T00:30"),
        None,
        [metering(1, "2026-11-21T00:00", "2026-11-21T01:00", 2000)],
        {1: curve(("2026-11-21T00:40", 400), ("2026-11-21T00:50", 1000))},
    )

    assert found == curve(
        ("2026-11-21T00:30", 500), ("2026-11-21T00:40", 500), ("2026-11-21T00:50", 1000), ("2026-11-21T01:00", 2000)
    )


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-11-21T00:00", "2026-11-21T01:00", [curve(("2026-11-21T00:00", 0), ("2026-11-21T01:00", 700))]),
        (None, "2026-11-21T01:00", [curve(("2026-11-21T01:00", 0), ("2026-11-21T01:00", 700))]),
        ("2026-11-21T00:00", None, [curve(("2026-11-21T00:00", 0), ("2026-11-21T00:00", 700))]),
        (None, None, []),
    ],
)
def test_energy_whose_transaction_went_to_another_session_is_spread_over_its_own_time(
    since: str | None, until: str | None, expected: list[list[MeterPoint]]
):
    assert curves_of(700, utc(since) if since else None, utc(until) if until else None, [], {}) == expected


def test_what_a_session_was_charged_by_stays_where_prices_have_changed():
    charged = CostLine(interval("2026-11-21T00:00", "2026-11-21T01:00"), 5, Decimal("0.25"))
    today = [rate("2026-11-20T00:00", "2026-11-22T00:00", "0.30")]

    assert [each.per_kwh for each in applying(today, [charged])] == [Decimal("0.30"), Decimal("0.25"), Decimal("0.30")]


def test_where_the_prices_are_the_same_still_nothing_is_cut():
    charged = CostLine(interval("2026-11-21T00:00", "2026-11-21T01:00"), 5, Decimal("0.30"))
    unpriced = CostLine(interval("2026-11-21T01:00", "2026-11-21T02:00"), 5, None)
    today = (rate("2026-11-20T00:00", "2026-11-22T00:00", "0.30"),)

    assert applying(today, [charged, unpriced]) == today
