"""Webhooks that are switched off without their owner, who is told so and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from homecharge.domain.notification_preferences import Channel
from homecharge.domain.notifications import TOLD_FOR, Notice, NoticeKind, Urgency
from homecharge.ports.units import Db
from homecharge.services.telling import tell
from homecharge.storage.queries.deliveries import end_deliveries_of
from homecharge.storage.queries.notification_settings import disable_webhooks, list_webhooks


def disable_failing(
    db: Db,
    webhook_id: str,
    channels: frozenset[Channel],
    *,
    account_id: str,
    failing_since: datetime,
    now: datetime,
) -> None:
    """One through which nothing gets."""
    _disable(db, [webhook_id], now=now)
    why = {"since": failing_since.isoformat(), "webhook_id": webhook_id}
    tell(db, [(account_id, _notice(f"webhook:{webhook_id}", webhook_id, why, now=now))], channels, now=now)


def disable_all(db: Db, account_id: str, channels: frozenset[Channel], *, now: datetime) -> None:
    """All of a person who lost their password: whoever had it may have put some, or have learnt the others' secrets."""
    working = [webhook.id for webhook in list_webhooks(db, [account_id]) if webhook.disabled_at is None]
    if working:
        _disable(db, working, now=now)
        when = now.isoformat()
        tell(db, [(account_id, _notice("webhooks", when, {"reset_at": when}, now=now))], channels, now=now)


def _disable(db: Db, webhook_ids: Sequence[str], *, now: datetime) -> None:
    disable_webhooks(db, webhook_ids, now=now)
    end_deliveries_of(db, webhook_ids, now=now)


def _notice(collapse_key: str, about: str, why: Mapping[str, str], *, now: datetime) -> Notice:
    return Notice(
        kind=NoticeKind.WEBHOOK_DISABLED,
        about=f"{NoticeKind.WEBHOOK_DISABLED}:{about}",
        at=now,
        expires_at=now + TOLD_FOR,
        collapse_key=collapse_key,
        urgency=Urgency.NORMAL,
        params=why,
    )
