"""Which rows of History somebody asks for, and which of them they may see."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is asked for; an empty tuple asks for any. `since <= at < until`. Planned sessions only where named."""

    charger_ids: tuple[str, ...] = ()
    location_ids: tuple[str, ...] = ()
    schedule_ids: tuple[str, ...] = ()
    occurrence_ids: tuple[str, ...] = ()
    driver_ids: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    reasons: tuple[Code, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A location whose sessions may be seen: everyone's, or only those of one driver."""

    location_id: str
    driver_id: str | None = None
