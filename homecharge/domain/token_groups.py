"""Local token groups: cards that some locations and chargers take by themselves, whoever issued them."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.revisions import digest_of

MOST_TOKENS = 10_000
"""In one group: what a charger keeps for the time without a line is far less, and a page costs the same."""
MOST_PLACES = 1_000
"""Locations, and chargers besides, that one group covers."""
MOST_SHOWN = 100
"""Tokens that come with their group, the oldest; all of them are a list of their own."""


@dataclass(frozen=True, slots=True)
class NewGroupToken:
    """An entry that is to be made."""

    uid: str
    name: str
    is_valid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupToken:
    """An entry of a group; `driver_id` is the member whose card it is, in a home's own group."""

    id: str
    group_id: str
    uid: str
    name: str
    is_valid: bool
    driver_id: str | None
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGroup:
    """A group, what it covers and its oldest tokens.

    `home_id` is the location whose own cards these are; None: operators keep it.
    """

    id: str
    name: str
    home_id: str | None
    allow_concurrent: bool
    location_ids: tuple[str, ...]
    charger_ids: tuple[str, ...]
    tokens: tuple[GroupToken, ...]
    token_count: int
    created_at: datetime
    updated_at: datetime

    @property
    def revision(self) -> int:
        """Of all that is shown: its tokens are edited one by one."""
        return digest_of(self)
