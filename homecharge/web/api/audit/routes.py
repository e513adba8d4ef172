"""The audit log: who did what to whose things."""

from typing import Any

from homecharge.domain.auditing import AuditEntry, AuditFilters, Look
from homecharge.domain.pages import Page
from homecharge.services import auditing
from homecharge.web.api.audit import schemas
from homecharge.web.auth import STAFF
from homecharge.web.context import Ask
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("audit", "Who did what to whose things.")


@area.get("/operator/audit", access=STAFF, query=schemas.AuditQuery, answer=page_of(schemas.AuditEntry))
def list_audit(ask: Ask, query: dict[str, Any]) -> Page[AuditEntry]:
    """Look at the audit log, newest first."""
    filters = AuditFilters(
        charger_id=query["charger_id"],
        actor_id=query["actor_id"],
        target_id=query["target_id"],
        actions=tuple(query["action"]),
        since=query["since"],
        until=query["until"],
    )
    ask.shows(Look("audit", detail={name: query[name] for name in ("charger_id", "actor_id", "target_id", "action")}))
    return auditing.list_audit(ask.db, filters, keyset(query))
