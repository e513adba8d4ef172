"""Keyset pages: the same cost at row ten and at row ten million, given an index that ends in `(at, id)`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, String, literal, tuple_

from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.types import UtcDateTime

T = TypeVar("T")


def fetch_page(
    db: Db,
    rows: Select[Any],
    keyset: Keyset,
    value_of: Callable[[Row[Any]], T],
    *,
    at: ColumnElement[datetime],
    id: ColumnElement[str],  # noqa: A002 - the column's own name
    oldest_first: bool = False,
) -> Page[T]:
    """One page of `rows`, newest first unless told otherwise; `at` and `id` must be among the selected columns."""
    if keyset.after is not None:
        position = tuple_(literal(keyset.after[0], UtcDateTime()), literal(keyset.after[1], String()))
        key = tuple_(at, id)
        rows = rows.where(key > position if oldest_first else key < position)
    order = (at.asc(), id.asc()) if oldest_first else (at.desc(), id.desc())
    found = db.execute(rows.order_by(*order).limit(keyset.limit + 1)).all()
    shown = found[: keyset.limit]
    is_more = len(found) > keyset.limit
    last = shown[-1]._mapping if is_more else None  # noqa: SLF001 - SQLAlchemy's public name for it
    return Page(items=[value_of(row) for row in shown], next=None if last is None else (last[at], last[id]))
