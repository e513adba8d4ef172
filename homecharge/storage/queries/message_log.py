"""The message log: every frame as it was on the wire; secrets are masked on the way out."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import Row, Select, Table, select

from homecharge.domain.masking import mask_document, mask_field
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.support import LoggedMessage, MessageFilters
from homecharge.ports.charger_events import Frame
from homecharge.ports.units import Db
from homecharge.storage.bulk import inserting
from homecharge.storage.models import Message
from homecharge.storage.queries.pages import fetch_page

MESSAGES = cast("Table", Message.__table__)
_ADD = inserting(Message)
_MEMBER = re.compile(r'("(?P<name>\w+)"\s*:\s*")(?P<value>[^"]*)')


def add_frames(db: Db, frames: Sequence[Frame]) -> None:
    """Append frames."""
    _ADD.execute(db, [frame._asdict() for frame in frames])


def list_messages(db: Db, charger_id: str, filters: MessageFilters, keyset: Keyset) -> Page[LoggedMessage]:
    """Newest first."""
    rows = _of(charger_id)
    if filters.direction is not None:
        rows = rows.where(MESSAGES.c.direction == filters.direction)
    if filters.since is not None:
        rows = rows.where(MESSAGES.c.at >= filters.since)
    if filters.until is not None:
        rows = rows.where(MESSAGES.c.at < filters.until)
    one_of = (MESSAGES.c.action, filters.actions) if filters.actions else None
    return fetch_page(db, rows, keyset, _message_of, at=MESSAGES.c.at, id=MESSAGES.c.id, one_of=one_of)


def list_around(db: Db, charger_id: str, instant: datetime, *, limit: int) -> list[LoggedMessage]:
    """The `limit` messages around an instant, half of them before where there are so many after; oldest first."""
    at, id_ = MESSAGES.c.at, MESSAGES.c.id
    rows = _of(charger_id).limit(limit)
    before = list(db.execute(rows.where(at <= instant).order_by(at.desc(), id_.desc())))
    after = list(db.execute(rows.where(at > instant).order_by(at, id_)))
    half = limit // 2
    few_after, few_before = min(len(after), half), min(len(before), half)
    chosen = [*reversed(before[: limit - few_after]), *after[: limit - few_before]]
    return [_message_of(row) for row in chosen]


def _of(charger_id: str) -> Select[Any]:
    return select(MESSAGES).where(MESSAGES.c.charger_id == charger_id)


def _message_of(row: Row[Any]) -> LoggedMessage:
    try:
        body, text = _document(row.body), None
    except (ValueError, TypeError, RecursionError):
        body, text = None, _mask_text(row.body)
    return LoggedMessage(
        id=row.id,
        at=row.at,
        direction=row.direction,
        kind=row.kind,
        action=row.action,
        ocpp_id=row.ocpp_id,
        connection_id=row.connection_id,
        body=body,
        text=text,
    )


def _document(text: str) -> Any:  # noqa: ANN401 - whatever a charger sent
    """Read and masked. Raises ValueError, TypeError, RecursionError: it is none that could be shown as JSON."""
    masked = mask_document(orjson.loads(text))
    orjson.dumps(masked)
    return masked


def _mask_text(text: str) -> str:
    """What is no JSON may still hold members that look like it."""
    return _MEMBER.sub(lambda found: f"{found[1]}{mask_field(found['name'], found['value'])}", text)
