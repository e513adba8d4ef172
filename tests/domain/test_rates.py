"""Rates: what energy costs in an interval."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from homecharge.domain.rates import Rate
from homecharge.domain.times import Interval


def test_a_rate_is_a_published_price_unless_it_says_otherwise():
    start = datetime(2026, 11, 21, tzinfo=UTC)

    rate = Rate(Interval(start, start + timedelta(minutes=30)), Decimal("-0.0315"))

    assert (rate.per_kwh, rate.is_estimated) == (Decimal("-0.0315"), False)
