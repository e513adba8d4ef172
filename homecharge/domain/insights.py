"""A month at a home: energy and cost by the day, what charging at the right hours saved, and what was rejected, why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.errors import Invalid
from homecharge.domain.money import Money, rounded
from homecharge.domain.savings import Saving
from homecharge.domain.session_state import Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.times import Interval, instant, local_date

_FIRST_YEAR, _LAST_YEAR = 1971, 2199
_LONGEST_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    first: date

    @property
    def next(self) -> date:
        """The first day of the month after it."""
        return (self.first + _LONGEST_MONTH + timedelta(days=1)).replace(day=1)

    @property
    def days(self) -> list[date]:
        """Its days."""
        return [self.first + timedelta(days=count) for count in range((self.next - self.first).days)]

    def in_zone(self, zone: ZoneInfo) -> Interval:
        """From its first local midnight to that of the month after it."""
        return Interval(instant(self.first, time(), zone).at, instant(self.next, time(), zone).at)

    def __str__(self) -> str:
        """`2026-11`."""
        return f"{self.first:%Y-%m}"


def month_of(text: str) -> Month:
    """Of `2026-11`. Raises Invalid."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = date.min
    if not _FIRST_YEAR <= first.year <= _LAST_YEAR or f"{first:%Y-%m}" != text:
        raise Invalid(errors={"month": ["Not a month such as 2026-11."]})
    return Month(first)


def current_month(zone: ZoneInfo, *, now: datetime) -> Month:
    """The month that it is in a zone."""
    return Month(local_date(now, zone).replace(day=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the location's calendar. `cost`: None where nothing has a price."""

    date: date
    energy_wh: int
    cost: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """How many tries were rejected for a reason, and their share of all tries."""

    code: str
    title: str
    count: int
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """Of the Smart charges of which it can be told: what they cost, and what charging at once would have."""

    sessions: int
    at_once: Money
    paid: Money
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """A month at a location, of the sessions that the reader may see. `uncosted_wh` has no price."""

    location_id: str
    month: str
    time_zone: str
    sessions: int
    charged: int
    rejected: int
    energy_wh: int
    uncosted_wh: int
    cost: Money | None
    savings: Savings | None
    rejections: tuple[Rejected, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the month was: the zone tells its days, the currency is that of its costs."""

    location_id: str
    zone: ZoneInfo
    currency: str


def insights_of(month: Month, place: Place, views: Iterable[SessionView], savings: Iterable[Saving]) -> Insights:
    """The insights of a month's sessions; costs in another currency than the location's are left out."""
    over = [view for view in views if view.session.is_over]
    rejected = [view for view in over if view.session.status is Status.REJECTED]
    costs = [
        (local_date(view.session.at, place.zone), cost) for view in over if (cost := _cost(view, place)) is not None
    ]
    energy_wh = Counter[date]()
    for view in over:
        energy_wh[local_date(view.session.at, place.zone)] += view.session.energy_wh
    return Insights(
        location_id=place.location_id,
        month=str(month),
        time_zone=place.zone.key,
        sessions=len(over),
        charged=len(over) - len(rejected),
        rejected=len(rejected),
        energy_wh=energy_wh.total(),
        uncosted_wh=sum(_uncosted_wh(view, place) for view in over),
        cost=_sum([cost for _, cost in costs], place),
        savings=_savings(list(savings), place),
        rejections=_rejections(rejected, len(over)),
        days=tuple(
            Day(date=day, energy_wh=energy_wh[day], cost=_sum([cost for on, cost in costs if on == day], place))
            for day in month.days
        ),
    )


def _cost(view: SessionView, place: Place) -> Decimal | None:
    return view.session.cost if view.session.cost_currency == place.currency else None


def _uncosted_wh(view: SessionView, place: Place) -> int:
    return view.session.energy_wh if _cost(view, place) is None else view.session.uncosted_wh or 0


def _sum(costs: list[Decimal], place: Place) -> Money | None:
    return rounded(sum(costs, Decimal(0)), place.currency) if costs else None


def _savings(savings: list[Saving], place: Place) -> Savings | None:
    if not savings:
        return None
    at_once = sum((each.at_once for each in savings), Decimal(0))
    paid = sum((each.paid for each in savings), Decimal(0))
    return Savings(
        sessions=len(savings),
        at_once=rounded(at_once, place.currency),
        paid=rounded(paid, place.currency),
        amount=rounded(at_once - paid, place.currency),
    )


def _rejections(rejected: list[SessionView], tries: int) -> tuple[Rejected, ...]:
    counted = Counter((view.rejection.code, view.rejection.title) for view in rejected if view.rejection)
    return tuple(
        Rejected(code=code, title=title, count=count, share=(Decimal(count) / tries).quantize(Decimal("0.0001")))
        for (code, title), count in counted.most_common()
    )
