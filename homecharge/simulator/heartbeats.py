"""Heartbeats of one charge point, by a timer and not a task: ten thousand of them must be cheap."""

import asyncio
from collections.abc import Callable


class Heartbeats:
    """Calls `beat` every so often once told to."""

    __slots__ = ("_beat", "_interval_s", "_timer")

    def __init__(self, beat: Callable[[], None]) -> None:
        self._beat = beat
        self._interval_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def every(self, interval_s: float) -> None:
        """Beat at this interval from now on; 0 or less is never."""
        self.stop()
        self._interval_s = interval_s
        if interval_s > 0:
            self._timer = asyncio.get_running_loop().call_later(interval_s, self._on_time)

    def stop(self) -> None:
        """Beat no more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _on_time(self) -> None:
        self._beat()
        self.every(self._interval_s)
