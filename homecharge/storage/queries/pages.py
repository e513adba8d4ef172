"""Keyset pages: the same cost at row ten and at row ten million, given an index that ends in `(at, id)`."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, String, literal, select, tuple_, union_all

from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.types import UtcDateTime

T = TypeVar("T")
OneOf = tuple[ColumnElement[Any], Sequence[Any]]
"""A column and the values, some dozens at most, of which it has one."""


def fetch_page(
    db: Db,
    rows: Select[Any],
    keyset: Keyset,
    value_of: Callable[[Row[Any]], T],
    *,
    at: ColumnElement[datetime],
    id: ColumnElement[str],  # noqa: A002 - the column's own name
    oldest_first: bool = False,
    one_of: OneOf | None = None,
) -> Page[T]:
    """One page of `rows`, newest first unless told otherwise; `at` and `id` must be among the selected columns.

    `one_of` narrows it to rows with one of some values, found as the page of each from an index `(column, at, id)`.
    """
    if keyset.after is not None:
        position = tuple_(literal(keyset.after[0], UtcDateTime()), literal(keyset.after[1], String()))
        key = tuple_(at, id)
        rows = rows.where(key > position if oldest_first else key < position)
    order = (at.asc(), id.asc()) if oldest_first else (at.desc(), id.desc())
    most = keyset.limit + 1
    if one_of is not None:
        column, values = one_of
        pages = [rows.where(column == value).order_by(*order).limit(most) for value in values]
        rows = pages[0] if len(pages) == 1 else rows.where(id.in_(_ids_of(pages, id)))
    found = db.execute(rows.order_by(None).order_by(*order).limit(most)).all()
    shown = found[: keyset.limit]
    is_more = len(found) > keyset.limit
    last = shown[-1]._mapping if is_more else None  # noqa: SLF001 - SQLAlchemy's public name for it
    return Page(items=[value_of(row) for row in shown], next=None if last is None else (last[at], last[id]))


def _ids_of(pages: Sequence[Select[Any]], id: ColumnElement[str]) -> Select[Any]:  # noqa: A002 - as above
    keys = (page.with_only_columns(id.label("id"), maintain_column_froms=True).subquery() for page in pages)
    return select(union_all(*(select(each.c.id) for each in keys)).subquery().c.id)
