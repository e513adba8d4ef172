"""What goes out of a notification: where to, and in which form, channel by channel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import orjson

from homecharge.domain.accounts import Account
from homecharge.domain.notification_preferences import Channel
from homecharge.domain.notification_targets import Device, PersonalWebhook
from homecharge.domain.texts import Language, Languages
from homecharge.domain.times import rfc3339
from homecharge.domain.wording_notifications import NotificationView
from homecharge.ports.notifier import Hook, Mail
from homecharge.ports.units import Db
from homecharge.storage.queries import notification_settings as settings
from homecharge.storage.queries.accounts import list_accounts
from homecharge.storage.queries.deliveries import DueDelivery

Way: TypeAlias = Account | PersonalWebhook | Sequence[Device]
"""Where one delivery goes: to the account's address, to a webhook, or to installations of the app."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressees:
    """All that is known of those to whom some deliveries go."""

    accounts: Mapping[str, Account]
    webhooks: Mapping[str, PersonalWebhook]
    devices: Mapping[str, Sequence[Device]]

    def way_of(self, due: DueDelivery) -> Way | None:
        """Where it goes; None where there is nobody, or nothing (any more)."""
        if due.channel is Channel.EMAIL:
            account = self.accounts[due.account_id]
            return account if account.is_email_verified else None
        if due.channel is Channel.PUSH:
            return self.devices.get(due.account_id)
        webhook = self.webhooks.get(due.webhook_id or "")
        return None if webhook is None or webhook.disabled_at is not None else webhook

    def language_of(self, due: DueDelivery, languages: Languages) -> Language:
        """That of the account."""
        return languages.find(self.accounts[due.account_id].locale)


def read_addressees(db: Db, deliveries: Collection[DueDelivery], ways: Ways, *, now: datetime) -> Addressees:
    """Of all of these at once; an installation that has lost its way out for pushes has no devices."""
    pushed = {due.account_id for due in deliveries if due.channel is Channel.PUSH and ways.push_url is not None}
    return Addressees(
        accounts=list_accounts(db, {due.account_id for due in deliveries}),
        webhooks=settings.find_webhooks(db, {due.webhook_id for due in deliveries if due.webhook_id is not None}),
        devices=settings.list_devices(db, pushed, now=now),
    )


def compose(due: DueDelivery, way: Way, view: NotificationView, language: Language, ways: Ways) -> Hook | Mail:
    """The message that goes there."""
    if isinstance(way, Account):
        text = f"{view.body}\n\n{view.reference or ''}".rstrip() + "\n"
        return Mail(id=due.id, to=way.email, subject=view.title, text=text, language=language.tag)
    document = {"type": f"notification.{view.kind}", "timestamp": rfc3339(view.at), "data": _document_of(view)}
    if isinstance(way, PersonalWebhook):
        return Hook(id=due.id, url=way.url, secret=way.secret, body=orjson.dumps(document))
    pushed = {**document, "devices": [_device(device) for device in way]}
    return Hook(id=due.id, url=ways.push_url or "", secret=ways.push_secret, body=orjson.dumps(pushed))


def _document_of(view: NotificationView) -> dict[str, object]:
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
