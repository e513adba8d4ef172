"""One `run` per SQLite file: the lock of its writers lives in the process, so no second one may write."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from homecharge.storage.database import DatabaseUnavailable


class AlreadyRunning(RuntimeError):
    """Another process runs on this file; the message says which file."""


@contextlib.contextmanager
def only_run(database: Path) -> Iterator[None]:
    """Hold the file's lock. The kernel frees it when the process ends, however it ends.

    Raises AlreadyRunning, and DatabaseUnavailable for a place where nothing can be written.
    """
    lock = database.with_name(database.name + ".lock")
    try:
        held = lock.open("w")
    except OSError as refused:
        raise DatabaseUnavailable(f"The database cannot be used: {refused}") from refused
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Another homecharge process runs on {database}. One process per SQLite file; use PostgreSQL for more."
            ) from None
        yield
