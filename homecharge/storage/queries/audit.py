"""The audit log, in and out of the database."""

from typing import Any, cast

from sqlalchemy import Row, Table, insert, select

from homecharge.domain.auditing import AuditEntry, AuditFilters, Target
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.models import Account, AuditRow
from homecharge.storage.queries.pages import fetch_page

AUDIT = cast("Table", AuditRow.__table__)
_COPIED = ("id", "at", "actor_id", "action", "charger_id", "location_id", "detail", "request_id")


def add_entry(db: Db, entry: AuditEntry) -> None:
    """Append a deed."""
    stored = {name: getattr(entry, name) for name in _COPIED}
    db.execute(insert(AUDIT).values(**stored, target_kind=entry.target.kind, target_id=entry.target.id))


def list_entries(db: Db, filters: AuditFilters, keyset: Keyset) -> Page[AuditEntry]:
    """Newest first."""
    a = AUDIT.c
    rows = select(AUDIT, Account.name.label("actor_name")).outerjoin(Account, Account.id == a.actor_id)
    narrowed = ((a.charger_id, filters.charger_id), (a.actor_id, filters.actor_id), (a.target_id, filters.target_id))
    for column, wanted in narrowed:
        if wanted is not None:
            rows = rows.where(column == wanted)
    is_by_action = bool(filters.actions) and not any(wanted for _, wanted in narrowed)
    if filters.actions and not is_by_action:
        rows = rows.where(a.action.in_(filters.actions))
    if filters.since is not None:
        rows = rows.where(a.at >= filters.since)
    if filters.until is not None:
        rows = rows.where(a.at < filters.until)
    one_of = (a.action, filters.actions) if is_by_action else None
    return fetch_page(db, rows, keyset, _entry_of, at=a.at, id=a.id, one_of=one_of)


def _entry_of(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        **{name: getattr(row, name) for name in _COPIED},
        actor_name=row.actor_name,
        target=Target(row.target_kind, row.target_id),
    )
