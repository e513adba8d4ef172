"""A month in figures: its days on the location's calendar, its sums, and what waiting for cheap hours saved."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homecharge.domain.costs import Cost, CostLine
from homecharge.domain.downloads import DownloadRow, sums_of
from homecharge.domain.errors import Invalid
from homecharge.domain.insights import Month, Place, Savings, current_month, insights_of, month_of
from homecharge.domain.money import Money
from homecharge.domain.planner import plan
from homecharge.domain.rejections import Category, FixBy, Tone
from homecharge.domain.savings import Saving, at_once_of, saving_of
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.times import Interval
from homecharge.domain.wording import RejectionText
from tests.domain import builders
from tests.domain.drawn_plans import HALF_HOUR, MIDNIGHT, request

LONDON = ZoneInfo("Europe/London")
NOVEMBER = Month(date(2026, 11, 1))
HERE = Place("the home", LONDON, "GBP")
PRICES = "5-5-1-1"


def over(status: Status = Status.COMPLETED, **changes: Any) -> Session:
    return builders.session(**{"status": status, "at": MIDNIGHT, "energy_wh": 1000, "uncosted_wh": 0} | changes)


def paid(cost: str, **changes: Any) -> Session:
    return over(cost=Decimal(cost), cost_currency="GBP", **changes)


def view(session: Session) -> SessionView:
    nothing: dict[str, Any] = dict.fromkeys(
        ("driver", "recovered_by_session_id", "live", "progress", "waiting", "rejection", "shortfall")
    )
    return SessionView(session=session, time_zone="Europe/London", **nothing)


def rejected(code: str) -> SessionView:
    words = RejectionText(
        code=code,
        headline="Rejected",
        title=code.replace("_", " "),
        detail="",
        advice="",
        tone=Tone.WARNING,
        category=Category.RETRIABLE,
        fix_by=FixBy.DRIVER,
        act_before=None,
        action=None,
        also=(),
        evidence=(),
    )
    session = over(Status.REJECTED, energy_wh=0)
    nothing: dict[str, Any] = dict.fromkeys(
        ("driver", "recovered_by_session_id", "live", "progress", "waiting", "shortfall")
    )
    return SessionView(session=session, time_zone="Europe/London", rejection=words, **nothing)


def test_a_month_ends_where_the_next_begins_on_the_clock_of_the_location():
    assert month_of("2026-11") == NOVEMBER
    assert (str(NOVEMBER), NOVEMBER.next, len(NOVEMBER.days)) == ("2026-11", date(2026, 12, 1), 30)
    assert month_of("2026-12").next == date(2027, 1, 1)
    october = month_of("2026-10").in_zone(LONDON)
    assert october == Interval(datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert current_month(LONDON, now=datetime(2026, 9, 30, 23, 30, tzinfo=UTC)) == month_of("2026-10")


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "26-11", "2026-11-01", "0001-01", "9999-12", "x"])
def test_what_is_no_month_is_refused(text: str):
    with pytest.raises(Invalid) as refused:
        month_of(text)

    assert set(refused.value.errors) == {"month"}


def test_a_day_is_that_of_the_location():
    evening = over(at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC), energy_wh=500)
    late = over(at=datetime(2026, 11, 30, 23, 59, tzinfo=UTC), energy_wh=700)

    found = insights_of(NOVEMBER, HERE, [view(evening), view(late)], [])

    assert [(day.date.day, day.energy_wh) for day in found.days if day.energy_wh] == [(30, 700)]
    assert len(found.days) == 30


def test_the_sums_are_of_what_is_over_and_costs_are_rounded_once():
    views = [view(paid("0.004")), view(paid("0.004")), view(over()), view(over(Status.CHARGING))]

    found = insights_of(NOVEMBER, HERE, views, [])

    assert (found.sessions, found.charged, found.energy_wh, found.uncosted_wh) == (3, 3, 3000, 1000)
    assert found.cost == Money(Decimal("0.01"), "GBP")
    assert found.days[20].cost == Money(Decimal("0.01"), "GBP")
    assert found.savings is None


def test_without_prices_there_is_no_cost():
    found = insights_of(NOVEMBER, HERE, [view(over())], [])

    assert (found.cost, found.days[20].cost, found.uncosted_wh) == (None, None, 1000)


def test_costs_in_another_currency_are_not_added():
    found = insights_of(NOVEMBER, HERE, [view(over(cost=Decimal(3), cost_currency="EUR"))], [])

    assert (found.cost, found.uncosted_wh) == (None, 1000)


def test_rejections_are_counted_by_their_reason_and_shared_out_over_all_tries():
    views = [rejected("car_unplugged"), rejected("car_unplugged"), rejected("cancelled"), view(over())]

    found = insights_of(NOVEMBER, HERE, views, [])

    assert found.rejected == 3
    assert [(each.code, each.count, each.share) for each in found.rejections] == [
        ("car_unplugged", 2, Decimal("0.5000")),
        ("cancelled", 1, Decimal("0.2500")),
    ]


def test_savings_add_up():
    found = insights_of(NOVEMBER, HERE, [], [Saving(Decimal(5), Decimal(1)), Saving(Decimal(1), Decimal(2))])

    assert found.savings == Savings(
        sessions=2,
        at_once=Money(Decimal("6.00"), "GBP"),
        paid=Money(Decimal("3.00"), "GBP"),
        amount=Money(Decimal("3.00"), "GBP"),
    )


def smart(cost: str | None = "1", **changes: Any) -> Session:
    """A kilowatt-hour, bought in the third half hour; its car came at midnight."""
    planned = {"kind": Kind.SMART, "plan": plan(request(PRICES)), "created_at": MIDNIGHT}
    costs = {} if cost is None else {"cost": Decimal(cost), "cost_currency": "GBP"}
    return over(**planned | costs | changes)


def test_charging_at_once_is_the_same_energy_at_full_power_from_the_plug_in():
    session = smart()

    assert at_once_of(session) == Interval(MIDNIGHT, MIDNIGHT + HALF_HOUR)
    saving = saving_of(session, request(PRICES).rates)
    assert saving == Saving(at_once=Decimal(5), paid=Decimal(1))
    assert saving.amount == 4


@pytest.mark.parametrize(
    "session",
    [
        smart(kind=Kind.MANUAL),
        smart(status=Status.CHARGING),
        smart(energy_wh=0),
        smart(plan=None),
        smart(cost=None),
        smart(uncosted_wh=10),
    ],
)
def test_where_it_cannot_be_told_nothing_is_said_to_be_saved(session: Session):
    assert at_once_of(session) is None
    assert saving_of(session, request(PRICES).rates) is None


def test_a_price_that_is_missing_leaves_it_open():
    assert saving_of(smart(), request("?-?-1-1").rates) is None


def test_rows_add_up_by_the_month_of_their_location():
    rows = [
        DownloadRow(view(each), "Home", "Garage")
        for each in (
            paid("1.004", at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),
            paid("1.004", at=datetime(2026, 10, 31, 23, 59, tzinfo=UTC), uncosted_wh=10),
            over(at=datetime(2026, 11, 1, tzinfo=UTC)),
        )
    ]
    rows.append(DownloadRow(rejected("cancelled"), "Home", "Garage"))

    sums = sums_of(rows)

    assert list(sums.months) == ["2026-10", "2026-11"]
    assert sums.months["2026-10"].costs == (Money(Decimal("2.01"), "GBP"),)
    assert (sums.whole.sessions, sums.whole.charged, sums.whole.energy_wh, sums.whole.uncosted_wh) == (4, 3, 3000, 1010)
    assert sums.whole.rejections == {"cancelled": 1}
    assert rows[0].local(None) is None
    assert rows[0].local(rows[0].view.session.at).utcoffset() == timedelta(0)


def test_what_still_charges_counts_with_what_it_has_cost_so_far():
    hour = Interval(MIDNIGHT, MIDNIGHT + 2 * HALF_HOUR)
    so_far = Cost(lines=(CostLine(hour, 2000, Decimal("0.10")), CostLine(hour, 500, None)), has_tariff=True)
    charging = view(over(Status.CHARGING, energy_wh=2500, uncosted_wh=None))
    rows = [
        DownloadRow(dataclasses.replace(charging, running=so_far, currency="GBP"), "Home", "Garage"),
        DownloadRow(view(paid("0.105")), "Home", "Garage"),
    ]

    whole = sums_of(rows).whole

    assert whole.costs == (Money(Decimal("0.31"), "GBP"),)
    assert (whole.energy_wh, whole.uncosted_wh) == (3500, 500)
