"""Units of work: one transaction each, read or write, and the way the async side runs one without blocking the loop."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection

P = ParamSpec("P")
T = TypeVar("T")

Db: TypeAlias = Connection


class Units(Protocol):
    """What web and engine get from bootstrap. A unit commits once at its end; an exception rolls it back.

    Raises `storage.database.DatabaseUnavailable` (a domain `Unavailable`) when the database is away; after that the
    outcome of a write is unknown and nothing may be sent on the strength of it.
    """

    def read(self) -> AbstractContextManager[Db]:
        """A unit that only reads."""
        ...

    def write(self, *, request_id: str | None = None) -> AbstractContextManager[Db]:
        """A unit that may write; bells rung by services inside it sound after the commit.

        `request_id` is kept with every step of a timeline that is added inside it.
        """
        ...

    async def run_read(self, service: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`service(db, *args)` in a read unit on a worker thread."""
        ...

    async def run_write(self, service: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`service(db, *args)` in a write unit on a worker thread."""
        ...
