"""Migrations: one head, the same schema as the models, down and up again, and an old schema refused."""

from collections.abc import Callable
from typing import cast

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, String, event

from homecharge.domain.id_tokens import MAX_ID_TAG
from homecharge.storage import schema
from homecharge.storage.database import Database, DatabaseUnavailable
from homecharge.storage.models import Base
from homecharge.storage.schema import SchemaOutdated


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(schema._config()).get_heads()) == 1


def test_the_migrated_schema_is_that_of_the_models(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    schema.upgrade(database.engine)
    differences = schema.differences(database.engine)
    database.close()
    assert differences == []


def test_what_keeps_a_shown_tag_has_room_for_every_tag_that_may_be_shown() -> None:
    kept = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name in {"uid", "uid_key", "card_uid", "id_tag", "remote_start_tag"}
    ]

    short = [str(column) for column in kept if (cast("String", column.type).length or 0) < MAX_ID_TAG]

    assert len(kept) > 10
    assert short == []


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


@pytest.mark.parametrize("act", [schema.upgrade, schema.require_current])
def test_a_database_that_is_not_there_is_refused_with_what_the_server_says(act: Callable[[Engine], None]) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailable, match="port 1 failed: Connection refused"):
        act(database.engine)
    database.close()


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_a_schema_that_may_not_be_changed_is_refused_with_what_the_server_says(empty_database_url: str) -> None:
    database = Database(empty_database_url)

    @event.listens_for(database.engine, "begin")
    def _(db: Connection) -> None:
        db.exec_driver_sql("SET LOCAL search_path = pg_catalog")  # where not even a superuser may create anything

    with pytest.raises(DatabaseUnavailable, match=r"cannot be used: permission denied [^\n]*pg_catalog"):
        schema.upgrade(database.engine)
    database.close()


def test_a_database_without_an_encoding_is_refused_with_the_way_to_make_a_right_one(ascii_database_url: str) -> None:
    database = Database(ascii_database_url)
    with pytest.raises(DatabaseUnavailable, match=r"encoding SQL_ASCII and needs UTF8: .*createdb"):
        schema.upgrade(database.engine)
    database.close()
