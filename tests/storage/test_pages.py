"""A list is read page by page: nothing twice, nothing left out, also where instants are equal."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, MetaData, Row, String, Table, insert, select

from homecharge.domain.pages import Keyset, Page
from homecharge.storage.database import Database
from homecharge.storage.queries.pages import fetch_page
from homecharge.storage.types import Id, UtcDateTime

START = datetime(2026, 11, 20, 11, 5, tzinfo=UTC)
ROWS = Table(
    "test_pages",
    MetaData(),
    Column("at", UtcDateTime(), nullable=False),
    Column("id", Id, primary_key=True),
    Column("name", String(10), nullable=False),
)
"""Microseconds apart, two at the same instant, named in the order of (at, id)."""


@pytest.fixture
def filled(database: Database) -> Iterator[Database]:
    instants = [
        START,
        START,
        START + timedelta(microseconds=1),
        START + timedelta(seconds=1),
        START + timedelta(days=1),
    ]
    rows = [{"at": at, "id": f"{number:036}", "name": "abcde"[number]} for number, at in enumerate(instants)]
    with database.write() as db:
        ROWS.metadata.create_all(db)
        db.execute(insert(ROWS), rows)
    yield database
    with database.write() as db:
        ROWS.metadata.drop_all(db)


def page(database: Database, keyset: Keyset, *, oldest_first: bool = False) -> Page[str]:
    def name_of(row: Row[tuple[datetime, str, str]]) -> str:
        return str(row.name)

    with database.read() as db:
        return fetch_page(db, select(ROWS), keyset, name_of, at=ROWS.c.at, id=ROWS.c.id, oldest_first=oldest_first)


@pytest.mark.parametrize(("oldest_first", "order"), [(False, "edcba"), (True, "abcde")])
@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_pages_follow_one_another(filled: Database, limit: int, *, oldest_first: bool, order: str) -> None:
    seen, keyset = "", Keyset(limit)
    while True:
        found = page(filled, keyset, oldest_first=oldest_first)
        seen += "".join(found.items)
        if found.next is None:
            break
        keyset = Keyset(limit, found.next)

    assert seen == order


@pytest.mark.parametrize("limit", [5, 6])
def test_a_page_that_holds_the_rest_is_the_last(filled: Database, limit: int) -> None:
    found = page(filled, Keyset(limit))

    assert ("".join(found.items), found.next) == ("edcba", None)


def test_a_position_that_no_longer_exists_is_as_good(filled: Database) -> None:
    found = page(filled, Keyset(2, (START + timedelta(hours=1), "gone")))

    assert "".join(found.items) == "dc"
