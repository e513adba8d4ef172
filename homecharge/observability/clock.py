"""The system clock: the only module that reads it, asked at the edge and handed inwards as `now`."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells instants and measures durations; the two disagree when somebody sets the machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC. It may jump, also backwards."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment. It never goes backwards."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's idea of the present instant."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since an arbitrary moment of this machine."""
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is told otherwise, for tests and replays."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """The instant the clock was last brought to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that have passed; a jump of the wall clock is none."""
        return self._monotonic

    def advance(self, by: timedelta) -> None:
        """Let time pass. Raises ValueError for a negative duration: time does not, clocks do; see `jump`."""
        if by < timedelta(0):
            raise ValueError(f"time cannot pass backwards: {by}")
        self._now += by
        self._monotonic += by.total_seconds()

    def jump(self, by: timedelta) -> None:
        """Set the wall clock forward or back, as an operator or NTP does, without time passing."""
        self._now += by
