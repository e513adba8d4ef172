"""What energy costs, and when: the values that tariffs make, and that plans and costs are reckoned with."""

from dataclasses import dataclass
from decimal import Decimal

from homecharge.domain.times import Interval


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of energy in an interval: exact, per kWh, tax included, in the location's currency; may be negative.

    `is_estimated`: not published yet; taken from the same local time of the latest known day, for planning only.
    """

    interval: Interval
    per_kwh: Decimal
    is_estimated: bool = False
