"""The outbox as its readers see it: what is news for somebody, and what has had its time."""

from collections.abc import Collection
from typing import cast

from sqlalchemy import ColumnElement, Table, func, or_, select

from homecharge.domain.events import Event, EventKind, Position
from homecharge.ports.units import Db
from homecharge.storage.models import EventRow

EVENTS = cast("Table", EventRow.__table__)
_C = EVENTS.c


def list_event_ids(
    db: Db, position: Position, *, account_id: str, location_ids: Collection[str], after: str
) -> list[str]:
    """The events that are news at a position, for a person with these homes, and lie after a bound."""
    news = _news(position, account_id, location_ids)
    return list(db.scalars(select(_C.id).where(*news, _C.id > after)))


def list_changes(
    db: Db, position: Position, *, account_id: str, location_ids: Collection[str], limit: int
) -> list[Event]:
    """What has changed since a position, once each with its last event, in the order of these."""
    last = func.max(_C.id).label("id")
    query = (
        select(last, _C.kind, _C.resource_id)
        .where(*_news(position, account_id, location_ids))
        .group_by(_C.kind, _C.resource_id)
        .order_by(last)
        .limit(limit)
    )
    return [Event(id=row.id, kind=EventKind(row.kind), resource_id=row.resource_id) for row in db.execute(query)]


def list_touched(db: Db, *, after: str) -> tuple[list[str], list[str]]:
    """The locations and the people of whom there are events after a bound."""
    located = select(_C.location_id).distinct().where(_C.id > after, _C.location_id.is_not(None))
    personal = select(_C.account_id).distinct().where(_C.id > after, _C.account_id.is_not(None))
    return list(db.scalars(located)), list(db.scalars(personal))


def _news(position: Position, account_id: str, location_ids: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    is_for_them = or_(_C.location_id.in_(location_ids), _C.account_id == account_id)
    return is_for_them, _C.id > position.floor, _C.id.not_in(position.told)
