"""Many rows in one statement: they travel as one JSON parameter, which the database takes apart.

An `executemany` costs this process several times as much, and hands the interpreter lock over with every row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from sqlalchemy import (
    JSON,
    CursorResult,
    Executable,
    FromClause,
    Row,
    Table,
    Text,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.types import TypeEngine

from homecharge.ports.units import Db

_ROWS = "rows"
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


class Bulk:
    """A statement over rows that have these columns. `build` makes it of the rows as something to select from."""

    def __init__(self, columns: Mapping[str, TypeEngine[Any]], build: Callable[[FromClause], Executable]) -> None:
        self._statements = {"sqlite": build(_sqlite(columns)), "postgresql": build(_postgresql(columns))}

    def execute(self, db: Db, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write; how many rows it touched. Raises TypeError, of a ValueError, for a naive datetime."""
        return self._run(db, rows).rowcount if rows else 0

    def fetch(self, db: Db, rows: Sequence[Mapping[str, Any]]) -> Sequence[Row[*tuple[Any, ...]]]:
        """Read."""
        return self._run(db, rows).all() if rows else ()

    def _run(self, db: Db, rows: Sequence[Mapping[str, Any]]) -> CursorResult[*tuple[Any, ...]]:
        dialect = db.dialect.name
        packed = orjson.dumps(rows, default=_PACKED[dialect], option=_OPTIONS).decode()
        return db.execute(self._statements[dialect], {_ROWS: packed})


def inserting(model: type[Any]) -> Bulk:
    """Whole rows of a table."""
    table = cast("Table", model.__table__)
    columns = {each.name: each.type for each in table.columns}
    return Bulk(columns, lambda rows: insert(table).from_select(list(columns), select(*_all(rows, columns))))


def _all(rows: FromClause, names: Iterable[str]) -> list[Any]:
    return [rows.c[name] for name in names]


def _sqlite(columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    each = func.json_each(bindparam(_ROWS)).table_valued("value", name="each")
    members = [
        type_coerce(each.c.value.op("->>")(literal_column(f"'$.{name}'")), type_).label(name)
        for name, type_ in columns.items()
    ]
    return select(*members).subquery(_ROWS)


def _postgresql(columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    members = [column(name, type_) for name, type_ in columns.items()]
    records = func.json_to_recordset(sql_cast(bindparam(_ROWS, type_=Text()), JSON))
    return records.table_valued(*members, name=_ROWS).render_derived(with_types=True)


def _pack_for_sqlite(value: object) -> str:
    """As SQLAlchemy stores instants there, which sort as text."""
    return _instant(value).isoformat(" ", "microseconds")[: -len("+00:00")]


def _pack_for_postgresql(value: object) -> str:
    return _instant(value).isoformat()


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime cannot be stored: {value!r}")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


_PACKED = {"sqlite": _pack_for_sqlite, "postgresql": _pack_for_postgresql}
