"""Many roaming tokens at once: the known ones are changed where they differ, the others are new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Executable, FromClause, Table, exists, func, insert, literal, or_, select, update

from homecharge.domain.id_tokens import TokenType, Whitelist
from homecharge.ports.units import Db
from homecharge.storage.bulk import Bulk
from homecharge.storage.models import RoamingToken
from homecharge.storage.types import UtcDateTime

BATCH = 5_000
"""Rows in one statement: a few megabytes of JSON."""
_TOKENS = cast("Table", RoamingToken.__table__)
_T = _TOKENS.c
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
    """What became of rows: how many are new, how many differed from what was there."""

    added: int
    changed: int


def _new(rows: FromClause) -> dict[str, ColumnElement[Any]]:
    return {name: func.coalesce(rows.c[name], _T[name]) for name in _TOLD}


def _change(rows: FromClause) -> Executable:
    new = _new(rows)
    differs = or_(*(_T[name].is_distinct_from(value) for name, value in new.items()))
    told = {**new, "revision": _T.revision + 1, "updated_at": rows.c.at}
    return update(_TOKENS).where(_T.uid_key == rows.c.uid_key, differs).values(told)


def _add(rows: FromClause) -> Executable:
    known = exists().where(_T.uid_key == rows.c.uid_key)
    columns = [
        func.coalesce(rows.c[name], _UNLESS_SAID[name]) if name in _UNLESS_SAID else rows.c[name] for name in _GIVEN
    ]
    found = select(*columns, literal(1), rows.c.at, rows.c.at).where(~known)
    adding = insert(_TOKENS).from_select([*_GIVEN, "revision", "created_at", "updated_at"], found)
    return adding.execution_options(preserve_rowcount=True)  # psycopg's is not kept for an INSERT otherwise


_CHANGE, _ADD = Bulk(_COLUMNS, _change), Bulk(_COLUMNS, _add)


def merge_tokens(db: Db, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Merged]]:
    """Write rows with `id`, `at` and a token's columns, batch by batch: how many rows it had, and what became of them.

    No two have the same `uid_key`. What a row does not say, of a token that is known, stays as it is.
    """
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        changed = _CHANGE.execute(db, batch)
        yield len(batch), Merged(_ADD.execute(db, batch), changed)
