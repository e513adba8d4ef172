"""History to take away: a session with the names of what it happened at, and the sums of many of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from homecharge.domain.money import Money, rounded
from homecharge.domain.session_state import Status
from homecharge.domain.session_view import SessionView
from homecharge.domain.times import local_date


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """A session as a row that explains itself without any other."""

    view: SessionView
    location: str
    charger: str

    def local(self, at: datetime | None) -> datetime | None:
        """An instant on the location's wall clock."""
        return None if at is None else at.astimezone(ZoneInfo(self.view.time_zone))

    @property
    def month(self) -> str:
        """The month of the location's calendar that it counts for, `2026-11`."""
        return f"{local_date(self.view.session.at, ZoneInfo(self.view.time_zone)):%Y-%m}"


@dataclass(slots=True)
class Sum:
    """What sessions come to. Costs by currency; `uncosted_wh` has no price."""

    sessions: int = 0
    charged: int = 0
    energy_wh: int = 0
    uncosted_wh: int = 0
    exact_costs: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    rejections: Counter[str] = field(default_factory=Counter)

    def add(self, view: SessionView) -> None:
        """Count a session, one that still charges with what it has cost so far."""
        session = view.session
        self.sessions += 1
        self.charged += session.status is not Status.REJECTED
        self.energy_wh += session.energy_wh
        self.uncosted_wh += view.uncosted_wh if view.exact_cost is not None else session.energy_wh
        if view.exact_cost is not None:
            self.exact_costs[view.cost_currency] += view.exact_cost
        if view.rejection is not None:
            self.rejections[view.rejection.title] += 1

    @property
    def costs(self) -> tuple[Money, ...]:
        """Rounded once, by currency."""
        return tuple(rounded(amount, currency) for currency, amount in sorted(self.exact_costs.items()))


@dataclass(frozen=True, slots=True)
class Sums:
    """Of all rows, and of each month, oldest first."""

    whole: Sum
    months: Mapping[str, Sum]


def sums_of(rows: Iterable[DownloadRow]) -> Sums:
    """The sums of rows in any order."""
    whole, months = Sum(), defaultdict[str, Sum](Sum)
    for row in rows:
        whole.add(row.view)
        months[row.month].add(row.view)
    return Sums(whole, dict(sorted(months.items())))
