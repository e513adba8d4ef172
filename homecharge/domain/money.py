"""Money: exact while it is reckoned with, rounded once, to the currency's minor unit, when it is shown (ISO 4217)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""Where they are not 2: the column *Minor unit* of ISO 4217, List One."""
_BY_CURRENCY = {currency: decimals for decimals, currencies in _DECIMALS.items() for currency in currencies.split()}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as people are shown it."""

    amount: Decimal
    currency: str


def decimals_of(currency: str) -> int:
    """How many decimals an amount of this currency is shown with."""
    return _BY_CURRENCY.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Money:
    """An exact amount rounded for showing; half a minor unit counts as a whole one."""
    shown = amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_UP)
    return Money(shown if shown else abs(shown), currency)


def exact(amount: Decimal) -> str:
    """An exact decimal string, never in powers of ten."""
    return format(amount, "f")
