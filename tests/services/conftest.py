"""A database of each kind, with its tables and without rows, and Ada's home in it for whoever asks."""

from collections.abc import Iterator

import pytest

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import NewCharger
from homecharge.domain.homes import Location
from homecharge.storage.database import Database
from tests.homes import make_charger, make_home, sign_up


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def ada(database: Database) -> Caller:
    """A driver."""
    with database.write() as db:
        return sign_up(db)


@pytest.fixture
def home(database: Database, ada: Caller) -> Location:
    """Hers."""
    with database.write() as db:
        return make_home(db, ada)


@pytest.fixture
def charger(database: Database, ada: Caller, home: Location) -> NewCharger:
    """The one there."""
    with database.write() as db:
        return make_charger(db, ada, home)


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
