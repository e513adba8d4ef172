"""Pages of History: the keys of a page per location and value of the narrowest filter, each from its index, merged."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, String, literal, select, tuple_, union_all

from homecharge.domain.access import MemberRole
from homecharge.domain.history import Filters, Scope
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_state import Session, Status
from homecharge.ports.units import Db
from homecharge.storage.models import Member
from homecharge.storage.queries.sessions import COLUMNS, TABLE, session_of
from homecharge.storage.types import UtcDateTime

BRANCHES = 100
"""How many pages one statement reads; SQLite takes at most 500."""
_NARROWEST_FIRST = (
    ("occurrence_ids", TABLE.c.occurrence_id),
    ("schedule_ids", TABLE.c.schedule_id),
    ("reasons", TABLE.c.reason),
    ("driver_ids", TABLE.c.driver_id),
    ("charger_ids", TABLE.c.charger_id),
    ("kinds", TABLE.c.kind),
    ("statuses", TABLE.c.status),
)


def fetch_history(db: Db, scopes: Sequence[Scope], filters: Filters, keyset: Keyset) -> Page[Session]:
    """Sessions in the scopes that pass the filters, newest first by `(at, id)`."""
    branches = list(history_branches(scopes, filters, keyset))
    batches = [branches[first : first + BRANCHES] for first in range(0, len(branches), BRANCHES)]
    newest_first = heapq.merge(
        *(_fetch(db, batch, keyset.limit + 1) for batch in batches),
        key=lambda session: (session.at, session.id),
        reverse=True,
    )
    found = list(islice(newest_first, keyset.limit + 1))
    shown = found[: keyset.limit]
    return Page(items=shown, next=(shown[-1].at, shown[-1].id) if len(found) > keyset.limit else None)


def list_scopes(db: Db, account_id: str) -> list[tuple[str, MemberRole]]:
    """The locations a person belongs to, with the role; a deleted one's History stays with its members."""
    rows = db.execute(select(Member.location_id, Member.role).where(Member.account_id == account_id))
    return [(row.location_id, MemberRole(row.role)) for row in rows]


def find_role(db: Db, account_id: str, location_id: str) -> MemberRole | None:
    """A person's role at a location, None for a stranger."""
    query = select(Member.role).where(Member.account_id == account_id, Member.location_id == location_id)
    role = db.scalar(query)
    return None if role is None else MemberRole(role)


def find_by_reference(db: Db, reference: str) -> Session | None:
    """By the reference in its canonical spelling, None if there is none."""
    row = db.execute(select(*COLUMNS).where(TABLE.c.reference == reference)).one_or_none()
    return None if row is None else session_of(row)


def history_branches(scopes: Sequence[Scope], filters: Filters, keyset: Keyset) -> Iterator[Select[Any]]:
    """The keys of each location's and value's page; each of them reads an index `(location_id, filter, at, id)`."""
    wanted = [scope for scope in scopes if not filters.location_ids or scope.location_id in filters.location_ids]
    column, values = _narrowest(filters)
    others = _conditions(filters, keyset, besides=column)
    for scope in wanted:
        here = [TABLE.c.location_id == scope.location_id, *others]
        if scope.driver_id is not None:
            here.append(TABLE.c.driver_id == scope.driver_id)
        for value in values:
            exact = [] if column is None else [column == value]
            page = select(TABLE.c.id, TABLE.c.at).where(*here, *exact)
            yield page.order_by(TABLE.c.at.desc(), TABLE.c.id.desc()).limit(keyset.limit + 1)


def _fetch(db: Db, branches: Sequence[Select[Any]], limit: int) -> list[Session]:
    pages = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    merged = select(pages.c.id).order_by(pages.c.at.desc(), pages.c.id.desc()).limit(limit).subquery()
    query = select(*COLUMNS).join(merged, merged.c.id == TABLE.c.id).order_by(TABLE.c.at.desc(), TABLE.c.id.desc())
    return [session_of(row) for row in db.execute(query)]


def _narrowest(filters: Filters) -> tuple[ColumnElement[Any] | None, Sequence[Any]]:
    for name, column in _NARROWEST_FIRST:
        if values := getattr(filters, name):
            return column, values
    return None, (None,)


def _conditions(filters: Filters, keyset: Keyset, *, besides: ColumnElement[Any] | None) -> list[ColumnElement[bool]]:
    c = TABLE.c
    conditions: list[ColumnElement[bool]] = [
        column.in_(values)
        for name, column in _NARROWEST_FIRST
        if column is not besides and (values := getattr(filters, name))
    ]
    if not filters.statuses:
        conditions.append(c.status != Status.PLANNED)
    if filters.since is not None:
        conditions.append(c.at >= filters.since)
    if filters.updated_since is not None:
        conditions.append(c.updated_at >= filters.updated_since)
    after = keyset.after
    if filters.until is not None and (after is None or filters.until < after[0]):  # the narrower bound only: SQLite
        conditions.append(c.at < filters.until)  # counts both, and would take the wrong index for it
    if after is not None:
        position = tuple_(literal(after[0], UtcDateTime()), literal(after[1], String()))
        conditions.append(tuple_(c.at, c.id) < position)
    return conditions
