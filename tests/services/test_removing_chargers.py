"""Taking a charger away: its plans end, its identity becomes free, its History stays."""

import dataclasses
import threading
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.domain.chargers import NewCharger
from homecharge.domain.errors import NotFound
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset
from homecharge.domain.recoveries import Event
from homecharge.domain.rejections import Code, Rejection, stored
from homecharge.domain.schedules import Manual, weekly
from homecharge.domain.session_state import LIVE, Kind, Status
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.boosts import Boost, boost
from homecharge.services.chargers import get_charger, list_chargers
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.recoveries import recover
from homecharge.services.removing_chargers import release_identity, remove_charger
from homecharge.services.schedules import Wish, add_schedule, get_schedule
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession
from homecharge.storage.queries.sessions import get_session, move_sessions
from tests.homes import NOW, make_charger, make_home, make_session, sign_up

LATER = NOW + timedelta(hours=1)
ON_LINE = {"connection_id": "the line", "gateway_id": "the gateway", "connected_at": NOW, "first_seen_at": NOW}
NIGHTLY = Wish(spec=Manual(on=weekly(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), start_time=time(0, 30)))


def test_a_removed_charger_is_gone_and_its_identity_is_free(
    database: Database, ada: Caller, home: Location, charger: NewCharger
):
    with database.write() as db:
        remove_charger(db, charger, caller=ada, now=LATER)

    with database.write() as db:
        listed = list_chargers(db, Keyset(), caller=ada).items
        with pytest.raises(NotFound):
            get_charger(db, charger.id, caller=ada)
        successor = make_charger(db, ada, home, charger.identity)
    assert listed == []
    assert successor.id != charger.id


def test_what_was_planned_is_cancelled_with_who_and_what_in_evidence(
    database: Database, ada: Caller, charger: NewCharger
):
    with database.write() as db:
        boost = make_session(db, charger, ada)
        remove_charger(db, charger, caller=ada, now=LATER)

    with database.read() as db:
        cancelled = get_session(db, boost.id)

    assert (cancelled.status, cancelled.reason) == (Status.REJECTED, "cancelled")
    assert (cancelled.ended_at, cancelled.wake_at) == (LATER, None)
    assert cancelled.rejection is not None
    facts = [(evidence["fact"], evidence["value"]) for evidence in cancelled.rejection["evidence"]]
    assert facts == [("charger_deleted", ada.account_id), ("device", "Ada's phone")]


def test_schedules_go_with_the_charger_and_their_next_session_is_cancelled(
    database: Database, ada: Caller, charger: NewCharger
):
    with database.write() as db:
        schedule = add_schedule(db, charger.id, NIGHTLY, caller=ada, now=NOW).schedule
        remove_charger(db, charger, caller=ada, now=LATER)

    with database.read() as db:
        outcomes = db.execute(
            select(ChargingSession.status, ChargingSession.reason, ChargingSession.schedule_id).where(
                ChargingSession.charger_id == charger.id
            )
        ).all()
        with pytest.raises(NotFound):
            get_schedule(db, schedule.id, caller=ada)
    assert outcomes == [("rejected", "cancelled", schedule.id)]


def test_history_stays_and_nothing_is_recovered_any_more(database: Database, ada: Caller, charger: NewCharger):
    with database.write() as db:
        completed = make_session(db, charger, ada, status=Status.COMPLETED, wake_at=None, energy_wh=7200)
        retriable = make_session(
            db, charger, ada, status=Status.REJECTED, wake_at=None, open_until=LATER + timedelta(hours=1)
        )
        remove_charger(db, charger, caller=ada, now=LATER)

    with database.read() as db:
        kept, closed = get_session(db, completed.id), get_session(db, retriable.id)

    assert kept == completed
    assert (closed.status, closed.open_until) == (Status.REJECTED, None)


@pytest.mark.parametrize("status", sorted(LIVE))
def test_a_charger_stays_while_a_session_is_live_and_nothing_has_changed(
    database: Database, ada: Caller, charger: NewCharger, status: Status
):
    with database.write() as db:
        live = make_session(db, charger, ada, status=status)
        planned = make_session(db, charger, ada, kind=Kind.MANUAL, due_at=LATER)

    with pytest.raises(SessionInProgress) as refused, database.write() as db:
        remove_charger(db, charger, caller=ada, now=LATER)

    with database.read() as db:
        assert get_charger(db, charger.id, caller=ada).identity == charger.identity
        assert get_session(db, planned.id) == planned
    assert refused.value.data == {"session_id": live.id}


def test_a_live_session_at_another_charger_is_not_in_the_way(
    database: Database, ada: Caller, home: Location, charger: NewCharger
):
    with database.write() as db:
        other = make_charger(db, ada, home, "CP2")
        make_session(db, other, ada, status=Status.CHARGING)
        remove_charger(db, charger, caller=ada, now=LATER)

    with database.read() as db:
        listed = list_chargers(db, Keyset(), caller=ada).items

    assert [left.id for left in listed] == [other.id]


class Bells:
    """Keeps what was rung."""

    def __init__(self) -> None:
        self.rung: set[str] = set()

    def ring(self, topic: str) -> None:
        self.rung.add(topic)


@pytest.mark.parametrize(("columns", "expected"), [(ON_LINE, True), ({"first_seen_at": NOW}, False)])
def test_an_open_line_loses_its_charger_and_gateways_are_told(
    database: Database, database_url: str, ada: Caller, charger: NewCharger, *, columns: dict[str, str], expected: bool
):
    bells = Bells()
    listening = Database(database_url, bell=bells)  # type: ignore[arg-type] - ringing is all that is asked of it
    with database.write() as db:
        db.execute(update(Charger).where(Charger.id == charger.id).values(columns))

    with listening.write() as db:
        remove_charger(db, charger, caller=ada, now=LATER)

    listening.close()
    with database.read() as db:
        line = db.execute(select(Charger.connection_id, Charger.gateway_id).where(Charger.id == charger.id)).one()
    assert ("lines" in bells.rung) is expected
    assert line == (None, None)


def test_an_operator_gives_the_identity_of_anybodys_charger_free(database: Database, ada: Caller, charger: NewCharger):
    with database.write() as db:
        planned = make_session(db, charger, ada)
        operator, eve = sign_up(db, "Olga", role=Role.OPERATOR), sign_up(db, "Eve")

        released = release_identity(db, charger.id, caller=operator, now=LATER)

        successor = make_charger(db, eve, make_home(db, eve), charger.identity)
        outcome = get_session(db, planned.id)
        with pytest.raises(NotFound):
            release_identity(db, charger.id, caller=operator, now=LATER)
    assert (released.charger_id, released.identity, released.released_at) == (charger.id, "CP1", LATER)
    assert successor.identity == "CP1"
    assert outcome.reason == "cancelled"


def test_an_operator_waits_for_the_end_of_a_charge(database: Database, ada: Caller, charger: NewCharger):
    with database.write() as db:
        live = make_session(db, charger, ada, status=Status.PAUSED)
        operator = sign_up(db, "Olga", role=Role.OPERATOR)

    with pytest.raises(SessionInProgress) as refused, database.write() as db:
        release_identity(db, charger.id, caller=operator, now=LATER)

    assert refused.value.data == {"session_id": live.id}


def in_a_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[SessionInProgress]]:
    """Begin `act` at once; how it is refused is kept."""
    raised: list[SessionInProgress] = []

    def run() -> None:
        try:
            act()
        except SessionInProgress as refused:
            raised.append(refused)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


def test_a_start_that_commits_first_keeps_the_charger(database: Database, ada: Caller, charger: NewCharger):
    with database.write() as db:
        planned = make_session(db, charger, ada)

    def remove() -> None:
        with database.write() as db:
            remove_charger(db, charger, caller=ada, now=LATER)

    with database.write() as db:
        started = dataclasses.replace(planned, status=Status.STARTING, wake_at=LATER)
        is_moved = move_sessions(db, [(planned, started)], now=NOW)
        thread, raised = in_a_thread(remove)
    thread.join()

    with database.read() as db:
        assert get_charger(db, charger.id, caller=ada).id == charger.id
        assert get_session(db, planned.id).status is Status.STARTING
    assert is_moved
    assert [error.code for error in raised] == ["session_in_progress"]


def test_a_removal_that_commits_first_leaves_a_start_without_effect(
    database: Database, ada: Caller, charger: NewCharger
):
    outcomes: list[bool] = []
    with database.write() as db:
        planned = make_session(db, charger, ada)

    def start() -> None:
        with database.write() as db:
            started = dataclasses.replace(planned, status=Status.STARTING, wake_at=LATER)
            outcomes.append(move_sessions(db, [(planned, started)], now=NOW))

    with database.write() as db:
        remove_charger(db, charger, caller=ada, now=LATER)
        thread, _ = in_a_thread(start)
    thread.join()

    with database.read() as db:
        outcome = get_session(db, planned.id)
    assert outcomes == [False]
    assert (outcome.status, outcome.reason) == (Status.REJECTED, "cancelled")


def plan_boost(db: Db, charger_id: str, caller: Caller) -> None:
    wanted = Boost(limit=None, connector_id=1, window=timedelta(minutes=10))
    boost(db, charger_id, wanted, caller=caller, now=LATER)


def plan_nightly(db: Db, charger_id: str, caller: Caller) -> None:
    add_schedule(db, charger_id, NIGHTLY, caller=caller, now=LATER)


PLANS = pytest.mark.parametrize("plan", [plan_boost, plan_nightly])
HEAD_START_S = 0.3
"""Enough for a thread to run into a lock; on a slower machine the test is weaker and no less right."""


def statuses(database: Database) -> set[str]:
    with database.read() as db:
        return set(db.scalars(select(ChargingSession.status)))


@PLANS
def test_what_is_planned_while_the_charger_is_removed_is_cancelled(
    database: Database, ada: Caller, charger: NewCharger, plan: Callable[[Db, str, Caller], None]
):
    def remove() -> None:
        with database.write() as db:
            remove_charger(db, get_charger(db, charger.id, caller=ada, for_update=True), caller=ada, now=LATER)

    with database.write() as db:
        plan(db, charger.id, ada)
        thread, _ = in_a_thread(remove)
        thread.join(HEAD_START_S)
    thread.join()

    assert statuses(database) == {"rejected"}


@PLANS
def test_nothing_is_planned_on_a_charger_that_is_being_removed(
    database: Database, ada: Caller, charger: NewCharger, plan: Callable[[Db, str, Caller], None]
):
    refused: list[type[Exception]] = []

    def plan_now() -> None:
        with pytest.raises(NotFound) as error, database.write() as db:
            plan(db, charger.id, ada)
        refused.append(error.type)

    with database.write() as db:
        remove_charger(db, get_charger(db, charger.id, caller=ada, for_update=True), caller=ada, now=LATER)
        thread, _ = in_a_thread(plan_now)
        thread.join(HEAD_START_S)
    thread.join()

    assert refused == [NotFound]
    assert statuses(database) == set()


def test_a_recovery_that_is_planned_while_the_charger_is_removed_is_cancelled(
    database: Database, ada: Caller, charger: NewCharger
):
    def remove() -> None:
        with database.write() as db:
            remove_charger(db, get_charger(db, charger.id, caller=ada, for_update=True), caller=ada, now=LATER)

    end = LATER + timedelta(minutes=10)
    reason = {"reason": "charger_offline", "rejection": stored((Rejection(code=Code.CHARGER_OFFLINE),))}
    window = {"window_start": NOW, "window_end": end, "last_feasible_start": end, "open_until": end}
    with database.write() as db:
        offline = make_session(db, charger, ada, status=Status.REJECTED, **reason, **window, wake_at=None, ended_at=NOW)

    with database.write() as db:
        planned = recover(db, offline, Event.LINE_UP, Timing(), now=LATER)
        thread, _ = in_a_thread(remove)
        thread.join(HEAD_START_S)
    thread.join()

    assert planned is not None
    assert statuses(database) == {"rejected"}
