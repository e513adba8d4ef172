"""A database of each kind, with its tables and without rows, and Ada's home in it for whoever asks."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import NewCharger
from homecharge.domain.homes import Location
from homecharge.ports.units import Db
from homecharge.storage.database import Database
from tests.homes import make_charger, make_home, sign_up
from tests.locks import somebody_waits


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


@pytest.fixture
def meanwhile(here: Database, there: Database) -> Iterator[Callable[[Callable[[Db], Any]], Future[None]]]:
    """Runs something in a unit of the other process; goes on once that waits for a lock, or is through."""
    with ThreadPoolExecutor(1) as thread:

        def begin(work: Callable[[Db], Any]) -> Future[None]:
            def unit() -> None:
                with there.write() as db:
                    work(db)

            begun = thread.submit(unit)
            while not wait([begun], timeout=0.01).done and not somebody_waits(here):
                pass
            return begun

        yield begin
