"""Joining codes: how somebody becomes a member of a home, and until when."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.access import Action, MemberRole
from homecharge.domain.references import find_spelled, spelled

CODE_BITS = 45
"""Of a thousand open codes, a guess a second for a year finds one with a chance of one in a thousand."""
MOST_USES = 20
INVITED = (MemberRole.USER, MemberRole.ADMIN)
"""The roles that a code can give; a home is handed over by its owner alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCode:
    """A code that makes people members, `uses` of them at most. `code` is kept as it is, because it is shown again."""

    id: str
    location_id: str
    code: str
    role: MemberRole
    uses: int
    used: int
    expires_at: datetime
    revoked_at: datetime | None
    created_by: str
    created_at: datetime

    def is_open(self, *, now: datetime) -> bool:
        """Whether somebody can still join with it."""
        return self.revoked_at is None and self.used < self.uses and now < self.expires_at


def join_code(number: int) -> str:
    """`K7Q29-MXP4T` from 45 random bits; the last character is the check."""
    return spelled(number, bits=CODE_BITS)


def find_join_code(text: str) -> str | None:
    """The code in what somebody typed, None where it cannot be one: its check is wrong."""
    return find_spelled(text, bits=CODE_BITS)


def inviting(role: MemberRole) -> Action:
    """What one must be allowed to do, to let people in with this role."""
    return Action.EDIT_ADMINS if role is MemberRole.ADMIN else Action.EDIT_JOIN_CODES
