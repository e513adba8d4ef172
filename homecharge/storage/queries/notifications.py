"""Notifications in and out of the database: the inbox."""

import dataclasses
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from homecharge.domain.events import EventKind
from homecharge.domain.notifications import Notice, NoticeKind, Notification, Urgency
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.models import NotificationRow
from homecharge.storage.outbox import note_personal
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.types import new_id

NOTIFICATIONS = cast("Table", NotificationRow.__table__)
_C = NOTIFICATIONS.c
_FIELDS = tuple(field.name for field in dataclasses.fields(Notification))
COLUMNS = tuple(_C[name] for name in _FIELDS)


def notification_of(row: Row[Any]) -> Notification:
    """The domain value of a row that has `COLUMNS`."""
    values = {name: getattr(row, name) for name in _FIELDS}
    return Notification(**values | {"kind": NoticeKind(row.kind), "urgency": Urgency(row.urgency)})


def add_notifications(db: Db, notices: Sequence[tuple[str, Notice]]) -> list[Notification]:
    """Put notices into the inboxes of accounts; those that were told before are left out. Returns the new ones."""
    if not notices:
        return []
    rows = [
        {"id": new_id(), "account_id": account_id, "read_at": None, **dataclasses.asdict(notice)}
        for account_id, notice in notices
    ]
    insert = postgresql_insert if db.dialect.name == "postgresql" else sqlite_insert
    rows.sort(key=lambda row: (row["account_id"], row["about"]))  # in one order, so that units wait for one another
    added = insert(NOTIFICATIONS).values(rows).on_conflict_do_nothing(index_elements=["account_id", "about"])
    found = [notification_of(row) for row in db.execute(added.returning(*COLUMNS))]
    for notification in found:
        note_personal(db, EventKind.NOTIFICATION, notification.id, notification.account_id)
    return sorted(found, key=lambda each: each.id)


_READABLE = select(*COLUMNS).where(_C.kind.in_(list(NoticeKind)))
"""A newer release may have told of kinds that this one has no words for: an inbox is shown without them."""


def list_inbox(db: Db, account_id: str, keyset: Keyset, *, only_unread: bool) -> Page[Notification]:
    """A person's notifications, newest first."""
    rows = _READABLE.where(_C.account_id == account_id)
    if only_unread:
        rows = rows.where(_C.read_at.is_(None))
    return fetch_page(db, rows, keyset, notification_of, at=_C.at, id=_C.id)


def find_notification(db: Db, notification_id: str, *, account_id: str) -> Notification | None:
    """By id, in this person's inbox."""
    row = db.execute(_READABLE.where(_C.id == notification_id, _C.account_id == account_id)).one_or_none()
    return None if row is None else notification_of(row)


def get_notifications(db: Db, notification_ids: Collection[str]) -> dict[str, Notification]:
    """By id, whoever they are for. Raises ValueError for one that this release has no words for."""
    return {row.id: notification_of(row) for row in db.execute(select(*COLUMNS).where(_C.id.in_(notification_ids)))}


def mark_read(db: Db, upto: Notification, *, now: datetime) -> None:
    """What is in the same inbox and not newer has been seen."""
    is_older = (_C.at < upto.at) | ((_C.at == upto.at) & (_C.id <= upto.id))
    of_them = (_C.account_id == upto.account_id, _C.read_at.is_(None), is_older)
    db.execute(update(NOTIFICATIONS).where(*of_them).values(read_at=now))
