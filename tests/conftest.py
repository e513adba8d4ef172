"""What tests stand on: real databases, a real Redis, Node, a browser; missing ones are skipped, save where CI=true."""

import logging
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

import hypothesis
import psycopg
import pytest
import redis
import structlog
from psycopg import sql

from homecharge.storage import schema
from homecharge.storage.database import Database
from homecharge.storage.models import Base

TESTS = Path(__file__).parent
_FIRST = ("processes", "contract", "soundness", "engine", "independent")
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432")

hypothesis.settings.register_profile("homecharge", deadline=None, print_blob=True)  # a busy machine is no failure
hypothesis.settings.load_profile("homecharge")


def _log_plainly() -> None:
    """As structlog does by itself, save that a traceback is no picture of all local variables: that takes seconds."""
    structlog.reset_defaults()
    processors = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*processors[:-1], plain])


_log_plainly()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=1, help="how often tests of disasters and of the contract try")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that no worker is left with it at the end while the others have nothing.

    Tests over real processes need a core each while those start: first of all, and not beside what waits for instants.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(TESTS).parts[0]
    return _FIRST.index(folder) if folder in _FIRST else len(_FIRST)


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often a test over real processes repeats its disaster: few by default, many in `make soak`."""
    number: int = request.config.getoption("rounds")
    return number


@pytest.fixture
def restored_logging() -> Iterator[None]:
    """Logging as it was, after a test that configures it for the whole process."""
    root, chatty = logging.getLogger(), logging.getLogger("websockets")
    handlers, level, chatty_level = root.handlers[:], root.level, chatty.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    chatty.setLevel(chatty_level)
    _log_plainly()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with its tables and without rows, of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        with _postgresql_database("empty") as keeper:
            yield _url(keeper)


@pytest.fixture
def sqlite_url(_sqlite: Path, tmp_path: Path) -> str:
    """A SQLite file of the test's own, with its tables and without rows."""
    return f"sqlite:///{shutil.copy(_sqlite, tmp_path / 'test.db')}"


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file to copy: migrating it takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def ascii_database_url() -> Iterator[str]:
    """A database as a PostgreSQL makes it that was installed without a locale."""
    with _postgresql_database("ascii", "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'") as keeper:
        yield _url(keeper)


@pytest.fixture
def postgresql_url(_postgresql: psycopg.Connection) -> str:
    """The worker's PostgreSQL database with its tables, without rows and without connections left by other tests."""
    _postgresql.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    )
    _postgresql.execute(_EMPTY)
    return _url(_postgresql)


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[psycopg.Connection]:
    with _postgresql_database("rows") as keeper:
        keeper.execute(  # no test stops the server itself, so that nothing is lost by not waiting for its disk
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(keeper.info.dbname))
        )
        _migrate(_url(keeper))
        yield keeper


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database.engine)
    database.close()


@pytest.fixture
def redis_url(_redis_server: str) -> str:
    """A Redis of the worker's own, because channels are not divided by database numbers; empty."""
    with redis.Redis.from_url(_redis_server) as client:
        client.flushall()
    return _redis_server


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("redis-server") or _missing("redis-server is not installed")
    port = _free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path_factory.mktemp("redis"))]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:
        retry = redis.retry.Retry(redis.backoff.ConstantBackoff(0.02), 250)
        with redis.Redis(port=port, retry=retry) as client:
            client.ping()
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


@pytest.fixture(scope="session")
def node() -> str:
    """The Node.js program, for clients that nobody here wrote."""
    return shutil.which("node") or _missing("Node.js is not installed")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Debian's browser, for pages as people see them."""
    return shutil.which("chromium") or _missing("Chromium is not installed")


_TABLES = ",".join(table.name for table in reversed(Base.metadata.sorted_tables))
"""Who refers goes before what is referred to."""
_EMPTY = f"""
DO $$
DECLARE
    candidate text;
    is_filled boolean;
BEGIN
    FOREACH candidate IN ARRAY '{{{_TABLES}}}'::text[] LOOP
        IF pg_relation_size(candidate::regclass) > 1000000 THEN
            EXECUTE 'TRUNCATE ' || candidate || ' CASCADE';
        ELSE
            EXECUTE 'SELECT EXISTS (SELECT FROM ' || candidate || ')' INTO is_filled;
            IF is_filled THEN EXECUTE 'DELETE FROM ' || candidate; END IF;
        END IF;
    END LOOP;
END $$
"""
"""Few rows are deleted sooner than their files are made anew."""


@contextmanager
def _postgresql_database(purpose: str, encoding: str = "ENCODING 'UTF8'") -> Iterator[psycopg.Connection]:
    """A new database of this process, and the connection that keeps other test runs from sweeping it away.

    Its encoding is not the cluster's, which is SQL_ASCII where PostgreSQL was installed without a locale.
    """
    name = f"homecharge_test_{os.getpid()}_{purpose}"
    try:
        server = psycopg.connect(
            POSTGRESQL, dbname="postgres", client_encoding="utf8", autocommit=True, connect_timeout=5
        )
    except psycopg.OperationalError as refused:
        _missing(f"PostgreSQL does not answer: {refused}")
    with server:
        server.execute("SELECT pg_advisory_lock(hashtext('homecharge_test'))")  # no sweep before the keeper is there
        _sweep(server)
        create = "CREATE DATABASE {} TEMPLATE template0 " + encoding
        server.execute(sql.SQL(create).format(sql.Identifier(name)))
        with psycopg.connect(POSTGRESQL, dbname=name, client_encoding="utf8", autocommit=True) as keeper:
            server.execute("SELECT pg_advisory_unlock_all()")
            yield keeper
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _sweep(server: psycopg.Connection) -> None:
    """Drop the databases of test runs that were killed: those that nobody is connected to."""
    left_over = server.execute(
        r"SELECT datname FROM pg_database WHERE datname LIKE 'homecharge\_test\_%'"
        " AND oid NOT IN (SELECT datid FROM pg_stat_activity WHERE datid IS NOT NULL)"
    )
    for (name,) in left_over.fetchall():
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _url(connection: psycopg.Connection) -> str:
    info = connection.info
    secret = f":{quote(info.password, safe='')}" if info.password else ""
    return f"postgresql://{info.user}{secret}@{info.host}:{info.port}/{info.dbname}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _missing(reason: str) -> NoReturn:
    """Skip on a developer's machine; fail where everything is promised to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
