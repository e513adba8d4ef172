"""Occurrences follow one another: eight undecided, the first of them planned, through outages and rival processes."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import event, update

from homecharge.domain.schedules import Manual
from homecharge.domain.session_state import Status
from homecharge.services.occurrences import decided, heal
from homecharge.services.skipping import skip
from homecharge.storage.database import Database
from homecharge.storage.models import Occurrence
from homecharge.storage.queries.occurrences import OCCURRENCES, delete_occurrences, list_occurrences
from homecharge.storage.queries.sessions import TABLE as SESSIONS
from tests.homes import NOW, make_charger, make_home, sign_up
from tests.schedules import NIGHTLY, days, leave_planned, on, planned, run_due, schedule, tries, undecided

MIDNIGHT = NOW.replace(day=21, hour=0, minute=0)
DUE = MIDNIGHT + timedelta(minutes=30)


@pytest.fixture
def nightly(database: Database) -> str:
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        return schedule(db, charger.id, ada, now=NOW).id


def test_a_new_schedule_has_eight_occurrences_and_a_session_for_the_first(database: Database, nightly: str):
    with database.read() as db:
        occurrences, session = undecided(db, nightly), planned(db, nightly)

    assert days(occurrences) == [21, 22, 23, 24, 25, 26, 27, 28]
    assert session.occurrence_id == occurrences[0].id
    assert session.due_at == session.wake_at == occurrences[0].starts_at == DUE
    assert (session.window_start, session.window_end) == (occurrences[0].window_start, occurrences[0].window_end)
    assert session.last_feasible_start == DUE + timedelta(hours=4, minutes=45)


def test_a_one_off_has_one_occurrence_and_no_successor(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        once = schedule(db, charger.id, ada, on("2026-11-21"), now=NOW).id
        before = undecided(db, once)

        leave_planned(db, planned(db, once), now=DUE)
        after = undecided(db, once)

    assert days(before) == [21]
    assert after == []


def test_deciding_one_brings_the_next(database: Database, nightly: str):
    with database.write() as db:
        first = planned(db, nightly)

        leave_planned(db, first, now=DUE)

        assert days(undecided(db, nightly)) == [22, 23, 24, 25, 26, 27, 28, 29]
        assert planned(db, nightly).due_at == DUE + timedelta(days=1)
        [row] = list_occurrences(db, OCCURRENCES.c.id == first.occurrence_id)
        assert row.decided_at == DUE


def test_deciding_one_twice_changes_nothing_more(database: Database, nightly: str):
    with database.write() as db:
        first = planned(db, nightly)
        leave_planned(db, first, now=DUE)
        after_once = undecided(db, nightly), tries(db, nightly)

        decided(db, [first.occurrence_id or ""], now=DUE + timedelta(seconds=1))

        assert (undecided(db, nightly), tries(db, nightly)) == after_once


def test_a_skipped_occurrence_leaves_its_row_in_history_when_its_turn_comes(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        nightly = schedule(db, make_charger(db, ada, make_home(db, ada)).id, ada, now=NOW).id
        later = undecided(db, nightly)[1:3]
        for occurrence in later:
            skip(db, occurrence.id, caller=ada, now=NOW)
        assert [session.status for session in tries(db, nightly)] == [Status.PLANNED]

        leave_planned(db, planned(db, nightly), now=DUE)

        skipped = tries(db, nightly, Status.REJECTED)
        assert [session.occurrence_id for session in skipped] == [occurrence.id for occurrence in later]
        assert [session.due_at for session in skipped] == [DUE + timedelta(days=1), DUE + timedelta(days=2)]
        assert {(s.reason, (s.rejection or {})["variant"]) for s in skipped} == {("cancelled", "occurrence_skipped")}
        assert (skipped[0].rejection or {})["params"]["who"] == ada.account_id
        assert planned(db, nightly).due_at == DUE + timedelta(days=3)
        assert days(undecided(db, nightly)) == [24, 25, 26, 27, 28, 29, 30, 1]


def test_every_firing_of_a_three_day_outage_gets_its_own_outcome(database: Database, nightly: str):
    back = DUE + timedelta(days=3, hours=9)
    with database.write() as db:
        while run_due(db, now=back):
            pass

    with database.read() as db:
        missed, upcoming = tries(db, nightly, Status.REJECTED), undecided(db, nightly)
        following = planned(db, nightly)

    assert [session.due_at for session in missed] == [DUE + timedelta(days=day) for day in range(4)]
    assert {session.reason for session in missed} == {"window_missed"}
    assert len({session.occurrence_id for session in missed}) == 4
    assert days(upcoming) == [25, 26, 27, 28, 29, 30, 1, 2]
    assert following.due_at == DUE + timedelta(days=4)


def test_an_outage_longer_than_the_row_of_occurrences_loses_none(database: Database, nightly: str):
    back = DUE + timedelta(days=20, hours=9)
    with database.write() as db:
        while run_due(db, now=back):
            pass

        assert [session.due_at for session in tries(db, nightly, Status.REJECTED)] == [
            DUE + timedelta(days=day) for day in range(21)
        ]


def test_after_an_outage_a_window_that_is_still_open_has_its_try(database: Database, nightly: str):
    back = DUE + timedelta(days=1, hours=1)
    with database.write() as db:
        run_due(db, now=back)
        run_due(db, now=back)

        second = tries(db, nightly)[1]

    assert second.due_at == DUE + timedelta(days=1)
    assert second.reason != "window_missed"


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_clock_change_nights_have_one_session_each(database: Database, night: date):
    eve = datetime(night.year, night.month, night.day, 18, tzinfo=NOW.tzinfo) - timedelta(days=2)
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        in_the_gap = schedule(db, charger.id, ada, Manual(on=NIGHTLY.on, start_time=time(1, 30)), now=eve).id
        for _ in range(3):
            session = planned(db, in_the_gap)
            leave_planned(db, session, Status.REJECTED, now=session.due_at)

        occurrences = list_occurrences(db, OCCURRENCES.c.schedule_id == in_the_gap)
        firsts = tries(db, in_the_gap, Status.REJECTED)

    assert [o.local_date for o in occurrences[:3]] == [night + timedelta(days=offset) for offset in (-1, 0, 1)]
    assert occurrences[1].clock_note == ("moved_forward" if night.month == 3 else "first_of_two")
    assert [session.occurrence_id for session in firsts] == [occurrence.id for occurrence in occurrences[:3]]


def test_hundreds_are_decided_in_as_many_statements_as_one(database: Database):
    def statements(count: int) -> int:
        seen: list[str] = []

        def watch(_c: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        with database.write() as db:
            ids = []
            for session in [planned(db, id_) for id_ in schedules[:count]]:
                ids.append(session.occurrence_id or "")
                db.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(status="rejected", wake_at=None))
            event.listen(database.engine, "before_cursor_execute", watch)
            decided(db, ids, now=DUE)
            event.remove(database.engine, "before_cursor_execute", watch)
        return len(seen)

    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        schedules = [schedule(db, charger.id, ada, now=NOW).id for _ in range(30)]

    one = statements(1)
    many = statements(30)

    assert one == many
    assert many < 15


def test_a_gap_is_healed_and_then_there_is_none(database: Database, nightly: str):
    with database.write() as db:
        first = planned(db, nightly)
        db.execute(update(Occurrence).where(Occurrence.id == first.occurrence_id).values(decided_at=DUE))
        delete_occurrences(db, [undecided(db, nightly)[-1].id])

        assert heal(db, now=DUE) == 1
        assert heal(db, now=DUE) == 0
        assert days(undecided(db, nightly)) == [22, 23, 24, 25, 26, 27, 28, 29]
        assert [session.due_at for session in tries(db, nightly, Status.PLANNED)] == [DUE, DUE + timedelta(days=1)]


def test_an_occurrence_that_nobody_decided_is_healed(database: Database, nightly: str):
    with database.write() as db:
        first = planned(db, nightly)
        db.execute(update(SESSIONS).where(SESSIONS.c.id == first.id).values(status="rejected", wake_at=None))

        assert heal(db, now=DUE) == 1
        assert heal(db, now=DUE) == 0
        assert planned(db, nightly).due_at == DUE + timedelta(days=1)


def test_healing_leaves_one_offs_that_are_done_and_schedules_that_are_off_alone(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        once = schedule(db, charger.id, ada, on("2026-11-21"), now=NOW).id
        schedule(db, charger.id, ada, now=NOW, is_enabled=False)
        leave_planned(db, planned(db, once), now=DUE)

        assert heal(db, now=DUE) == 0
