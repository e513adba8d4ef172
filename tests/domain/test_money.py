"""Money: exact inside, rounded once when it is shown."""

from decimal import Decimal

import pytest

from homecharge.domain.money import Money, decimals_of, exact, rounded


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("GBP", 2), ("JPY", 0), ("KWD", 3), ("UYW", 4)])
def test_a_currency_is_shown_in_its_minor_unit(currency: str, decimals: int):
    assert decimals_of(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("5", "EUR", "5.00"),
        ("0.8633", "EUR", "0.86"),
        ("0.125", "EUR", "0.13"),
        ("-0.125", "EUR", "-0.13"),
        ("-0.001", "EUR", "0.00"),
        ("151.5", "JPY", "152"),
        ("1.2345", "KWD", "1.235"),
    ],
)
def test_an_amount_is_rounded_once_with_halves_away_from_zero(amount: str, currency: str, shown: str):
    money = rounded(Decimal(amount), currency)

    assert (money, str(money.amount)) == (Money(Decimal(shown), currency), shown)


def test_an_exact_amount_is_never_written_in_powers_of_ten():
    assert exact(Decimal("1E-8")) == "0.00000001"
    assert exact(Decimal("0.2450")) == "0.2450"
