"""What is said of the world at an instant: the newest of it counts, and none of it is of the future."""

from datetime import datetime, timedelta
from typing import Protocol

CLOCKS_DIFFER = timedelta(minutes=1)
"""Whoever says it may have a clock that is ahead of ours by this much."""


class Observation(Protocol):
    """Something that was so at an instant."""

    @property
    def at(self) -> datetime:
        """When it was so."""


def observation_problems(seen: Observation, *, now: datetime) -> dict[str, list[str]]:
    """What is wrong with it, by field; empty where nothing is."""
    return {"at": ["This is in the future."]} if seen.at > now + CLOCKS_DIFFER else {}


def supersedes(seen: Observation, known: Observation | None) -> bool:
    """Whether it is news: other than what is known, and no older."""
    return known is None or (seen != known and seen.at >= known.at)
