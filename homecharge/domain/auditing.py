"""The audit log: who did what to whose things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LOOKED = "support.looked_at"
"""The action of a look."""
LIST = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """What it was done to: "charger", "command", "provider", "account", … and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Look:
    """What an agent was shown: one thing, or a list of a kind of things, whose `id` is then LIST.

    `detail` is plain JSON: what a list was narrowed to, or what was found.
    """

    kind: str
    id: str = LIST
    charger_id: str | None = None
    location_id: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


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
    target_id: str | None = None
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
