"""Collections without a bound, in parts that one statement takes: each value is a parameter of it.

SQLite takes 32,766 of them, PostgreSQL 65,535.
"""

from collections.abc import Collection, Iterator

PART = 1_000


def in_parts(values: Collection[str], *, size: int = PART) -> Iterator[list[str]]:
    """Sorted, so that whoever locks rows part by part meets others in one order."""
    ordered = sorted(values)
    for first in range(0, len(ordered), size):
        yield ordered[first : first + size]
