"""Where somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One log-in (token family). `last_used_at` is when its tokens were last renewed: exact to 15 minutes."""

    id: str
    name: str | None
    created_at: datetime
    last_used_at: datetime
    is_current: bool
