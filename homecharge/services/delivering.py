"""Deliveries: what is due, in the words and the form that it goes out in, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from homecharge.domain.deliveries import KEPT_UP, again_at, is_given_up
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.notification_targets import Device, gone_tokens
from homecharge.domain.notifications import TOLD_FOR, Notice, NoticeKind, Notification, Urgency
from homecharge.domain.texts import Languages
from homecharge.domain.times import rfc3339
from homecharge.domain.wording_notifications import NotificationView
from homecharge.ports.notifier import Hook, Mail
from homecharge.ports.units import Db
from homecharge.services.notifications import describe_notifications
from homecharge.services.telling import tell
from homecharge.storage.queries import deliveries as queries
from homecharge.storage.queries import notification_settings as settings
from homecharge.storage.queries.accounts import find_account
from homecharge.storage.queries.deliveries import DueDelivery
from homecharge.storage.queries.notifications import list_notifications
from homecharge.storage.queries.telling import read_members

LEASE = timedelta(seconds=60)
"""Longer than anybody may take to take one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out that this installation has besides people's own webhooks; `push_url` is told of devices too.

    `languages` are those that people are told in.
    """

    languages: Languages = field(repr=False)
    has_mail: bool
    push_url: str | None = field(repr=False)
    push_secret: str = field(repr=False)

    @property
    def channels(self) -> frozenset[Channel]:
        """By which people can be told."""
        has = {Channel.WEBHOOK: True, Channel.EMAIL: self.has_mail, Channel.PUSH: self.push_url is not None}
        return frozenset(channel for channel in Channel if has[channel])


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery and what is to be sent; `until` is when it is too late for another try."""

    due: DueDelivery
    message: Hook | Mail
    urgency: Urgency
    until: datetime


def claim_ready(db: Db, ways: Ways, *, now: datetime) -> tuple[int, list[Ready]]:
    """Take what is due; how many that were, and those that are to be sent. The others are over.

    Whoever has left a home is told no more of it, also of what waited for the end of quiet hours or another try.
    """
    claimed = queries.claim_deliveries(db, lease=LEASE, now=now)
    if not claimed:
        return 0, []
    known = list_notifications(db, {due.notification_id for due in claimed})
    members = read_members(db, {each.location_id for each in known.values() if each.location_id is not None})
    ready = []
    for due in claimed:
        notification = known[due.notification_id]
        until = due.created_at + KEPT_UP if due.channel is Channel.WEBHOOK else notification.expires_at
        if until <= now:
            queries.end_delivery(db, due, "expired", now=now)
            continue
        at_home = notification.location_id
        has_left = at_home is not None and due.account_id not in members.get(at_home, {})
        message = None if has_left else _message(db, due, notification, ways, now=now)
        if message is None:
            queries.end_delivery(db, due, "nowhere", now=now)
        else:
            ready.append(Ready(due, message, notification.urgency, until))
    return len(claimed), ready


def delivered(db: Db, due: DueDelivery, answer: bytes, *, now: datetime) -> None:
    """It got through; the answer to a push may say of devices that they are there no more."""
    queries.end_delivery(db, due, "delivered", now=now)
    if due.channel is Channel.PUSH:
        settings.remove_devices_with(db, due.account_id, gone_tokens(answer))
    if due.webhook_id is not None:
        settings.mark_webhook_works(db, due.webhook_id, now=now)


def failed(db: Db, ready: Ready, reason: str, ways: Ways, *, is_final: bool, now: datetime) -> None:
    """It did not: it is tried again until it is too late, and a webhook that fails for long is switched off.

    Another try wakes nobody either: one that falls into quiet hours waits for their end.
    """
    due = ready.due
    at = None if is_final else again_at(due.tries, until=ready.until, now=now)
    if at is None:
        queries.end_delivery(db, due, "failed", error=reason, now=now)
    else:
        preferences = settings.read_preferences(db, [due.account_id])[due.account_id]
        again = preferences.due_at(due.channel, ready.urgency, now=at)
        queries.postpone_delivery(db, due, error=reason, again_at=again)
    if due.webhook_id is None:
        return
    failing_since = settings.mark_webhook_fails(db, due.webhook_id, reason, now=now)
    if failing_since is not None and (is_final or is_given_up(failing_since, now=now)):
        settings.disable_webhook(db, due.webhook_id, now=now)
        queries.end_deliveries_of(db, [due.webhook_id], now=now)
        tell(db, [(due.account_id, _disabled(due.webhook_id, failing_since, now=now))], ways.channels, now=now)


def _message(db: Db, due: DueDelivery, notification: Notification, ways: Ways, *, now: datetime) -> Hook | Mail | None:
    """In the language of the account; None where there is nobody (any more) to send it to."""
    account = find_account(db, due.account_id)
    if account is None or (due.channel is Channel.EMAIL and not account.is_email_verified):
        return None
    language = ways.languages.find(account.locale)
    [view] = describe_notifications(db, [notification], language=language, now=now)
    if due.channel is Channel.EMAIL:
        text = f"{view.body}\n\n{view.reference or ''}".rstrip() + "\n"
        return Mail(id=due.id, to=account.email, subject=view.title, text=text, language=language.tag)
    document = {"type": f"notification.{view.kind}", "timestamp": rfc3339(view.at), "data": to_document(view)}
    if due.channel is Channel.PUSH:
        devices = settings.list_devices(db, due.account_id)
        if ways.push_url is None or not devices:
            return None
        pushed = {**document, "devices": [_device(device) for device in devices]}
        return Hook(id=due.id, url=ways.push_url, secret=ways.push_secret, body=orjson.dumps(pushed))
    webhook = settings.find_webhook(db, due.webhook_id or "")
    if webhook is None or webhook.disabled_at is not None:
        return None
    return Hook(id=due.id, url=webhook.url, secret=webhook.secret, body=orjson.dumps(document))


def to_document(view: NotificationView) -> dict[str, object]:
    """A notification as JSON has it: what the inbox shows, without whether it was read."""
    return {
        "id": view.id,
        "kind": view.kind,
        "at": rfc3339(view.at),
        "expires_at": rfc3339(view.expires_at),
        "collapse_key": view.collapse_key,
        "urgency": view.urgency,
        "title": view.title,
        "body": view.body,
        "link": view.link,
        "actions": [{"kind": action.kind, "target": action.target} for action in view.actions],
        "session_id": view.session_id,
        "reference": view.reference,
        "charger_id": view.charger_id,
    }


def _device(device: Device) -> dict[str, str]:
    return {
        "install_id": device.install_id,
        "platform": device.platform,
        "push_token": device.push_token,
        "app_version": device.app_version,
        "locale": device.locale,
    }


def _disabled(webhook_id: str, failing_since: datetime, *, now: datetime) -> Notice:
    return Notice(
        kind=NoticeKind.WEBHOOK_DISABLED,
        about=f"{NoticeKind.WEBHOOK_DISABLED}:{webhook_id}",
        at=now,
        expires_at=now + TOLD_FOR,
        collapse_key=f"webhook:{webhook_id}",
        urgency=Urgency.NORMAL,
        params={"since": failing_since.isoformat(), "webhook_id": webhook_id},
    )
