"""Engines and units of work on SQLite and PostgreSQL: how a transaction begins, commits and fails."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from homecharge.domain.errors import Refused, Unavailable
from homecharge.ports.bell import Bell
from homecharge.ports.units import Db
from homecharge.storage.outbox import open_outbox, write_outbox

P = ParamSpec("P")
T = TypeVar("T")
WORKERS = 8
_BELLS, _REQUEST_ID = "bells", "request_id"


class DatabaseUnavailable(Unavailable):
    """The database is away or too busy; what a write did before that is unknown."""

    code = "database_unavailable"
    title = "The database cannot be reached at the moment"
    advice = "Repeat after `Retry-After` seconds, a POST with the same `Idempotency-Key`: then nothing is done twice."


def ring_after_commit(db: Db, topic: str) -> None:
    """Ask for a bell once this unit has committed; a unit that fails rings nothing."""
    db.info[_BELLS].add(topic)


def find_request_id(db: Db) -> str | None:
    """The request that a write unit belongs to, None for one of the engine's."""
    request_id: str | None = db.info[_REQUEST_ID]
    return request_id


class InvariantBroken(Refused):
    """Somebody else was first: a constraint said no, or two transactions met head-on and this one gave way."""

    code = "conflict"
    advice = "Repeat once; it is decided anew."


class Database:
    """The units of work of one process (implements `ports.units.Units`).

    On SQLite a write is `BEGIN IMMEDIATE` behind one process lock (design.md §6): SQLite's default mode silently loses
    read-then-write updates, and waiting for a lock in this process is fair where SQLite's busy handler is not.
    """

    def __init__(self, url: str, *, bell: Bell | None = None, pool_size: int = WORKERS + 8) -> None:
        self._bell = bell
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, pool_size) if self.is_sqlite else _postgresql_engine(url, pool_size)
        self._write_engine = self.engine.execution_options(is_write=True)
        self._lock: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if self.is_sqlite else contextlib.nullcontext()
        )
        self._threads = ThreadPoolExecutor(WORKERS, "db")

    @contextlib.contextmanager
    def read(self) -> Iterator[Db]:
        """A unit that only reads; rolled back at its end."""
        with _translated(), self.engine.connect() as db:
            yield db

    @contextlib.contextmanager
    def write(self, *, request_id: str | None = None) -> Iterator[Db]:
        """A unit that may write; tells in the outbox what it changed, commits at its end, then rings."""
        with _translated(), self._lock, self._write_engine.begin() as db:
            topics: set[str] = set()
            db.info.update({_BELLS: topics, _REQUEST_ID: request_id})
            open_outbox(db)
            yield db
            topics |= write_outbox(db)
        if self._bell is not None:
            for topic in topics:
                self._bell.ring(topic)

    async def run_read(self, service: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`service(db, *args)` in a read unit on a worker thread."""

        def unit() -> T:
            with self.read() as db:
                return service(db, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, unit)

    async def run_write(self, service: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`service(db, *args)` in a write unit on a worker thread."""

        def unit() -> T:
            with self.write() as db:
                return service(db, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, unit)

    def close(self) -> None:
        """Wait for units on worker threads, then close every connection."""
        self._threads.shutdown()
        self.engine.dispose()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what a driver raises into kinds that the rest of the project knows."""
    try:
        yield
    except (InterfaceError, PoolTimeout) as error:
        raise DatabaseUnavailable from error
    except IntegrityError as error:
        raise InvariantBroken from error
    except OperationalError as error:
        if isinstance(error.orig, DeadlockDetected | SerializationFailure):
            raise InvariantBroken from error
        raise DatabaseUnavailable from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable from error
        raise


def _postgresql_engine(url: str, pool_size: int) -> Engine:
    """A server that vanishes without a word is noticed in 20 s, not in the quarter of an hour that the kernel waits.

    So is a process of ours that vanishes or freezes in the middle of a unit: the server would keep the locks on its
    chargers for two hours, and every batch that holds one of them would wait for that in vain.
    """
    vanished = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 20_000}
    session = "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=20000 -c timezone=UTC"
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": 5, "client_encoding": "utf8", "options": session, **vanished},
    )


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, connect_args={"timeout": 10.0})

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32768"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        is_write = db.get_execution_options().get("is_write", False)
        db.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    return engine
