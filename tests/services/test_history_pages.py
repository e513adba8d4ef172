"""Pages of History: together they are the sorted whole, whatever is asked for and whatever happens meanwhile."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, text

from homecharge.domain.history import Filters, Scope
from homecharge.domain.pages import Keyset
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.ports.units import Db
from homecharge.storage.database import Database
from homecharge.storage.queries import history
from homecharge.storage.queries.history import fetch_history, history_branches
from homecharge.storage.types import new_id
from tests.histories import REASONS, Place, fill, newest_first, passes, walk
from tests.homes import NOW, make_charger, make_home, sign_up

SPAN_S = 40
"""So short that many sessions share an instant, and the id decides."""


class World:
    """Three homes with two chargers each, and who charges there."""

    def __init__(self, database: Database, *, count: int, span_s: int = SPAN_S) -> None:
        self.database = database
        with database.write() as db:
            ada, bob = sign_up(db), sign_up(db, "Bob")
            homes = [make_home(db, ada) for _ in range(3)]
            numbers = itertools.count()
            chargers = [make_charger(db, ada, home, f"CP{next(numbers)}") for home in homes for _ in range(2)]
            self.locations = [home.id for home in homes]
            self.places: list[Place] = [(charger.id, charger.location_id) for charger in chargers]
            self.drivers = [ada.account_id, bob.account_id, None]
            self.sessions: list[Session] = fill(db, self.places, self.drivers, count=count, span_s=span_s)

    @property
    def people(self) -> list[str]:
        return [driver for driver in self.drivers if driver is not None]


@pytest.fixture
def world(database: Database) -> World:
    return World(database, count=150)


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(st.just(()), st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple))


def instants() -> st.SearchStrategy[object]:
    return st.one_of(st.none(), st.integers(0, SPAN_S).map(lambda seconds: NOW - timedelta(seconds=seconds)))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_all_pages_together_are_the_sorted_whole(world: World, data: st.DataObject):
    scopes = data.draw(
        st.lists(
            st.builds(Scope, st.sampled_from(world.locations), st.sampled_from([None, *world.people])),
            unique_by=lambda scope: scope.location_id,
        )
    )
    filters = Filters(
        charger_ids=data.draw(some([charger_id for charger_id, _ in world.places])),
        location_ids=data.draw(some(world.locations)),
        driver_ids=data.draw(some(world.people)),
        kinds=tuple(map(Kind, data.draw(some(["boost", "manual", "plug_in"])))),
        statuses=tuple(map(Status, data.draw(some(["completed", "rejected", "planned"])))),
        reasons=tuple(map(Code, data.draw(some([reason.value for reason in REASONS])))),
        since=data.draw(instants()),
        until=data.draw(instants()),
        updated_since=data.draw(instants()),
    )

    with world.database.read() as db:
        found = walk(db, scopes, filters, limit=data.draw(st.sampled_from([1, 7, 50, 200])))

    assert found == newest_first(session for session in world.sessions if passes(session, scopes, filters))


def test_rows_that_come_while_somebody_pages_are_neither_repeated_nor_push_others_out(world: World):
    scopes = [Scope(location) for location in world.locations]
    expected = newest_first(session for session in world.sessions if passes(session, scopes, Filters()))
    found: list[str] = []
    keyset: Keyset | None = Keyset(limit=20)

    while keyset is not None:
        with world.database.write() as db:
            page = fetch_history(db, scopes, Filters(), keyset)
            fill(db, world.places, world.drivers, count=5, span_s=1, seed=2 + len(found))
        found += [session.id for session in page.items]
        keyset = None if page.next is None else Keyset(limit=20, after=page.next)

    assert found == expected


def test_more_pages_than_one_statement_reads_are_still_one_list(world: World):
    scopes = [Scope(location) for location in world.locations]
    strangers = tuple(new_id() for _ in range(history.BRANCHES // 2))
    filters = Filters(driver_ids=(*strangers, *world.people))

    with world.database.read() as db:
        found = walk(db, scopes, filters, limit=30)

    assert len(scopes) * len(filters.driver_ids) > history.BRANCHES
    assert found == newest_first(session for session in world.sessions if passes(session, scopes, filters))


def test_somebody_without_a_home_has_an_empty_history(world: World):
    with world.database.read() as db:
        page = fetch_history(db, [], Filters(), Keyset())

    assert (page.items, page.next) == ([], None)


INDEXES = [
    (Filters(), "ix_sessions_history"),
    (Filters(reasons=(Code.CHARGER_REFUSED,)), "ix_sessions_history_reason"),
    (Filters(reasons=(Code.CAR_UNPLUGGED, Code.CHARGER_OFFLINE)), "ix_sessions_history_reason"),
    (Filters(reasons=(Code.CHARGER_REFUSED,), since=NOW - timedelta(days=9)), "ix_sessions_history_reason"),
    (Filters(kinds=(Kind.BOOST,)), "ix_sessions_history_kind"),
    (Filters(statuses=(Status.REJECTED,)), "ix_sessions_history_status"),
    (Filters(statuses=(Status.PLANNED,)), "ix_sessions_history_status"),
    (Filters(since=NOW - timedelta(days=3)), "ix_sessions_history"),
]


def test_every_page_of_every_location_is_read_in_order_from_the_filters_index(big_world: World):
    scopes = [Scope(location) for location in big_world.locations]
    plans = []

    with big_world.database.read() as db:
        for (filters, index), after in itertools.product(INDEXES, [None, (NOW - timedelta(days=2), "0")]):
            branches = history_branches(scopes, filters, Keyset(limit=50, after=after))
            plans += [(index, plan(big_world.database, db, branch)) for branch in branches]

        lately = history_branches(scopes, Filters(updated_since=NOW + timedelta(days=19)), Keyset(limit=50))
        changed = [plan(big_world.database, db, branch) for branch in lately]

    assert [(index, found) for index, found in plans if f"{index} " not in found] == []
    assert [found for _, found in plans if any(word in found for word in ("Seq Scan", "Sort", "SCAN", "B-TREE"))] == []
    assert [found for found in changed if "ix_sessions_history_updated " not in found] == []


@pytest.fixture
def big_world(database: Database) -> World:
    """So many sessions that no planner would rather read them all."""
    world = World(database, count=8_000, span_s=20 * 86_400)
    if not database.is_sqlite:
        with database.engine.connect() as db:
            db.execute(text("ANALYZE sessions"))
            db.commit()
    return world


def plan(database: Database, db: Db, branch: Select[Any]) -> str:
    statement = str(branch.compile(database.engine, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    rows = db.exec_driver_sql(explain + (statement if database.is_sqlite else statement.replace("%", "%%")))
    return " ".join(str(row[-1]) for row in rows) + " "
