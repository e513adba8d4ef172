"""Feeds of prices: which addresses may be one, and when to ask again."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

EVERY = timedelta(minutes=30)
"""Prices of the next day come once a day; nobody waits long for them."""
FIRST_BACKOFF = timedelta(minutes=1)
LONGEST_URL = 500
_VISIBLE = re.compile(r"[\x21-\x7e]+")


def url_problem(url: str) -> str | None:
    """What is wrong with the address of a feed, in a sentence; whether it leads somewhere is seen when it is asked."""
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "Not an http or https URL."
    if not is_sound or not _VISIBLE.fullmatch(url):
        return "Not an http or https URL."
    if parts.username is not None or parts.password is not None:
        return "A URL with a name or a password in it is not kept."
    return f"At most {LONGEST_URL} characters." if len(url) > LONGEST_URL else None


def ask_again_at(failures: int, *, now: datetime) -> datetime:
    """When to ask next after so many failures in a row: later each time, but never later than without any."""
    return now + (EVERY if failures == 0 else min(EVERY, FIRST_BACKOFF * 2 ** min(failures - 1, 10)))
