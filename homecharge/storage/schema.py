"""The schema's version: upgrade it, and refuse to work on an old one."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from homecharge.domain.errors import Unavailable
from homecharge.storage.models import Base


class SchemaOutdated(Unavailable):
    """The database was made by another version of Homecharge."""

    code = "schema_outdated"
    title = "The database schema does not fit this version; run `homecharge db upgrade`"


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


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a revision; everything or nothing."""
    config = _config()
    with engine.execution_options(is_write=True).begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to a revision (`base` empties it)."""
    config = _config()
    with engine.execution_options(is_write=True).begin() as db:
        config.attributes["connection"] = db
        command.downgrade(config, revision)


def require_current(engine: Engine) -> None:
    """Raises SchemaOutdated unless the database is at this package's head."""
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
