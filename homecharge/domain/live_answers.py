"""What a mobility provider is asked about a card while its holder waits, and what came of asking."""

from dataclasses import dataclass, field
from enum import StrEnum

LIVE_TIMEOUT_S = 15.0
"""How long a provider may take that set no time of its own: a charger waits about 20 s for its answer."""


class LiveVerdict(StrEnum):
    """ALLOWED to NOT_ALLOWED are OCPI 2.2.1 `AllowedType`; the others are what came instead of one."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    NO_CREDIT = "no_credit"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"
    """HTTP 404, or OCPI status 2004: the provider has no such token."""
    ERROR = "error"
    """Any other status, no OCPI answer, or one about another token than was asked for."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SHORT_CIRCUITED = "short_circuited"
    """Not asked, because the provider kept failing (`domain.circuits`)."""
    NO_ADDRESS = "no_address"
    """Not asked, because nobody said where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveWish:
    """One question to one provider: whether this token may charge here, now.

    `live_url` is the provider's OCPI base, which `/tokens/{uid}/authorize` follows; None: it has none. `token_type` is
    an OCPI `TokenType`. `credentials` is the provider's OCPI credentials token as people write it, not encoded. A
    location or a charger that is None is not told.
    """

    provider_id: str
    live_url: str | None
    timeout_s: float = LIVE_TIMEOUT_S
    uid: str
    token_type: str = "RFID"  # noqa: S105 - a kind of card, not a password
    location_id: str | None = None
    charger_id: str | None = None
    credentials: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAnswer:
    """What came of a wish. `detail` is one short reason for the trace, without secrets; `status_code` is HTTP's."""

    verdict: LiveVerdict
    detail: str | None = None
    status_code: int | None = None
    took_ms: int = 0
    authorization_reference: str | None = None
    """What the provider calls its permission; a partner expects it again with the session (OCPI 2.2.1, 12.3.2.1)."""

    @property
    def is_no_answer(self) -> bool:
        """Nobody judged the token in time; an ALLOWED_OFFLINE one may charge then (authorization.md, step 10)."""
        return self.verdict in _NO_ANSWERS


_NO_ANSWERS = frozenset(
    {LiveVerdict.TIMEOUT, LiveVerdict.UNREACHABLE, LiveVerdict.SHORT_CIRCUITED, LiveVerdict.NO_ADDRESS}
)
