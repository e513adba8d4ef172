"""When something that did not get through is tried again, and when nobody tries any more."""

from datetime import datetime, timedelta

_BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400))
KEPT_UP = timedelta(hours=24)
"""A webhook is tried for so long; what disturbs people, until it is no news any more."""
DISABLED_AFTER = timedelta(days=3)
"""A webhook through which nothing has got for so long is switched off."""


def again_at(tries: int, *, until: datetime, now: datetime) -> datetime | None:
    """When the next try is, after so many; None once that would be too late."""
    at = now + _BACK_OFF[min(tries, len(_BACK_OFF)) - 1]
    return at if at < until else None


def is_given_up(failing_since: datetime, *, now: datetime) -> bool:
    """Whether a webhook has failed for so long that it is switched off."""
    return now - failing_since >= DISABLED_AFTER
