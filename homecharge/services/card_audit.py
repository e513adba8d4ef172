"""What the audit log says of providers, tokens, groups and what locations take."""

from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.ports.units import Db
from homecharge.services import auditing


def note_change(
    db: Db,
    action: str,
    target: Target,
    *,
    caller: Caller | None,
    location_id: str | None = None,
    now: datetime,
    **detail: Any,
) -> None:
    """Note who changed whose cards are taken; `caller` None is whoever keeps the machine. `detail` is plain JSON."""
    actor_id = None if caller is None else caller.account_id
    auditing.note(db, action, actor_id=actor_id, target=target, location_id=location_id, detail=detail, now=now)
