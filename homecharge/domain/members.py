"""Who belongs to a home, as its members see each other."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homecharge.domain.access import Action, MemberRole

MOST_MEMBERS = 50
"""Of one home: many times what a household has."""


class Departure(StrEnum):
    """How somebody stops being a member; the values say in evidence why their charges ended."""

    LEFT = "member_left"
    REMOVED = "member_removed"
    ACCOUNT_DELETED = "account_deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person's place in a home. `revision` counts changes of the role."""

    location_id: str
    driver_id: str
    name: str
    role: MemberRole
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipView(Membership):
    """As a member who looks at it sees it: `is_me`, it is their own."""

    is_me: bool


def removing(role: MemberRole) -> Action:
    """What one must be allowed to do, to take somebody with this role out of a home."""
    return Action.EDIT_MEMBERS if role is MemberRole.USER else Action.EDIT_ADMINS
