"""What is held about a person, section by section, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, Column, Table, exists, literal, select, tuple_

from homecharge.domain.personal_data import SECTIONS
from homecharge.ports.units import Db
from homecharge.storage.models import Base, ChargingSession
from homecharge.storage.queries.personal_data import TABLES, Holding
from homecharge.storage.types import UtcDateTime

SESSIONS_AT_ONCE = 5
"""Whose rows are read at once: a session has up to some thousand readings."""
Key = Sequence[str]
"""After which row, or session, a page starts, as text."""


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of a section by their fields; `next` is where its next page starts, None on the last."""

    rows: list[dict[str, Any]]
    next: Key | None


_NAMES: Mapping[str, str] = MappingProxyType(
    {holding.section: name for name, holding in TABLES.items() if holding.section is not None}
)


def fetch_held(db: Db, section: str, account_id: str, *, after: Key | None, limit: int) -> Held:
    """A page of a section, of which there is a table. Raises ValueError for a key that is none of it."""
    table, holding = Base.metadata.tables[_NAMES[section]], TABLES[_NAMES[section]]
    if holding.is_by_session:
        return _of_sessions(db, section, table, account_id, after=after)
    return _of_person(db, section, table, holding, account_id, after=after, limit=limit)


def _of_person(
    db: Db, section: str, table: Table, holding: Holding, account_id: str, *, after: Key | None, limit: int
) -> Held:
    if holding.whose is None:
        raise ValueError(section)
    key = list(table.primary_key.columns)
    names = list(SECTIONS[section].fields)
    query = select(table).where(holding.whose(account_id)).order_by(*key).limit(limit + 1)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*(_position(*each) for each in zip(key, after, strict=True))))
    found = db.execute(query).mappings().all()
    last = found[limit - 1] if len(found) > limit else None
    rows = [{name: row[name] for name in names} for row in found[:limit]]
    return Held(rows, None if last is None else [_text(last[each.name]) for each in key])


def _of_sessions(db: Db, section: str, table: Table, account_id: str, *, after: Key | None) -> Held:
    """The rows of the next sessions that have any, whole: none of these tables is read but by its session."""
    s = ChargingSession
    has_rows = exists().where(table.c.session_id == s.id)
    theirs = select(s.id).where(s.driver_id == account_id, has_rows).order_by(s.id).limit(SESSIONS_AT_ONCE)
    if after is not None:
        (last,) = after
        theirs = theirs.where(s.id > last)
    ids = list(db.scalars(theirs))
    rows = (
        select(*(table.c[name] for name in SECTIONS[section].fields))
        .where(table.c.session_id.in_(ids))
        .order_by(table.c.session_id, *table.primary_key.columns)
    )
    is_more = len(ids) == SESSIONS_AT_ONCE
    return Held([dict(row) for row in db.execute(rows).mappings()], [ids[-1]] if is_more else None)


def _text(value: Any) -> str:  # noqa: ANN401 - any part of a primary key
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _position(column: Column[Any], text: str) -> BindParameter[Any]:
    if not isinstance(column.type, UtcDateTime):
        return literal(column.type.python_type(text), column.type)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        msg = "not an instant"
        raise ValueError(msg)
    return literal(instant, column.type)
