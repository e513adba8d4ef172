"""Skip an occurrence and take it back: what is planned follows, and History says who did it."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Forbidden, NotFound
from homecharge.domain.homes import Location
from homecharge.domain.occurrence_states import OccurrenceState
from homecharge.domain.session_state import Status
from homecharge.domain.texts import DEFAULT as ENGLISH
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.occurrence_views import OccurrenceView, get_occurrence_view
from homecharge.services.occurrences import heal
from homecharge.services.rescheduling import AlreadyDecided
from homecharge.services.schedule_views import view_schedule
from homecharge.services.schedules import get_schedule
from homecharge.services.skipping import Superseded, TooLate, TriesExhausted, skip, unskip
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, join, make_charger, make_home, sign_up
from tests.schedules import NIGHTLY, change, days, leave_planned, planned, remove, schedule, tries, undecided

DUE = NOW.replace(day=21, hour=0, minute=30)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Nightly(NamedTuple):
    id: str
    ada: Caller
    home: Location
    first: str
    second: str


@pytest.fixture
def nightly(database: Database) -> Nightly:
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        made = schedule(db, make_charger(db, ada, home).id, ada, now=NOW)
        first, second = undecided(db, made.id)[:2]
        return Nightly(made.id, ada, home, first.id, second.id)


def shown(database: Database, nightly: Nightly, occurrence_id: str, *, hours: float = 0) -> OccurrenceView:
    with database.read() as db:
        return get_occurrence_view(db, occurrence_id, caller=nightly.ada, language=ENGLISH, now=NOW + hours * HOUR)


def test_skipping_the_next_one_plans_its_successor(database: Database, nightly: Nightly):
    with database.write() as db:
        before = planned(db, nightly.id)

        skip(db, nightly.first, caller=nightly.ada, now=NOW)

        taken_back = get_session(db, before.id)
        assert (taken_back.status, taken_back.reason) == (Status.REJECTED, "cancelled")
        assert (taken_back.rejection or {})["variant"] == "occurrence_skipped"
        assert planned(db, nightly.id).occurrence_id == nightly.second
        assert days(undecided(db, nightly.id)) == [22, 23, 24, 25, 26, 27, 28, 29]
    view = shown(database, nightly, nightly.first)
    assert (view.state, view.sessions) == (OccurrenceState.SKIPPED, (before.id,))
    assert view.outcome is not None
    assert (view.outcome.session_id, view.outcome.reason) == (before.id, "cancelled")


def test_skipping_a_later_one_only_marks_it(database: Database, nightly: Nightly):
    with database.write() as db:
        before = tries(db, nightly.id)

        skip(db, nightly.second, caller=nightly.ada, now=NOW)

        assert tries(db, nightly.id) == before
    assert shown(database, nightly, nightly.second).state is OccurrenceState.SKIPPED


def test_a_mark_that_is_taken_back_leaves_no_trace(database: Database, nightly: Nightly):
    with database.write() as db:
        before = tries(db, nightly.id)
        skip(db, nightly.second, caller=nightly.ada, now=NOW)

        unskip(db, nightly.second, caller=nightly.ada, now=NOW)

        assert tries(db, nightly.id) == before
        leave_planned(db, planned(db, nightly.id), now=DUE)
        assert planned(db, nightly.id).occurrence_id == nightly.second
    assert shown(database, nightly, nightly.second).state is OccurrenceState.UPCOMING


def test_what_a_skip_took_back_is_planned_again_as_its_recovery(database: Database, nightly: Nightly):
    with database.write() as db:
        skipped = planned(db, nightly.id)
        skip(db, nightly.first, caller=nightly.ada, now=NOW)

        unskip(db, nightly.first, caller=nightly.ada, now=NOW + HOUR)

        again, successor = tries(db, nightly.id, Status.PLANNED)
        assert (again.recovers_session_id, again.attempt, again.due_at) == (skipped.id, 2, DUE)
        assert (again.occurrence_id, successor.occurrence_id) == (nightly.first, nightly.second)
        assert days(undecided(db, nightly.id)) == [21, 22, 23, 24, 25, 26, 27, 28, 29]
        assert heal(db, now=NOW + HOUR) == 0
    assert shown(database, nightly, nightly.first).state is OccurrenceState.UPCOMING


def test_what_was_planned_again_is_decided_like_any_other(database: Database, nightly: Nightly):
    with database.write() as db:
        skip(db, nightly.first, caller=nightly.ada, now=NOW)
        unskip(db, nightly.first, caller=nightly.ada, now=NOW)
        again = tries(db, nightly.id, Status.PLANNED)[0]

        leave_planned(db, again, now=DUE)

        assert days(undecided(db, nightly.id)) == [22, 23, 24, 25, 26, 27, 28, 29]
        assert planned(db, nightly.id).occurrence_id == nightly.second


def test_new_times_move_what_was_planned_again_too(database: Database, nightly: Nightly):
    with database.write() as db:
        skip(db, nightly.first, caller=nightly.ada, now=NOW)
        unskip(db, nightly.first, caller=nightly.ada, now=NOW)
        before = tries(db, nightly.id, Status.PLANNED)

        change(db, nightly.id, nightly.ada, now=NOW, start_time=NIGHTLY.start_time.replace(2))

        after = tries(db, nightly.id, Status.PLANNED)
        assert [session.id for session in after] == [session.id for session in before]
        assert [session.due_at for session in after] == [DUE.replace(hour=2), DUE.replace(day=22, hour=2)]
        assert [session.occurrence_id for session in after] == [o.id for o in undecided(db, nightly.id)[:2]]
        assert len(undecided(db, nightly.id)) == 8


def test_skipping_twice_and_back_twice_is_the_same_as_once(database: Database, nightly: Nightly):
    with database.write() as db:
        skip(db, nightly.first, caller=nightly.ada, now=NOW)
        after_skip = tries(db, nightly.id)
        skip(db, nightly.first, caller=nightly.ada, now=NOW)
        assert tries(db, nightly.id) == after_skip

        unskip(db, nightly.first, caller=nightly.ada, now=NOW)
        after_unskip = tries(db, nightly.id)
        unskip(db, nightly.first, caller=nightly.ada, now=NOW)
        assert tries(db, nightly.id) == after_unskip


def test_six_tries_are_all_that_changing_ones_mind_gets(database: Database, nightly: Nightly):
    with database.write() as db:
        for _ in range(5):
            skip(db, nightly.first, caller=nightly.ada, now=NOW)
            unskip(db, nightly.first, caller=nightly.ada, now=NOW)
        skip(db, nightly.first, caller=nightly.ada, now=NOW)

        assert [s.attempt for s in tries(db, nightly.id) if s.occurrence_id == nightly.first] == [1, 2, 3, 4, 5, 6]
    with database.write() as db, pytest.raises(TriesExhausted):
        unskip(db, nightly.first, caller=nightly.ada, now=NOW)
    assert shown(database, nightly, nightly.first).state is OccurrenceState.SKIPPED


@pytest.mark.parametrize(("minutes", "is_late"), [(285, False), (286, True)])
def test_after_the_last_feasible_start_it_is_too_late_to_think_better(
    database: Database, nightly: Nightly, minutes: int, *, is_late: bool
):
    with database.write() as db:
        skip(db, nightly.first, caller=nightly.ada, now=DUE)

        refusals = 0
        try:
            unskip(db, nightly.first, caller=nightly.ada, now=DUE + timedelta(minutes=minutes))
        except TooLate:
            refusals = 1

        assert refusals == int(is_late)
        planned_again = [s.due_at for s in tries(db, nightly.id, Status.PLANNED) if s.occurrence_id == nightly.first]
        assert planned_again == ([] if is_late else [DUE + timedelta(minutes=minutes)])


@pytest.mark.parametrize("status", [Status.STARTING, Status.CHARGING, Status.PAUSED])
def test_what_is_live_is_stopped_not_skipped(database: Database, nightly: Nightly, status: Status):
    with database.write() as db:
        session = planned(db, nightly.id)
        leave_planned(db, session, status, now=DUE)

        with pytest.raises(SessionInProgress) as refused:
            skip(db, nightly.first, caller=nightly.ada, now=DUE)

    assert refused.value.data == {"session_id": session.id}


def test_what_is_settled_cannot_be_skipped(database: Database, nightly: Nightly):
    with database.write() as db:
        leave_planned(db, planned(db, nightly.id), Status.COMPLETED, now=DUE, wake_at=None)

        with pytest.raises(AlreadyDecided):
            skip(db, nightly.first, caller=nightly.ada, now=DUE)


def test_skipping_one_that_is_open_ends_its_recoveries_and_taking_that_back_tries_again(
    database: Database, nightly: Nightly
):
    with database.write() as db:
        session = planned(db, nightly.id)
        unplugged = {"wake_at": None, "reason": "car_unplugged", "open_until": DUE + 4 * HOUR}
        leave_planned(db, session, Status.REJECTED, now=DUE, **unplugged)
    assert shown(database, nightly, nightly.first, hours=14).state is OccurrenceState.OPEN

    with database.write() as db:
        skip(db, nightly.first, caller=nightly.ada, now=DUE + HOUR)
        assert get_session(db, session.id).open_until is None
        assert get_session(db, session.id).reason == "car_unplugged"

        unskip(db, nightly.first, caller=nightly.ada, now=DUE + 2 * HOUR)
        again = tries(db, nightly.id, Status.PLANNED)[0]
        assert (again.recovers_session_id, again.due_at) == (session.id, DUE + 2 * HOUR)


def test_what_the_schedule_no_longer_wants_cannot_be_taken_back(database: Database, nightly: Nightly):
    with database.write() as db:
        skip(db, nightly.first, caller=nightly.ada, now=NOW)
        change(db, nightly.id, nightly.ada, now=NOW, is_enabled=False)

        with pytest.raises(Superseded):
            unskip(db, nightly.first, caller=nightly.ada, now=NOW)


def test_only_those_who_edit_the_schedule_may_skip(database: Database, nightly: Nightly):
    with database.write() as db:
        bob, eve = sign_up(db, "Bob"), sign_up(db, "Eve")
        join(db, nightly.home, bob, MemberRole.USER)

        with pytest.raises(Forbidden):
            skip(db, nightly.first, caller=bob, now=NOW)
        with pytest.raises(NotFound):
            skip(db, nightly.first, caller=eve, now=NOW)
        with pytest.raises(NotFound):
            get_occurrence_view(db, nightly.first, caller=eve, language=ENGLISH, now=NOW)


def test_an_occurrence_of_a_schedule_that_is_gone_is_still_in_history(database: Database, nightly: Nightly):
    with database.write() as db:
        remove(db, nightly.id, nightly.ada, now=NOW)

        view = get_occurrence_view(db, nightly.first, caller=nightly.ada, language=ENGLISH, now=NOW)
        with pytest.raises(NotFound):
            get_occurrence_view(db, nightly.second, caller=nightly.ada, language=ENGLISH, now=NOW)

    assert view.state is OccurrenceState.REJECTED


def test_a_schedule_shows_what_is_open_and_what_comes_next(database: Database, nightly: Nightly):
    with database.write() as db:
        session = planned(db, nightly.id)
        leave_planned(db, session, Status.CHARGING, now=DUE)
        charging = view_schedule(
            db, get_schedule(db, nightly.id, caller=nightly.ada), caller=nightly.ada, language=ENGLISH, now=DUE
        )

        leave_planned(db, get_session(db, session.id), Status.COMPLETED, now=DUE + HOUR, wake_at=None)
        after = view_schedule(
            db, get_schedule(db, nightly.id, caller=nightly.ada), caller=nightly.ada, language=ENGLISH, now=DUE + HOUR
        )

    assert [o.local_date.day for o in charging.occurrences] == [21, 22, 23, 24, 25, 26, 27, 28]
    assert charging.occurrences[0].state is OccurrenceState.CHARGING
    assert [o.local_date.day for o in after.occurrences] == [22, 23, 24, 25, 26, 27, 28, 29]
