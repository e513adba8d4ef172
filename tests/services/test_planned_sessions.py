"""What is planned or goes on is found by indexes, however long History is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from homecharge.domain.schedules import Schedule
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.cancelling import Cancellation
from homecharge.services.occurrences import heal
from homecharge.services.outlooks import view_outlook
from homecharge.services.schedule_endings import switch_off
from homecharge.storage.database import Database
from homecharge.storage.queries.occurrences import list_shown
from tests.homes import NOW, make_charger, make_home, sign_up
from tests.schedules import schedule

Statement = tuple[str, Any]


@pytest.fixture
def planned(database: Database) -> Schedule:
    with database.write() as db:
        driver = sign_up(db)
        charger = make_charger(db, driver, make_home(db, driver))
        return schedule(db, charger.id, driver, now=NOW)


def _ask_outlook(db: Db, planned: Schedule) -> None:
    view_outlook(db, planned, Timing(), language=ENGLISH, now=NOW)


def _switch_off(db: Db, planned: Schedule) -> None:
    by = Cancellation(by=planned.driver_id, device=None, action="schedule_disabled")
    switch_off(db, [planned.id], by, now=NOW)


def _look_at_schedule(db: Db, planned: Schedule) -> None:
    list_shown(db, [planned], now=NOW)


@pytest.mark.parametrize("act", [_ask_outlook, _switch_off, _look_at_schedule])
def test_no_look_for_the_sessions_of_a_schedule_reads_them_all(
    database: Database, planned: Schedule, act: Callable[[Db, Schedule], None]
) -> None:
    with database.write() as db, _statements(database) as made:
        act(db, planned)
    of_sessions = [each for each in made if "sessions.charger_id" in each[0]]
    with database.read() as db:
        plans = [_plan(database, db, each) for each in of_sessions]

    assert plans
    assert [plan for plan in plans if "ix_sessions_live" not in plan and "ix_sessions_open" not in plan] == []


def test_the_sweep_for_gaps_looks_at_no_occurrence_that_is_decided(database: Database, planned: Schedule) -> None:
    with database.write() as db, _statements(database) as made:
        heal(db, now=NOW)
    sweeping = [each for each in made if "decided_at IS NULL" in each[0]]
    with database.read() as db:
        plans = [_plan(database, db, each) for each in sweeping]

    assert len(plans) == 2
    assert [plan for plan in plans if "ix_occurrences_ahead" not in plan] == []


@contextmanager
def _statements(database: Database) -> Iterator[list[Statement]]:
    """What is executed meanwhile, with its parameters."""
    made: list[Statement] = []

    def note(*said: Any) -> None:
        _db, _cursor, statement, parameters, _context, is_many = said
        if not is_many:
            made.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield made
    event.remove(database.engine, "before_cursor_execute", note)


def _plan(database: Database, db: Db, made: Statement) -> str:
    """As the planner sees it where reading a whole table costs too much."""
    if not database.is_sqlite:
        db.execute(text("SET LOCAL enable_seqscan = off"))
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    return " ".join(str(row[-1]) for row in db.exec_driver_sql(explain + made[0], made[1]))
