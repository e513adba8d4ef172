"""Which tariffs cannot be stored, and the field that says why."""

from decimal import Decimal

import pytest

from homecharge.domain.tariff_problems import MAX_PERIODS, MAX_RATES, problems, rates_problems
from homecharge.domain.tariffs import Dynamic, Flat, Pricing, TimeOfUse
from tests.domain.prices import NIGHT, dynamic, period, rate, time_of_use

HALF_HOUR = ("2026-11-21T00:00", "2026-11-21T00:30", "0.20")


@pytest.mark.parametrize(
    "pricing",
    [
        Flat(Decimal("0.2450")),
        Flat(Decimal("-1000000")),
        Flat(Decimal("0.0123456789")),
        NIGHT,
        time_of_use(period("22:00", "06:00", "0.1"), period("06:00", "22:00", "0.2")),
        time_of_use(period("00:00", "00:00", "0.1", ("sat", "sun")), period("07:00", "09:00", "0.4", ("mon", "fri"))),
        dynamic(),
        dynamic(HALF_HOUR, ("2026-11-21T00:30", "2026-11-21T00:45", "-0.20"), ("2026-11-22T00:30", "2026-11-23", "1")),
    ],
)
def test_a_sound_tariff_has_no_problems(pricing: Pricing):
    assert problems(pricing) == {}


@pytest.mark.parametrize(
    ("pricing", "field"),
    [
        (Flat(Decimal("NaN")), "rate"),
        (Flat(Decimal("Infinity")), "rate"),
        (Flat(Decimal("1000000.01")), "rate"),
        (Flat(Decimal("-1000001")), "rate"),
        (Flat(Decimal("0.01234567891")), "rate"),
        (time_of_use(period("00:30", "04:30", "0.1"), other="NaN"), "other_rate"),
        (TimeOfUse((), Decimal(1)), "periods"),
        (TimeOfUse((period("00:30", "04:30", "0.1"),) * (MAX_PERIODS + 1), Decimal(1)), "periods"),
        (time_of_use(period("00:30", "04:30", "2000000")), "periods.0.rate"),
        (time_of_use(period("00:30", "04:30", "1", ())), "periods.0.weekdays"),
        (time_of_use(period("00:30", "04:30", "1", ("monday",))), "periods.0.weekdays"),
        (time_of_use(period("00:30", "04:30", "1"), period("04:00", "05:00", "1", ("tue",))), "periods.1"),
        (time_of_use(period("22:00", "02:00", "1", ("mon",)), period("01:00", "03:00", "1", ("tue",))), "periods.1"),
        (time_of_use(period("00:30", "01:00", "1", ("mon",)), period("23:00", "02:00", "1", ("sun",))), "periods.1"),
        (dynamic(("2026-11-21T00:30", "2026-11-21T00:30", "1")), "rates.0.valid_to"),
        (dynamic(("2026-11-21T00:30", "2026-11-21T01:00", "NaN")), "rates.0.rate"),
        (dynamic(("2026-11-21T00:15", "2026-11-21T01:00", "1"), HALF_HOUR), "rates.0.valid_from"),
        (Dynamic((rate(*HALF_HOUR),) * (MAX_RATES + 1)), "rates"),
    ],
)
def test_what_cannot_be_right_is_named_by_its_field(pricing: Pricing, field: str):
    found = problems(pricing)

    assert list(found) == [field]
    assert all(message.endswith(".") for message in found[field])


def test_every_problem_is_reported_at_once():
    rates = dynamic(HALF_HOUR, HALF_HOUR, ("2026-11-21T02:00", "2026-11-21T01:00", "NaN")).rates

    assert set(rates_problems(rates)) == {"rates.1.valid_from", "rates.2.valid_to", "rates.2.rate"}
