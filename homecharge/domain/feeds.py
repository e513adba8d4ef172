"""Feeds of prices: when to ask again."""

from datetime import datetime, timedelta

EVERY = timedelta(minutes=30)
"""Prices of the next day come once a day; nobody waits long for them."""
FIRST_BACKOFF = timedelta(minutes=1)


def ask_again_at(failures: int, *, now: datetime) -> datetime:
    """When to ask next after so many failures in a row: later each time, but never later than without any."""
    return now + (EVERY if failures == 0 else min(EVERY, FIRST_BACKOFF * 2 ** min(failures - 1, 10)))
