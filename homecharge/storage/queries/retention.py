"""What is kept for a time only: how long, by which column it is found, and its deletion, a batch at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Select, Table, delete, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from homecharge.domain import events
from homecharge.ports.units import Db
from homecharge.storage.models import (
    AccountLink,
    AuditRow,
    AuthorizationRow,
    CardPairing,
    CommandRow,
    EventRow,
    IdempotencyKey,
    JoinCodeRow,
    Message,
    NotificationRow,
    Outage,
    Preapproval,
    Process,
    RefreshToken,
    TokenFamily,
)

BATCH = 2_000
"""How many rows a transaction deletes at most: others wait for it on SQLite."""
DAY, YEAR = timedelta(days=1), timedelta(days=365)
AT_ONCE = timedelta(0)
MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Term:
    """Rows go once `kept` has passed since what `column` says; an index leads from it to the oldest."""

    column: InstrumentedAttribute[Any]
    kept: timedelta
    bound: Callable[[datetime], Any] = field(default=lambda before: before)
    """An instant as the column has it."""

    @property
    def table(self) -> Table:
        """Whose rows they are."""
        return cast("Table", self.column.class_.__table__)


TERMS: Mapping[str, Term] = MappingProxyType(
    {
        MESSAGES: Term(Message.at, 90 * DAY),
        "events": Term(EventRow.id, events.KEPT + events.OVERLAP, events.first_id),
        "notifications": Term(NotificationRow.at, 90 * DAY),
        "account_links": Term(AccountLink.expires_at, AT_ONCE),
        "idempotency_keys": Term(IdempotencyKey.created_at, DAY),
        "refresh_tokens": Term(RefreshToken.expires_at, AT_ONCE),
        "token_families": Term(TokenFamily.used_at, 60 * DAY),
        "preapprovals": Term(Preapproval.expires_at, AT_ONCE),
        "card_pairings": Term(CardPairing.expires_at, DAY),
        "authorizations": Term(AuthorizationRow.at, YEAR),
        "join_codes": Term(JoinCodeRow.expires_at, 30 * DAY),
        "processes": Term(Process.beat_at, 90 * DAY),
        "outages": Term(Outage.ended_at, 90 * DAY),
        "audit_log": Term(AuditRow.at, 2 * YEAR),
        "commands": Term(CommandRow.created_at, 2 * YEAR),
    }
)
"""By table. Deliveries go with their notification, follow-ups with their command; tokens before the log-ins that they
came of, entries of the audit log before the commands that they name."""


def oldest(name: str, *, until: datetime, limit: int) -> Select[Any]:
    """The keys of the oldest rows of a table that have had their time at an instant."""
    term = TERMS[name]
    query = select(*term.table.primary_key.columns).where(term.column <= term.bound(until))
    return query.order_by(term.column).limit(limit)


def purge(db: Db, name: str, *, now: datetime, kept: timedelta | None = None, limit: int = BATCH) -> int:
    """Delete the oldest rows of a table that have had their time, a batch of them; returns how many went.

    `kept` is the installation's own term.
    """
    term = TERMS[name]
    old = oldest(name, until=now - (term.kept if kept is None else kept), limit=limit)
    keys = list(term.table.primary_key.columns)
    named = keys[0].in_(old) if len(keys) == 1 else tuple_(*keys).in_(old)
    return db.execute(delete(term.table).where(named)).rowcount
