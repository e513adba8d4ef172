"""Notifications: the inbox, and how people want to be told."""

from typing import Any

from homecharge.domain.errors import Invalid
from homecharge.domain.notification_preferences import Channel, PreferencesView
from homecharge.domain.notification_targets import INSTALL_ID, Device, PersonalWebhook
from homecharge.domain.notifications import NoticeKind
from homecharge.domain.pages import Page
from homecharge.domain.wording_notifications import NotificationView
from homecharge.services import notification_settings, notifications
from homecharge.services.notification_settings import TooManyWebhooks
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.notifications import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.language import language_of
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import page_of

area = Area("notifications", "What people are told of by themselves, and how they want it.")


@area.get("/notifications", access=SIGNED_IN, query=schemas.InboxQuery, answer=page_of(schemas.Notification))
def list_notifications(ask: Ask, query: dict[str, Any]) -> Page[NotificationView]:
    """Look at your inbox, newest first.

    It holds what you were told of in the past 90 days, also what you want by no channel.
    """
    return notifications.list_inbox(
        ask.db,
        keyset(query),
        only_unread=query["unread"],
        caller=ask.caller,
        language=language_of(ask),
        now=ask.now,
    )


@area.post(
    "/notifications/read",
    access=SIGNED_IN,
    body=schemas.ReadBody,
)
def read(ask: Ask, body: dict[str, Any]) -> None:
    """Say that you have read a notification, and whatever is older."""
    notifications.read_up_to(ask.db, body["up_to"], caller=ask.caller, now=ask.now)


@area.get("/me/notification-preferences", access=SIGNED_IN, answer=schemas.Preferences, has_etag=True)
def get_preferences(ask: Ask) -> PreferencesView:
    """Look at how you are told of what, defaults included, and whether mail can reach you.

    Notifications are mailed to a confirmed address only. What was told before it was confirmed is not mailed later.
    """
    return notification_settings.get_preferences(ask.db, channels=ask.context.channels, caller=ask.caller)


@area.put(
    "/me/notification-preferences",
    access=SIGNED_IN,
    body=schemas.Preferences,
    answer=schemas.Preferences,
    has_etag=True,
)
def put_preferences(ask: Ask, body: dict[str, Any]) -> PreferencesView:
    """Choose of what you are told how, and when not.

    Quiet hours hold pushes and mails back until they end, save what is urgent: what can still be put right.
    """
    before = notification_settings.get_preferences(
        ask.db, channels=ask.context.channels, caller=ask.caller, for_update=True
    )
    etags.require_match(schemas.Preferences, before)
    kinds = {
        NoticeKind(kind): {Channel(channel): wanted for channel, wanted in channels.items()}
        for kind, channels in body["kinds"].items()
    }
    return notification_settings.put_preferences(
        ask.db, before, kinds=kinds, quiet_hours=body["quiet_hours"], caller=ask.caller, now=ask.now
    )


@area.get("/me/devices", access=SIGNED_IN, answer=schemas.Devices)
def list_devices(ask: Ask) -> dict[str, Any]:
    """List the installations of the app that take your pushes.

    One is there for as long as the log-in lasts that put it.
    """
    return {"items": notification_settings.list_devices(ask.db, caller=ask.caller, now=ask.now)}


@area.put(
    "/me/devices/<install:install_id>",
    access=SIGNED_IN,
    body=schemas.DeviceBody,
    answer=schemas.Device,
)
def put_device(ask: Ask, body: dict[str, Any], install_id: str) -> Device:
    """Let an installation of the app take your pushes; whoever put its token before does not any more.

    It takes them until the log-in ends through which it was put last. You may have twenty; of more the one that was
    put longest ago goes.
    """
    if not INSTALL_ID.fullmatch(install_id):
        raise Invalid(errors={"install_id": ["1 to 64 letters, digits, dots, dashes, underscores and colons."]})
    device = Device(install_id=install_id, login_id=ask.caller.family_id, put_at=ask.now, **body)
    return notification_settings.put_device(ask.db, device, caller=ask.caller)


@area.delete("/me/devices/<install:install_id>", access=SIGNED_IN)
def remove_device(ask: Ask, install_id: str) -> None:
    """Let an installation of the app take no more pushes."""
    notification_settings.remove_device(ask.db, install_id, caller=ask.caller)


@area.get("/me/webhooks", access=SIGNED_IN, answer=schemas.Webhooks)
def list_webhooks(ask: Ask) -> dict[str, Any]:
    """List your webhooks, oldest first."""
    return {"items": notification_settings.list_webhooks(ask.db, caller=ask.caller)}


@area.post(
    "/me/webhooks",
    access=SIGNED_IN,
    body=schemas.WebhookBody,
    answer=schemas.NewWebhook,
    status=201,
    refuses=[TooManyWebhooks],
)
def add_webhook(ask: Ask, body: dict[str, Any]) -> Answer:
    """Have a URL of yours told what you are told; at most five, of which one that was switched off makes room.

    It is sent a POST with `{type, timestamp, data}` and the headers of Standard Webhooks: `webhook-id` (the same when
    it is sent again), `webhook-timestamp`, and `webhook-signature`, made with the secret that is shown this once.
    Anything but 2xx is tried again for a day. 410, or three days of failures, switch it off, and you are told so.
    """
    webhook: PersonalWebhook = notification_settings.add_webhook(
        ask.db, **body, allow_private=ask.context.settings.allows_private_urls, caller=ask.caller, now=ask.now
    )
    return Answer(value=webhook)


@area.delete("/me/webhooks/<id:webhook_id>", access=SIGNED_IN)
def remove_webhook(ask: Ask, webhook_id: str) -> None:
    """Take a webhook away, with what was on its way there."""
    notification_settings.remove_webhook(ask.db, webhook_id, caller=ask.caller)
