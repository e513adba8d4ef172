"""Bodies and answers of the inbox, and of how people want to be told."""

from typing import Any

from marshmallow import fields as plain
from marshmallow import post_load
from marshmallow.validate import Length, OneOf

from homecharge.domain.notification_preferences import EmailState, QuietHours
from homecharge.domain.notifications import NoticeKind, Urgency
from homecharge.web import fields, household
from homecharge.web.api.sessions.rejection_schemas import Action
from homecharge.web.schemas import PageQuery, Schema, named, only


class InboxQuery(PageQuery):
    """Which notifications."""

    unread = plain.Boolean(load_default=False, metadata={"description": "Only those that you have not read."})


class Notification(Schema):
    """Something that you are told of by itself; less than 2 KB."""

    EXAMPLES = named(
        will_not_start={
            "id": household.NOTIFICATION,
            "kind": "will_not_start",
            "at": "2026-11-22T20:30:00Z",
            "expires_at": "2026-11-23T05:15:00Z",
            "collapse_key": f"occurrence:{household.NEXT_OCCURRENCE}",
            "urgency": "high",
            "title": "A charge would fail",
            "body": "“Garage” would not charge at 00:30. The car has not been plugged in since 17:20. "
            "There is time to put it right until 05:15.",
            "link": f"/v1/schedules/{household.SCHEDULE}",
            "actions": [{"kind": "plug_in", "target": household.CHARGER}],
            "session_id": None,
            "reference": None,
            "read_at": None,
        },
        finished={
            "id": household.EARLIER_NOTIFICATION,
            "kind": "finished",
            "at": household.ENDED,
            "expires_at": "2026-11-21T01:56:54Z",
            "collapse_key": f"occurrence:{household.OCCURRENCE}",
            "urgency": "low",
            "title": "Charging finished",
            "body": "“Garage” gave 10.0 kWh for 0.75 GBP until 01:56.",
            "link": f"/v1/sessions/{household.SESSION}",
            "actions": [],
            "read_at": None,
        },
    )

    id = fields.Id(required=True)
    kind = fields.String(required=True, metadata={"enum": list(NoticeKind)})
    at = fields.Instant(required=True)
    expires_at = fields.Instant(required=True, metadata={"description": "When it is no news any more."})
    collapse_key = fields.String(
        required=True, metadata={"description": "The newest with this key takes the place of those before it."}
    )
    urgency = fields.String(required=True, metadata={"enum": list(Urgency)})
    title = fields.String(required=True)
    body = fields.String(required=True)
    link = fields.String(required=True, allow_none=True, metadata={"example": "/v1/sessions/019c9f4e-…"})
    actions = fields.List(fields.Nested(Action), required=True)
    session_id = fields.Id(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    charger_id = fields.Id(required=True, allow_none=True)
    read_at = fields.Instant(required=True, allow_none=True)


class ReadBody(Schema):
    """What you have seen."""

    EXAMPLES = only(up_to=household.NOTIFICATION)

    up_to = fields.Id(required=True, metadata={"description": "The newest notification that you have seen."})


class QuietHoursBody(Schema):
    """A time of each day; an end not after the start is on the next day."""

    start = fields.WallTime(required=True)
    end = fields.WallTime(required=True)
    time_zone = fields.String(
        required=True, metadata={"example": "Europe/London", "description": "A zone of the IANA database."}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> QuietHours:
        """The domain value."""
        return QuietHours(**data)


class Channels(Schema):
    """By which channels."""

    EXAMPLES = only(push=True, email=False)

    push = fields.Flag()
    email = fields.Flag()
    webhook = fields.Flag()


Kinds: type[Schema] = type("Kinds", (Schema,), {kind.value: fields.Nested(Channels) for kind in NoticeKind})
"""Of which kinds."""


class Preferences(Schema):
    """Of what you are told, how, and when not."""

    EXAMPLES = only(
        kinds={"finished": {"push": False}, "will_not_start": {"push": True, "email": True}},
        quiet_hours={"start": "22:00", "end": "07:00", "time_zone": "Europe/London"},
        email_state="confirmed",
    )

    kinds = fields.Nested(
        Kinds,
        load_default=dict,
        metadata={"description": "By kind and channel; what is left out has its default."},
    )
    quiet_hours = fields.Nested(
        QuietHoursBody,
        load_default=None,
        allow_none=True,
        metadata={"description": "When pushes and mails wait, save those of high urgency."},
    )
    email_state = fields.String(
        metadata={
            "enum": list(EmailState),
            "readOnly": True,
            "description": "Whether notifications can be mailed to you: not to an address that is `unconfirmed`, and "
            "`unavailable` where this installation sends no mail. It may be sent back; nothing comes of that.",
        }
    )


class DeviceBody(Schema):
    """An installation of the app that takes pushes."""

    EXAMPLES = only(platform="ios", push_token=household.PUSH_TOKEN, app_version="2.4.1", locale="en-GB")

    platform = fields.String(required=True, validate=OneOf(["ios", "android", "web", "other"]))
    push_token = fields.String(required=True, validate=Length(1, 4096))
    app_version = fields.Label(required=True, longest=50)
    locale = fields.Locale(required=True)


class Device(Schema):
    """An installation of the app that takes your pushes; its token is not told."""

    EXAMPLES = only(
        platform="ios", app_version="2.4.1", locale="en-GB", put_at=household.NOW, login_id=household.SIGNED_IN
    )

    install_id = fields.String(required=True)
    platform = fields.String(required=True)
    app_version = fields.String(required=True)
    locale = fields.String(required=True)
    push_token_end = fields.String(
        required=True,
        allow_none=True,
        metadata={"example": "9f0e", "description": "The last four characters of a long token."},
    )
    put_at = fields.Instant(required=True)
    login_id = fields.Id(
        required=True,
        allow_none=True,
        metadata={
            "description": "The log-in that put it (`GET /v1/auth/devices`), with which it goes. null: it was put "
            "before that was kept, and stays until it is put again or every other log-in is ended."
        },
    )


class Devices(Schema):
    """All of them."""

    items = fields.List(fields.Nested(Device), required=True)


class WebhookBody(Schema):
    """A URL of yours."""

    url = fields.WebAddress(required=True, metadata={"example": "https://example.org/hooks/1"})


class Webhook(Schema):
    """A URL that is told what you are told."""

    EXAMPLES = only(id=household.WEBHOOK, url="https://example.org/hooks/1", delivered_at=household.ENDED)

    id = fields.Id(required=True)
    url = fields.String(required=True)
    created_at = fields.Instant(required=True)
    delivered_at = fields.Instant(required=True, allow_none=True)
    failing_since = fields.Instant(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    disabled_at = fields.Instant(
        required=True,
        allow_none=True,
        metadata={
            "description": "Nothing goes there any more: it failed for long, or your password was reset by mail."
        },
    )


class NewWebhook(Webhook):
    """A webhook with the secret that signs what goes there."""

    EXAMPLES = only(
        id=household.WEBHOOK,
        url="https://example.org/hooks/1",
        created_at=household.NOW,
        delivered_at=None,
        secret=household.WEBHOOK_SECRET,
    )

    secret = fields.String(
        required=True,
        metadata={"x-secret": True, "description": "`whsec_` and base64 of the key, shown this once."},
    )


class Webhooks(Schema):
    """All of them."""

    items = fields.List(fields.Nested(Webhook), required=True)
