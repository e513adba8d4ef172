"""A page of a list that is ordered by an instant and an id: where it starts, how much, and where the next one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
Position: TypeAlias = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Keyset:
    """Which page: at most `limit` items after the position of an item, from the beginning where that is None."""

    limit: int = 50
    after: Position | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in the list's order; `next` is the position after which the next page starts, None on the last one."""

    items: Sequence[T]
    next: Position | None
