"""A migrated database of each kind."""

from collections.abc import Iterator

import pytest

from homecharge.storage import schema
from homecharge.storage.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    schema.upgrade(database.engine)
    yield database
    database.close()
