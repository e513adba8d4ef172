"""The audit log: who did what to whose things."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """What it was done to: "charger", "command", "provider", "account", … and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed, its secrets masked. `actor_id` None is the system; `actor_name` None, an account that is gone."""

    id: str
    at: datetime
    actor_id: str | None
    actor_name: str | None
    action: str
    target: Target
    charger_id: str | None
    location_id: str | None
    detail: dict[str, Any]
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """Which entries; `since <= at < until`."""

    charger_id: str | None = None
    actor_id: str | None = None
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
