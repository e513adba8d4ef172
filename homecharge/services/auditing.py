"""The audit log: whoever changes what is not theirs notes it in the same unit of work."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from homecharge.domain.auditing import LOOKED, AuditEntry, AuditFilters, Look, Target
from homecharge.domain.masking import mask_document
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.units import Db
from homecharge.storage.database import find_request_id
from homecharge.storage.queries import audit
from homecharge.storage.types import new_id

LOOK_LASTS = timedelta(minutes=5)
_LOOKS_AT_ONCE = 20
"""Pages about one thing that an agent may have open; one more, and its looks are noted more often."""


def note(
    db: Db,
    action: str,
    *,
    actor_id: str | None,
    target: Target,
    charger_id: str | None = None,
    location_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Note a deed in a write unit, under a dotted name such as "charger.command"; it commits with what it tells of.

    `actor_id` None is the system. `detail` is plain JSON and is masked here; the request's id is the unit's.
    """
    entry = AuditEntry(
        id=new_id(),
        at=now,
        actor_id=actor_id,
        actor_name=None,
        action=action,
        target=target,
        charger_id=charger_id,
        location_id=location_id,
        detail=mask_document(dict(detail or {})),
        request_id=find_request_id(db),
    )
    audit.add_entry(db, entry)


def note_look(db: Db, look: Look, *, actor_id: str, now: datetime) -> None:
    """Note what an agent is about to be shown, in a write unit."""
    note(
        db,
        LOOKED,
        actor_id=actor_id,
        target=Target(look.kind, look.id),
        charger_id=look.charger_id,
        location_id=look.location_id,
        detail=_narrowed(look),
        now=now,
    )


def is_noted(db: Db, look: Look, *, actor_id: str, now: datetime) -> bool:
    """Whether this very look of an agent's was noted a short while ago.

    A page that is left open asks again and again. The log has when it was opened, and then once in each LOOK_LASTS, so
    that it tells to within that time when it was last looked at.
    """
    filters = AuditFilters(actor_id=actor_id, target_id=look.id, actions=(LOOKED,), since=now - LOOK_LASTS)
    target, detail = Target(look.kind, look.id), mask_document(_narrowed(look))
    newest = audit.list_entries(db, filters, Keyset(limit=_LOOKS_AT_ONCE)).items
    return any(entry.target == target and entry.detail == detail for entry in newest)


def _narrowed(look: Look) -> dict[str, Any]:
    return {name: value for name, value in look.detail.items() if value not in (None, "", [], ())}


def list_audit(db: Db, filters: AuditFilters, keyset: Keyset) -> Page[AuditEntry]:
    """The audit log, newest first."""
    return audit.list_entries(db, filters, keyset)


def find_newest(db: Db, action: str, target_id: str) -> AuditEntry | None:
    """The last time that something was done to a thing; None: never, or longer ago than the log is kept."""
    page = audit.list_entries(db, AuditFilters(target_id=target_id, actions=(action,)), Keyset(limit=1))
    return next(iter(page.items), None)
