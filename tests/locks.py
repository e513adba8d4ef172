"""Units of work that wait for one another on PostgreSQL."""

import threading

from sqlalchemy import text

from homecharge.storage.database import Database

_WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def somebody_waits(database: Database) -> bool:
    """Whether a unit of work waits for a lock of another's."""
    with database.read() as db:
        return db.execute(text(_WAITING)).first() is not None


def until_somebody_waits(database: Database) -> None:
    """Returns as soon as one does; raises TimeoutError after a while, before the server ends whoever is waited for."""
    for _ in range(1_000):
        if somebody_waits(database):
            return
        threading.Event().wait(0.01)
    raise TimeoutError
