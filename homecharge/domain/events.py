"""Events: what tells listeners that something changed, and where in their order a listener stands."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

KEPT = timedelta(hours=24)
"""How far back a listener may resume."""
OVERLAP = timedelta(seconds=10)
"""An id is made shortly before the commit that shows its event: whoever asks looks so far back again (design.md §9)."""
_UUID7 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LATEST_MS = 253_402_300_799_000


class EventKind(StrEnum):
    """What an event tells; the values are its names on the wire and public contract."""

    SESSION_CHANGED = "session.changed"
    CHARGER_CHANGED = "charger.changed"
    OCCURRENCE_CHANGED = "occurrence.changed"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something has changed: of which kind, and which one. What it is now is read when it is told."""

    id: str
    kind: EventKind
    resource_id: str


def find_instant(event_id: str) -> datetime | None:
    """When an id was made (RFC 9562 §5.7), to the millisecond; None for what is no id of ours."""
    if _UUID7.fullmatch(event_id) is None:
        return None
    milliseconds = int(event_id[:8] + event_id[9:13], 16)
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds <= _LATEST_MS else None


def first_id(at: datetime) -> str:
    """A bound: ids made at this instant or later are greater, earlier ones less."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a listener stands: whatever is after `floor` is news, save the events of `told`."""

    floor: str
    told: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return json.dumps([self.floor, sorted(self.told)])

    def moved(self, told: Collection[str], *, upto: str, horizon: str) -> "Position":
        """The position once everything up to the event `upto` is told, `told` being those of it after `horizon`.

        Before the horizon no event can appear any more; after it one may, and come before others that are told.
        """
        floor = max(self.floor, min(upto, horizon))
        return Position(floor, frozenset(each for each in self.told.union(told) if each > floor))


def parse_position(text: str) -> Position | None:
    """What `str` wrote of a position, None for anything else."""
    try:
        floor, told = json.loads(text)
        return Position(str(floor), frozenset(map(str, told)))
    except (ValueError, TypeError):
        return None


def resume(last_event_id: str, *, now: datetime) -> Position | None:
    """Where somebody goes on who was told of this event last; None where that is too long ago, or no id of ours."""
    at = find_instant(last_event_id)
    if at is None or at < now - KEPT:
        return None
    return Position(first_id(min(at, now) - OVERLAP))
