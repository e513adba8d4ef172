"""Mobility providers as operators keep them: who issued cards, and how its people and its interface are reached."""

import re
from dataclasses import dataclass, field
from datetime import datetime

PARTY_ID = re.compile(r"[A-Z0-9]{3}")
"""OCPI 2.2.1 `party_id`: CiString(3), in capitals (ISO 15118 *EMP ID*)."""
LIVE_TIMEOUT_S = (1, 18)
"""What a provider may be given: with our own overhead it stays under the 20 s or so that a charger waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportContact:
    """How the holder of a card reaches whoever issued it."""

    phone: str | None = None
    email: str | None = None
    url: str | None = None

    @property
    def quickest(self) -> str | None:
        """The way that is quickest, of those there are."""
        return self.phone or self.email or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A mobility provider. `blocked_at` None: its cards are taken. `live_url` None: it cannot be asked about one.

    `live_url` is the base of its OCPI interface, which `/tokens/{uid}/authorize` follows; `live_token` its credentials
    token, which nobody is shown.
    """

    id: str
    country_code: str
    party_id: str
    name: str
    blocked_at: datetime | None
    live_url: str | None
    live_timeout_s: float
    live_token: str | None = field(repr=False)
    support: SupportContact | None
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_blocked(self) -> bool:
        """Whether none of its cards is taken."""
        return self.blocked_at is not None

    @property
    def has_live_token(self) -> bool:
        """Whether it is asked with a token."""
        return self.live_token is not None


def party_of(text: str) -> tuple[str, str] | None:
    """Country and party of what people write for them: `GB-ABC`, `GB*ABC`, `gbabc`; None for anything else."""
    found = re.fullmatch(r"([A-Z]{2})[-*]?([A-Z0-9]{3})", text.strip().upper())
    return None if found is None else (found[1], found[2])
