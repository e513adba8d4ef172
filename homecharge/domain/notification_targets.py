"""Where people are told: installations of the app, and URLs of their own."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime

INSTALL_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""What an app may call an installation of its own."""
_SHOWN, _LONG = 4, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An installation of the app that takes pushes, for as long as the log-in lasts that put it."""

    install_id: str
    platform: str
    push_token: str = field(repr=False)
    app_version: str
    locale: str
    login_id: str | None
    put_at: datetime

    @property
    def push_token_end(self) -> str | None:
        """Enough of a long token to know it by, and of no use to anybody."""
        return self.push_token[-_SHOWN:] if len(self.push_token) >= _LONG else None


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


def gone_tokens(answer: bytes) -> frozenset[str]:
    """The push tokens that an answer to a push calls dead: `{"gone": ["…"]}`; none in any other answer."""
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return frozenset()
    gone = said.get("gone") if isinstance(said, dict) else None
    return frozenset(each for each in gone if isinstance(each, str)) if isinstance(gone, list) else frozenset()
