"""Where people are told: installations of the app, and URLs of their own."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An installation of the app that takes pushes."""

    install_id: str
    platform: str
    push_token: str = field(repr=False)
    app_version: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalWebhook:
    """A URL of a person's. `secret` signs what goes there."""

    id: str
    account_id: str
    url: str
    secret: str = field(repr=False)
    failing_since: datetime | None
    last_error: str | None
    delivered_at: datetime | None
    disabled_at: datetime | None
    created_at: datetime
