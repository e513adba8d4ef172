"""A provider that keeps failing is not asked for a while: its card holders need not wait for what does not come.

Closed: everybody asks. After five failures in a row it opens: nobody does. After 30 s one asks, and another one each
30 s; an answer closes it, also a refusing one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 5
OPEN_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """What came of asking one provider: `failures` in a row since `failing_since`; `next_try_at` None: it is closed."""

    failures: int = 0
    failing_since: datetime | None = None
    next_try_at: datetime | None = None

    def is_open(self, *, now: datetime) -> bool:
        """Whether nobody asks now. A try that lies further ahead than any is set was set before the clock went back."""
        return self.next_try_at is not None and now < self.next_try_at <= now + OPEN_FOR

    def asked(self, *, now: datetime) -> "Circuit":
        """Somebody asks now, which they may unless it `is_open`; if they try for all, the others go on waiting."""
        return self if self.next_try_at is None else replace(self, next_try_at=now + OPEN_FOR)

    def failed(self, *, now: datetime) -> "Circuit":
        """No answer came, or one that the provider itself calls a failure of its own.

        What was asked before it opened and fails later does not postpone the next try.
        """
        failures, since = self.failures + 1, self.failing_since or now
        opens_now = self.next_try_at is None and failures >= FAILURES
        return Circuit(
            failures=failures,
            failing_since=since,
            next_try_at=now + OPEN_FOR if opens_now else self.next_try_at,
        )

    @property
    def reason(self) -> str:
        """Why nobody asks: `the provider failed 5 times since 12:03:10; next try 12:03:40 UTC`; while it is open."""
        return (
            f"the provider failed {self.failures} times since {self.failing_since:%H:%M:%S}; "
            f"next try {self.next_try_at:%H:%M:%S} UTC"
        )


CLOSED = Circuit()
"""Also what an answer makes of any."""
