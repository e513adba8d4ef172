"""When a limit by cost may be reached."""

from datetime import datetime
from decimal import Decimal

import pytest

from homecharge.domain.facts import Spending
from homecharge.domain.rates import Rate
from homecharge.domain.spending import spending_of
from tests.domain.prices import rate, utc

NOW, UNTIL = utc("2026-11-21T00:10"), utc("2026-11-21T02:10")
CHEAP = rate("2026-11-21T00:00", "2026-11-21T00:30", "0.10")
DEAR = rate("2026-11-21T00:30", "2026-11-21T02:10", "0.40")
BEFORE = rate("2026-11-20T23:50", "2026-11-21T00:10", "0.50")
EARNING = rate("2026-11-21T00:00", "2026-11-21T00:30", "-0.10")


@pytest.mark.parametrize(
    ("rates", "look_at_wh", "look_at"),
    [
        ([CHEAP, DEAR], 3000 + 5000, utc("2026-11-21T00:30")),
        ([DEAR], None, utc("2026-11-21T00:30")),
        ([BEFORE, CHEAP, DEAR], 3000 + 1000, utc("2026-11-21T00:30")),  # some of it may have flowed before
        ([EARNING, DEAR], None, utc("2026-11-21T00:30")),
        ([rate("2026-11-21T00:00", "2026-11-21T02:10", "0.30")], 3000 + 1667, None),
        ([], None, None),
    ],
)
def test_a_limit_by_cost_is_looked_at_when_the_dearest_price_may_have_reached_it(
    rates: list[Rate], look_at_wh: int | None, look_at: datetime | None
):
    found = spending_of(Decimal("1.50"), Decimal(1), 3000, rates, now=NOW, until=UNTIL)

    assert found == Spending(Decimal(1), look_at_wh, look_at)
