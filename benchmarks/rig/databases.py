"""A database of each kind for an experiment, new and thrown away afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from homecharge.storage import schema
from homecharge.storage.database import Database

POSTGRESQL = os.environ.get("BENCH_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432")
KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def new_database(kind: str) -> Iterator[str]:
    """The URL of a database with our tables and no rows. Raises psycopg.OperationalError without a PostgreSQL."""
    with _sqlite() if kind == "SQLite" else _postgresql() as url:
        database = Database(url)
        schema.upgrade(database.engine)
        database.close()
        yield url


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="homecharge-bench-") as folder:
        yield f"sqlite:///{Path(folder)}/bench.db"


@contextmanager
def _postgresql() -> Iterator[str]:
    name = f"homecharge_bench_{os.getpid()}"
    with psycopg.connect(POSTGRESQL, dbname="postgres", autocommit=True, connect_timeout=5) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        info = server.info
        secret = f":{quote(info.password, safe='')}" if info.password else ""
        try:
            yield f"postgresql://{info.user}{secret}@{info.host}:{info.port}/{name}"
        finally:
            with suppress(psycopg.OperationalError):
                server.execute(drop)
