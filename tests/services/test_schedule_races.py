"""Two processes on one PostgreSQL want the same schedule at the same instant."""

import threading
from collections.abc import Callable
from datetime import time, timedelta

from sqlalchemy import update

from homecharge.domain.session_state import Status
from homecharge.ports.units import Db
from homecharge.services.occurrences import decided, heal
from homecharge.services.schedules import get_schedule
from homecharge.storage.claims import Claimant, claim_sessions
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import TABLE as SESSIONS
from tests.homes import NOW, make_charger, make_home, sign_up
from tests.schedules import change, leave_planned, planned, remove, schedule, tries, undecided

DUE = NOW.replace(day=21, hour=0, minute=30)
HOUR = timedelta(hours=1)
ROUNDS = 12


def make_schedules(database: Database, count: int):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        return ada, [schedule(db, charger.id, ada, now=NOW).id for _ in range(count)]


def race(*rivals: tuple[Database, Callable[[Db], object]]) -> list[object]:
    """Run each in a unit of work of its own, all at once; what they returned."""
    together = threading.Barrier(len(rivals))
    results: list[object] = [None] * len(rivals)

    def run(place: int, database: Database, work: Callable[[Db], object]) -> None:
        together.wait()
        with database.write() as db:
            results[place] = work(db)

    threads = [threading.Thread(target=run, args=(place, *rival)) for place, rival in enumerate(rivals)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_processes_that_decide_the_same_make_one_successor(here: Database, there: Database):
    _, schedules = make_schedules(here, 20)
    with here.read() as db:
        ids = [planned(db, id_).occurrence_id or "" for id_ in schedules]

    for _ in range(2):
        race(
            (here, lambda db: decided(db, ids, now=DUE)),
            (there, lambda db: decided(db, list(reversed(ids[:1])), now=DUE)),
        )

    with here.write() as db:
        assert heal(db, now=DUE) == 0
        assert [(len(undecided(db, id_)), len(tries(db, id_, Status.PLANNED))) for id_ in schedules] == [(8, 2)] * 20


def test_two_processes_that_heal_the_same_make_one_successor(here: Database, there: Database):
    _, schedules = make_schedules(here, 20)
    with here.write() as db:
        db.execute(update(SESSIONS).values(status="rejected", wake_at=None))

    race((here, lambda db: heal(db, now=DUE)), (there, lambda db: heal(db, now=DUE)))

    with here.write() as db:
        heal(db, now=DUE)
        assert heal(db, now=DUE) == 0
        assert [(len(undecided(db, id_)), len(tries(db, id_, Status.PLANNED))) for id_ in schedules] == [(8, 1)] * 20


def test_a_schedule_that_is_being_changed_is_not_waited_for(here: Database, there: Database):
    ada, [nightly] = make_schedules(here, 1)
    with here.write() as editing:
        get_schedule(editing, nightly, caller=ada, to_edit=True, for_update=True)
        with there.write() as db:
            leave_planned(db, planned(db, nightly), now=DUE)

    with here.write() as db:
        assert heal(db, now=DUE) == 1
        assert planned(db, nightly).due_at == DUE + timedelta(days=1)


def test_a_change_that_races_a_start_has_one_winner(here: Database, there: Database):
    ada, schedules = make_schedules(here, ROUNDS)
    for nightly in schedules:
        with here.read() as db:
            session = planned(db, nightly)

        _, is_started = race(
            (here, lambda db, id_=nightly: change(db, id_, ada, now=DUE - HOUR, start_time=time(2, 30))),
            (there, lambda db, session=session: leave_planned(db, session, now=DUE)),
        )

        with here.write() as db:
            heal(db, now=DUE)
            waiting, occurrences = planned(db, nightly), undecided(db, nightly)
            assert len(tries(db, nightly, Status.STARTING)) == int(bool(is_started))
            assert {o.timing_revision for o in occurrences} == {2}
            assert len(occurrences) == 8
            assert waiting.occurrence_id == occurrences[0].id
            assert waiting.due_at == DUE.replace(day=22 if is_started else 21, hour=2)
            db.execute(update(SESSIONS).where(SESSIONS.c.schedule_id == nightly).values(status="rejected"))


def test_a_deletion_that_races_a_start_leaves_nothing_planned(here: Database, there: Database):
    ada, schedules = make_schedules(here, ROUNDS)
    for nightly in schedules:
        with here.read() as db:
            session = planned(db, nightly)

        _, is_started = race(
            (here, lambda db, id_=nightly: remove(db, id_, ada, now=DUE)),
            (there, lambda db, session=session: leave_planned(db, session, now=DUE)),
        )

        with here.write() as db:
            assert heal(db, now=DUE) == 0
            assert tries(db, nightly, Status.PLANNED) == []
            assert len(tries(db, nightly, Status.STARTING)) == int(bool(is_started))
            db.execute(update(SESSIONS).where(SESSIONS.c.schedule_id == nightly).values(status="rejected"))


def test_a_change_wins_over_a_claim_that_has_decided_nothing_yet(here: Database):
    ada, [nightly] = make_schedules(here, 1)
    with here.write() as db:
        [claimed] = claim_sessions(db, Claimant(gateway_id=None, takes_unheld=True), now=DUE)

    with here.write() as db:
        change(db, nightly, ada, now=DUE, start_time=time(2, 30))

    with here.write() as db:
        assert not leave_planned(db, claimed, now=DUE)
        assert planned(db, nightly).due_at == DUE.replace(hour=2)
