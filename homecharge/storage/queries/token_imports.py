"""Many roaming tokens at once: the known ones are changed where they differ, the others are new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Table,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)

from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.ports.units import Db
from homecharge.storage.bulk import Bulk
from homecharge.storage.models import ReimbursedCard, RoamingToken
from homecharge.storage.queries.reimbursed import KEYS
from homecharge.storage.types import UtcDateTime

BATCH = 5_000
"""Rows in one statement: a few megabytes of JSON."""
_TOKENS = cast("Table", RoamingToken.__table__)
_T, _R = _TOKENS.c, ReimbursedCard
_UNLESS_SAID = {"type": TokenType.RFID.value, "is_valid": True, "whitelist": Whitelist.ALLOWED.value}
"""Of a token that is new."""
_TOLD = (
    *_UNLESS_SAID,
    *("contract_id", "contract_key", "provider_id", "expires_at"),
    *("organisation_unit", "organisation_key"),
)
_GIVEN = ("id", "uid", "uid_key", *_TOLD)
_COLUMNS = {name: _T[name].type for name in _GIVEN} | {"at": UtcDateTime()}


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of rows: how many are new, how many differed from what was there.

    `paid_at` are the locations that pay back any of them, as they were or as they are.
    """

    added: int
    changed: int
    paid_at: frozenset[str]


def _new(rows: FromClause) -> dict[str, ColumnElement[Any]]:
    return {name: func.coalesce(rows.c[name], _T[name]) for name in _TOLD}


def _differs(rows: FromClause) -> ColumnElement[bool]:
    return or_(*(_T[name].is_distinct_from(value) for name, value in _new(rows).items()))


def _change(rows: FromClause) -> Executable:
    told = {**_new(rows), "revision": _T.revision + 1, "updated_at": rows.c.at}
    return update(_TOKENS).where(_T.uid_key == rows.c.uid_key, _differs(rows)).values(told)


def _add(rows: FromClause) -> Executable:
    known = exists().where(_T.uid_key == rows.c.uid_key)
    columns = [
        func.coalesce(rows.c[name], _UNLESS_SAID[name]) if name in _UNLESS_SAID else rows.c[name] for name in _GIVEN
    ]
    found = select(*columns, literal(1), rows.c.at, rows.c.at).where(~known)
    adding = insert(_TOKENS).from_select([*_GIVEN, "revision", "created_at", "updated_at"], found)
    return adding.execution_options(preserve_rowcount=True)  # psycopg's is not kept for an INSERT otherwise


def _find_paying(rows: FromClause) -> Executable:
    """Looked for before they are written: it is known then what they were named by until now, too."""
    keys = [(by, table.c[column.name]) for table in (rows, _TOKENS) for by, column in KEYS.items()]
    written = rows.outerjoin(_TOKENS, _T.uid_key == rows.c.uid_key)
    changing = select(*(key.label(f"key_{number}") for number, (_, key) in enumerate(keys)))
    found = changing.select_from(written).where(_differs(rows)).cte("changing")
    named = enumerate(by for by, _ in keys)
    return union(*(select(_R.location_id).where(_R.linked_by == by, _R.key == found.c[f"key_{n}"]) for n, by in named))


_CHANGE, _ADD, _FIND_PAYING = Bulk(_COLUMNS, _change), Bulk(_COLUMNS, _add), Bulk(_COLUMNS, _find_paying)


def merge_tokens(db: Db, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Merged]]:
    """Write rows with `id`, `at` and a token's columns, batch by batch: how many rows it had, and what became of them.

    No two have the same `uid_key`. What a row does not say, of a token that is known, stays as it is.
    """
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        paid_at = frozenset(row.location_id for row in _FIND_PAYING.fetch(db, batch))
        changed = _CHANGE.execute(db, batch)
        yield len(batch), Merged(_ADD.execute(db, batch), changed, paid_at)
