"""How long the rules wait: durations that operators may set and tests run short."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Deadlines of the one path to start a charge; the defaults are those of rejections.md and chargers.md."""

    start_confirm: timedelta = timedelta(seconds=120)
    energy_confirm: timedelta = timedelta(seconds=180)
    command_timeout: timedelta = timedelta(seconds=30)
    offline_grace: timedelta = timedelta(seconds=60)
    outage_grace: timedelta = timedelta(seconds=300)
    boost_window: timedelta = timedelta(seconds=600)
    stable_line: timedelta = timedelta(seconds=30)
    backoff: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
    lost_available: timedelta = timedelta(seconds=120)
    lost_plugged: timedelta = timedelta(seconds=300)
    stop_again: tuple[timedelta, ...] = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))
    refused_grace: timedelta = timedelta(seconds=60)
    surplus_fresh: timedelta = timedelta(seconds=900)
    surplus_hold: timedelta = timedelta(seconds=300)
    surplus_step: timedelta = timedelta(seconds=30)

    def backoff_after(self, attempt: int) -> timedelta:
        """The wait after the given try (1 is the first); the last value repeats."""
        return self.backoff[min(attempt, len(self.backoff)) - 1]

    def stop_again_after(self, tries: int) -> timedelta | None:
        """The wait after so many stops that were not obeyed; None: no more until the charger connects anew."""
        return self.stop_again[tries - 1] if tries <= len(self.stop_again) else None
