"""A home as one of its members sees it."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.access import Action, MemberRole, permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A location, and the role of the member who looks at it. `revision` counts changes of what may be edited."""

    id: str
    name: str
    country: str
    time_zone: str
    currency: str
    my_role: MemberRole
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def permissions(self) -> tuple[Action, ...]:
        """What this member may do here."""
        return permissions(self.my_role)
