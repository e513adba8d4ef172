"""Units of work that fail on demand: a database that is away, and commits whose answer is lost."""

import contextlib
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Any, TypeVar

from homecharge.bootstrap import Container
from homecharge.ports.units import Db
from homecharge.services.decisions import decide
from homecharge.storage.database import Database, DatabaseUnavailable

T = TypeVar("T")


class ShakyDatabase(Database):
    """The real database behind a line that breaks when a test says so."""

    is_away = False
    loses_answers = False
    """Writes commit, and nobody is told."""
    loses_decisions = False
    """The same for decisions alone."""
    refused: Collection[Callable[..., Any]] = ()
    """Services whose writes fail, while all others go through."""

    @contextlib.contextmanager
    def write(self, *, request_id: str | None = None) -> Iterator[Db]:
        if self.is_away:
            raise DatabaseUnavailable
        with super().write(request_id=request_id) as db:
            yield db
        if self.loses_answers:
            raise DatabaseUnavailable

    async def run_write(self, service: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        if service in self.refused:
            raise DatabaseUnavailable
        result = await super().run_write(service, *args, **kwargs)
        if self.loses_decisions and service is decide:
            raise DatabaseUnavailable
        return result


class ShakyContainer(Container):
    """A process whose database is shaky."""

    @cached_property
    def database(self) -> ShakyDatabase:
        return ShakyDatabase(self.settings.database_url, bell=self.bell)


def database_of(container: Container) -> ShakyDatabase:
    assert isinstance(container.database, ShakyDatabase)
    return container.database
