"""How many statements are drawn at a time: each keeps a worker busy for seconds, and other requests need those."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from homecharge.domain.errors import TooMany

STATEMENTS_AT_ONCE = 2
"""Of the four workers of a process; as many as files are read."""
RETRY_AFTER_S = 5


class TooManyStatements(TooMany):
    """A statement is being made for this person already, or as many for others as are made at a time."""

    code = "too_many_statements"
    title = "Other statements are being made; try again shortly"
    advice = "Ask again after `Retry-After` seconds, once the statement before it has come; CSV has no such limit."


class Room:
    """Where statements are drawn, in one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken_by: set[str] = set()

    @contextmanager
    def taken_by(self, account_id: str) -> Iterator[None]:
        """A place for a person's one statement. Raises TooManyStatements, at once: nobody waits in a worker."""
        with self._lock:
            if account_id in self._taken_by or len(self._taken_by) >= STATEMENTS_AT_ONCE:
                raise TooManyStatements(retry_after_s=RETRY_AFTER_S)
            self._taken_by.add(account_id)
        try:
            yield
        finally:
            with self._lock:
                self._taken_by.remove(account_id)
