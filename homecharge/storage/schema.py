"""The schema's version: upgrade it, and refuse to work on an old one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from homecharge.domain.errors import Unavailable
from homecharge.storage.database import DatabaseUnavailable
from homecharge.storage.models import Base


class SchemaOutdated(Unavailable):
    """The database was made by another version of Homecharge."""

    code = "schema_outdated"
    title = "The database schema does not fit this version; run `homecharge db upgrade`"


@contextlib.contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Say what the database says where it is not there, does not let us in, or forbids this; operators read it."""
    try:
        yield
    except (OperationalError, ProgrammingError) as refused:
        if isinstance(refused, ProgrammingError) and not isinstance(refused.orig, InsufficientPrivilege):
            raise
        said = " ".join(str(refused.orig).partition("\nLINE ")[0].split())
        raise DatabaseUnavailable(f"The database cannot be used: {said}") from refused


def _require_utf8(db: Connection) -> None:
    """A PostgreSQL cluster made without a locale has SQL_ASCII databases, which take any bytes for text."""
    if db.dialect.name == "postgresql" and (encoding := db.scalar(text("SHOW server_encoding"))) != "UTF8":
        raise DatabaseUnavailable(
            f"The database has the encoding {encoding} and needs UTF8: "
            "make it with `createdb --encoding=UTF8 --template=template0`."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def head() -> str:
    """The newest revision; raises when there are two heads."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None, "the package holds no migrations"  # noqa: S101 - a broken package, not an input
    return revision


def current(engine: Engine) -> str | None:
    """The revision of this database, None when it is empty."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision()


@_refusals_in_words()
def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; everything or nothing. Raises DatabaseUnavailable."""
    config = _config()
    with engine.execution_options(is_write=True).begin() as db:
        _require_utf8(db)
        config.attributes["connection"] = db
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision (`base` empties it)."""
    config = _config()
    with engine.execution_options(is_write=True).begin() as db:
        config.attributes["connection"] = db
        command.downgrade(config, revision)


@_refusals_in_words()
def require_current(engine: Engine) -> None:
    """Raises SchemaOutdated unless the database is at this package's head; DatabaseUnavailable if it cannot be used."""
    if current(engine) != head():
        raise SchemaOutdated


def differences(engine: Engine) -> list[object]:
    """What the models say that the migrated database does not have; empty when they agree."""
    with engine.connect() as db:
        return list(compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), Base.metadata))


def write_revision(engine: Engine, message: str, *, revision: str | None = None) -> None:
    """Write a new migration from the difference between models and database (for developers)."""
    config = _config()
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.revision(config, message=message, autogenerate=True, rev_id=revision)
