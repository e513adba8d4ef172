"""A database of each kind, with its tables and without rows."""

from collections.abc import Iterator

import pytest

from homecharge.storage.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def here(postgresql_url: str) -> Iterator[Database]:
    """One of two processes on the same PostgreSQL, for races."""
    database = Database(postgresql_url)
    yield database
    database.close()


@pytest.fixture
def there(postgresql_url: str) -> Iterator[Database]:
    """The other one."""
    database = Database(postgresql_url)
    yield database
    database.close()
