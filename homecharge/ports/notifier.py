"""Ways out for notifications: a signed POST, and a mail. Each may be asked for the same one twice, under one id."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


class NotDelivered(Exception):
    """It did not get through; `reason` says why in a few words. `is_final`: it never will."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.is_final = reason, is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """What is POSTed to a URL; `id` stays the same when it is sent again."""

    id: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What goes to an e-mail address; `id` stays the same when the same is sent again."""

    id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    language: str


class HookPoster(Protocol):
    """POSTs JSON, signed."""

    async def post(self, hook: Hook, *, now: datetime) -> bytes:
        """What the other side said with its 2xx; raises NotDelivered."""
        ...


class Mailer(Protocol):
    """Sends mail."""

    async def send(self, mail: Mail, *, now: datetime) -> None:
        """Done once a server has taken it; raises NotDelivered."""
        ...
