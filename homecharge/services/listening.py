"""What listeners are told of: the events since they were told last, of the homes they belong to now."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.events import OVERLAP, Event, Position, find_instant, first_id, resume
from homecharge.ports.units import Db
from homecharge.storage.outbox import account_topic, location_topic
from homecharge.storage.queries.events import list_changes, list_event_ids, list_touched
from homecharge.storage.queries.history import list_scopes
from homecharge.storage.types import new_id

PAGE = 50
"""So many changes are told at a time; whoever has more to hear asks again at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is to be told now, and from where to go on. `id` is one to resume from where nothing is told.

    `topics` ring when there may be more; `has_more`: there is. `is_reset`: what happened meanwhile is not known any
    more, so the listener is to look at everything anew.
    """

    id: str
    changes: tuple[Event, ...]
    position: Position
    topics: tuple[str, ...]
    has_more: bool = False
    is_reset: bool = False


def begin_listening(db: Db, last_event_id: str | None, *, caller: Caller) -> News:
    """From this event on, else from now on; too old or unknown an event makes it a reset."""
    id_, now = _now()
    position = None if last_event_id is None else resume(last_event_id, now=now)
    if position is not None:
        return read_news(db, position, caller=caller)
    location_ids = _homes(db, caller)
    floor = Position(first_id(now - OVERLAP))
    past = list_event_ids(db, floor, account_id=caller.account_id, location_ids=location_ids, after=floor.floor)
    position = Position(floor.floor, frozenset(past))
    return News(
        id=id_,
        changes=(),
        position=position,
        topics=_topics(caller, location_ids),
        is_reset=last_event_id is not None,
    )


def read_news(db: Db, position: Position, *, caller: Caller) -> News:
    """What has changed since; each thing once."""
    id_, now = _now()
    location_ids = _homes(db, caller)
    horizon = first_id(now - OVERLAP)
    # The ids come first: what appears between the two questions is told, and told again; never taken for told.
    recent = list_event_ids(db, position, account_id=caller.account_id, location_ids=location_ids, after=horizon)
    found = list_changes(db, position, account_id=caller.account_id, location_ids=location_ids, limit=PAGE + 1)
    changes, has_more = found[:PAGE], len(found) > PAGE
    upto = changes[-1].id if has_more else id_
    return News(
        id=id_,
        changes=tuple(changes),
        position=position.moved([each for each in recent if each <= upto], upto=upto, horizon=horizon),
        topics=_topics(caller, location_ids),
        has_more=has_more,
    )


def list_topics(db: Db, *, since: datetime) -> set[str]:
    """What has rung since then, or was to ring: the topics of everything that has changed."""
    location_ids, account_ids = list_touched(db, after=first_id(since))
    return {*map(location_topic, location_ids), *map(account_topic, account_ids)}


def _homes(db: Db, caller: Caller) -> list[str]:
    return [location_id for location_id, _ in list_scopes(db, caller.account_id)]


def _topics(caller: Caller, location_ids: list[str]) -> tuple[str, ...]:
    return (account_topic(caller.account_id), *sorted(map(location_topic, location_ids)))


def _now() -> tuple[str, datetime]:
    """An id, and when it was made: by the clock that the ids of events go by."""
    id_ = new_id()
    at = find_instant(id_)
    assert at is not None  # noqa: S101 - ids are made of it
    return id_, at
