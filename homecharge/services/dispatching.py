"""Notifications on their way: by which channels, and when."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from homecharge.domain.notification_preferences import Channel, Preferences
from homecharge.domain.notification_targets import PersonalWebhook
from homecharge.domain.notifications import Notification
from homecharge.ports.units import Db
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.accounts import list_confirmed
from homecharge.storage.queries.deliveries import NewDelivery, add_deliveries
from homecharge.storage.queries.notification_settings import list_webhooks, read_preferences

DELIVERIES = "deliveries"
"""The topic that says "something is to be delivered"."""


def dispatch(db: Db, notifications: Sequence[Notification], channels: frozenset[Channel], *, now: datetime) -> None:
    """Set them on their way, as their readers want it, by the channels that this installation has.

    An address that nobody has confirmed may be a stranger's, who is to learn nothing of a home.
    """
    if not notifications:
        return
    account_ids = {notification.account_id for notification in notifications}
    preferences = read_preferences(db, account_ids)
    confirmed = list_confirmed(db, account_ids)
    reaching = {id_: channels if id_ in confirmed else channels - {Channel.EMAIL} for id_ in account_ids}
    webhooks = [webhook for webhook in list_webhooks(db, account_ids) if webhook.disabled_at is None]
    deliveries = [
        delivery
        for notification in notifications
        for delivery in _ways(
            notification,
            preferences[notification.account_id],
            reaching[notification.account_id],
            webhooks,
            now=now,
        )
    ]
    add_deliveries(db, deliveries, now=now)
    if deliveries:
        ring_after_commit(db, DELIVERIES)


def _ways(
    notification: Notification,
    preferences: Preferences,
    channels: frozenset[Channel],
    webhooks: Sequence[PersonalWebhook],
    *,
    now: datetime,
) -> Iterator[NewDelivery]:
    wanted = [channel for channel in Channel if channel in channels and preferences.wants(notification.kind, channel)]
    for channel in wanted:
        theirs = [webhook.id for webhook in webhooks if webhook.account_id == notification.account_id]
        targets: Sequence[str | None] = theirs if channel is Channel.WEBHOOK else (None,)
        for webhook_id in targets:
            yield NewDelivery(
                notification_id=notification.id,
                account_id=notification.account_id,
                channel=channel,
                webhook_id=webhook_id,
                collapse_key=notification.collapse_key,
                due_at=preferences.due_at(channel, notification.urgency, now=now),
            )
