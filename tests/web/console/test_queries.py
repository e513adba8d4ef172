"""A page costs the same however much there is: as many statements for many rows as for one, each from an index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from homecharge.domain.authorization_codes import Code
from homecharge.storage.database import Database
from tests.authorizations import decide, make_group, make_token
from tests.cards import add_provider
from tests.homes import make_charger, make_home, sign_up
from tests.web.console.conftest import Browser
from tests.web.console.sights import Sights

Statement = tuple[str, Any]
WALK = re.compile(r"SCAN (\w+)(?!.* USING (COVERING )?INDEX)")
"""SQLite reads a table as a whole; through an index it reads in order, and stops when a page is full."""
MADE = re.compile(r"(?:CO-ROUTINE|MATERIALIZE) (\w+)")
"""What a statement makes for itself may be read as a whole."""


def walks(plan: list[str]) -> list[str]:
    """The tables that are read as a whole."""
    made = {found[1] for step in plan if (found := MADE.match(step))} | {"CONSTANT"}
    return [found[1] for step in plan if (found := WALK.match(step)) and found[1] not in made]


@contextmanager
def told(database: Database) -> Iterator[list[Statement]]:
    """The statements that the database is given meanwhile."""
    given: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        given.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield given
    event.remove(database.engine, "before_cursor_execute", note)


def test_no_page_reads_a_table_as_a_whole(agent: Browser, database: Database, sights: Sights):
    with told(database) as given:
        for path in sights.pages:
            agent.get(path)

    reads = {
        statement: parameters for statement, parameters in given if statement.lstrip().startswith(("SELECT", "WITH"))
    }
    with database.read() as db:
        plans = {
            statement: [row[-1] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in reads.items()
        }
    assert len(plans) > 30
    assert {statement: tables for statement, plan in plans.items() if (tables := walks(plan))} == {}


def test_lists_take_as_many_statements_for_many_rows_as_for_one(agent: Browser, database: Database, sights: Sights):
    def statements() -> dict[str, int]:
        counts = {}
        for path in sights.lists:
            with told(database) as given:
                agent.get(path)
            counts[path] = len(given)
        return counts

    few = statements()
    with database.write() as db:
        grace = sign_up(db, "Grace")
        home = make_home(db, grace)
        for number in range(12):
            charger = make_charger(db, grace, home, f"CP{number}")
            provider = add_provider(db, f"P{number:02}")
            make_token(db, provider, uid=f"04{number:08}")
            make_group(db, charger, name=f"Group {number}", uid=f"05{number:08}")
            decide(db, charger, Code.LOCAL_GROUP, uid=f"06{number:08}")

    assert statements() == few
