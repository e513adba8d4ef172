"""Migrations: one head, the same schema as the models, down and up again, and an old schema refused."""

import pytest
from alembic.script import ScriptDirectory

from homecharge.storage import schema
from homecharge.storage.database import Database
from homecharge.storage.schema import SchemaOutdated


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(schema._config()).get_heads()) == 1


def test_the_migrated_schema_is_that_of_the_models(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    differences = schema.differences(database.engine)
    database.close()
    assert differences == []


def test_down_and_up_again_leads_to_the_same_place(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    schema.downgrade(database.engine, "base")
    emptied = schema.current(database.engine)
    schema.upgrade(database.engine)
    reached = schema.current(database.engine)
    database.close()
    assert emptied is None
    assert reached == schema.head()


def test_an_old_schema_is_refused_with_the_command_to_run(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(SchemaOutdated, match="homecharge db upgrade"):
        schema.require_current(database.engine)
    schema.upgrade(database.engine)
    schema.require_current(database.engine)
    database.close()
    assert schema.head()
