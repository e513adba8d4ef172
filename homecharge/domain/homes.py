"""A home as one of its members sees it."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.access import Action, MemberRole, permissions
from homecharge.domain.tariff_specs import TariffInBrief

SURPLUS_W = (0, 1_000_000)


@dataclass(frozen=True, slots=True)
class Surplus:
    """The power that a home had left over at an instant: what its cars are charged with is not deducted from it."""

    power_w: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A location, and the role of the member who looks at it. `revision` counts changes of what may be edited.

    `tariff` is what it pays by at present, where that was asked for; `surplus` the newest that its meter has told.
    """

    id: str
    name: str
    country: str
    time_zone: str
    currency: str
    my_role: MemberRole
    revision: int
    created_at: datetime
    updated_at: datetime
    tariff: TariffInBrief | None = None
    surplus: Surplus | None = None

    @property
    def permissions(self) -> tuple[Action, ...]:
        """What this member may do here."""
        return permissions(self.my_role)
