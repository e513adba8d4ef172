"""Stop and cancel: fenced, once, and never told to a charger that cannot hear."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.courses import Period
from homecharge.domain.errors import NotFound
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.ports.units import Db
from homecharge.services.stopping import (
    AlreadyStarted,
    ChargerOffline,
    NotDelayed,
    NotStarted,
    cancel_session,
    start_now,
    stop_session,
)
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, TimelineEntry
from homecharge.storage.queries.occurrences import find_occurrence
from homecharge.storage.queries.sessions import course_json, get_session
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up
from tests.schedules import planned, schedule

LATER = NOW + timedelta(minutes=1)
LIVE = [Status.STARTING, Status.CHARGING, Status.PAUSED]
OVER = [Status.COMPLETED, Status.REJECTED]


class Scene:
    """A charger on the line, its owner, and a user of the home."""

    def __init__(self, db: Db) -> None:
        self.ada, self.cleo, self.eve = sign_up(db), sign_up(db, "Cleo"), sign_up(db, "Eve")
        home = make_home(db, self.ada)
        join(db, home, self.cleo, MemberRole.USER)
        self.charger = make_charger(db, self.ada, home)
        db.execute(update(Charger).values(connection_id="the line", connected_at=NOW))

    def session(self, db: Db, status: Status, **columns: Any) -> Session:
        alarm = {"wake_at": None} if status in OVER else {}
        return make_session(db, self.charger, columns.pop("driver", self.ada), status=status, **alarm | columns)


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def steps(db: Db, session: Session) -> list[tuple[str, str | None, str | None]]:
    t = TimelineEntry
    rows = db.execute(select(t.kind, t.cause, t.actor_id).where(t.session_id == session.id).order_by(t.at, t.id))
    return [(row.kind, row.cause, row.actor_id) for row in rows][1:]  # the first says that it was planned


@pytest.mark.parametrize("status", LIVE)
def test_a_live_session_is_asked_to_stop_and_its_alarm_rings_at_once(database: Database, scene: Scene, status: Status):
    with database.write() as db:
        session = scene.session(db, status)
        asked = stop_session(db, session.id, caller=scene.ada, now=LATER)
        told = steps(db, session)

    assert (asked.status, asked.stop_requested_at, asked.wake_at) == (status, LATER, LATER)
    assert (asked.stop_requested_by, asked.stop_requested_as) == (scene.ada.account_id, StopReason.DRIVER)
    assert asked.version == session.version + 1
    assert told == [("stop_requested", "driver", scene.ada.account_id)]


def test_of_two_stops_the_first_reason_stays(database: Database, scene: Scene):
    with database.write() as db:
        first = {"stop_requested_at": NOW, "stop_requested_as": StopReason.LIMIT_ENERGY}
        session = scene.session(db, Status.CHARGING, **first)

        asked = stop_session(db, session.id, caller=scene.ada, now=LATER)

        assert asked == session
        assert steps(db, session) == []


@pytest.mark.parametrize("status", OVER)
def test_a_session_that_is_over_stays_as_it_is(database: Database, scene: Scene, status: Status):
    with database.write() as db:
        session = scene.session(db, status)

        assert stop_session(db, session.id, caller=scene.ada, now=LATER) == session
        assert cancel_session(db, session.id, caller=scene.ada, now=LATER) == session
        assert steps(db, session) == []


def test_a_charger_that_is_offline_is_not_told_and_nothing_is_recorded(database: Database, scene: Scene):
    with database.write() as db:
        session = scene.session(db, Status.CHARGING)
        db.execute(update(Charger).values(connection_id=None, connected_at=None))

        with pytest.raises(ChargerOffline) as refused:
            stop_session(db, session.id, caller=scene.ada, now=LATER)

        assert refused.value.data == {"session_id": session.id}
        assert get_session(db, session.id) == session
        assert steps(db, session) == []


def test_what_has_not_started_is_cancelled_and_not_stopped(database: Database, scene: Scene):
    with database.write() as db:
        session = scene.session(db, Status.PLANNED)

        with pytest.raises(NotStarted):
            stop_session(db, session.id, caller=scene.ada, now=LATER)


def test_a_planned_session_is_cancelled_with_who_and_from_where(database: Database, scene: Scene):
    with database.write() as db:
        session = scene.session(db, Status.PLANNED)
        cancelled = cancel_session(db, session.id, caller=scene.ada, now=LATER)

    assert (cancelled.status, cancelled.reason, cancelled.wake_at) == (Status.REJECTED, "cancelled", None)
    assert cancelled.rejection is not None
    assert cancelled.rejection["variant"] == "session_cancelled"
    assert [fact["value"] for fact in cancelled.rejection["evidence"]] == [scene.ada.account_id, "Ada's phone"]


def test_cancelling_the_session_of_a_schedule_brings_the_next_one(database: Database, scene: Scene):
    with database.write() as db:
        nightly = schedule(db, scene.charger.id, scene.ada, now=NOW).id
        first = planned(db, nightly)
        assert first.occurrence_id is not None

        cancel_session(db, first.id, caller=scene.ada, now=LATER)

        occurrence, following = find_occurrence(db, first.occurrence_id), planned(db, nightly)
    assert occurrence is not None
    assert occurrence.decided_at == LATER
    assert following.due_at == first.due_at + timedelta(days=1)


def test_cancelling_a_start_is_a_stop_even_without_a_line(database: Database, scene: Scene):
    with database.write() as db:
        session = scene.session(db, Status.STARTING)
        db.execute(update(Charger).values(connection_id=None, connected_at=None))

        asked = cancel_session(db, session.id, caller=scene.ada, now=LATER)

    assert (asked.status, asked.stop_requested_as, asked.wake_at) == (Status.STARTING, StopReason.DRIVER, LATER)


@pytest.mark.parametrize("status", [Status.CHARGING, Status.PAUSED])
def test_what_charges_is_stopped_and_not_cancelled(database: Database, scene: Scene, status: Status):
    with database.write() as db:
        session = scene.session(db, status)

        with pytest.raises(AlreadyStarted):
            cancel_session(db, session.id, caller=scene.ada, now=LATER)


def test_cancelling_a_rejected_try_that_may_still_be_recovered_calls_that_off(database: Database, scene: Scene):
    with database.write() as db:
        session = scene.session(db, Status.REJECTED, reason="car_unplugged", open_until=LATER + timedelta(hours=1))

        closed = cancel_session(db, session.id, caller=scene.ada, now=LATER)

        assert (closed.status, closed.reason, closed.open_until) == (Status.REJECTED, "car_unplugged", None)
        assert steps(db, session) == [("recovery_cancelled", None, scene.ada.account_id)]


@pytest.mark.parametrize("status", [*LIVE, *OVER, Status.PLANNED])
def test_there_is_no_random_delay_to_cut_short(database: Database, scene: Scene, status: Status):
    with database.write() as db:
        session = scene.session(db, status)

        with pytest.raises(NotDelayed):
            start_now(db, session.id, caller=scene.ada, now=LATER)


@pytest.mark.parametrize(("since_s", "ends"), [(-1, False), (0, True), (599, True), (600, False)])
def test_a_random_delay_is_ended_while_it_is_all_that_holds_the_charge(
    database: Database, scene: Scene, since_s: int, *, ends: bool
):
    edge = LATER + timedelta(seconds=600)
    course = course_json((Period(LATER - timedelta(hours=1), 0), Period(edge, 7360)))
    with database.write() as db:
        session = scene.session(db, Status.PAUSED, kind=Kind.SMART, random_delay_s=600, course=course)
        now = LATER + timedelta(seconds=since_s)

        if not ends:
            with pytest.raises(NotDelayed):
                start_now(db, session.id, caller=scene.ada, now=now)
            return
        started = start_now(db, session.id, caller=scene.ada, now=now)

        assert (started.random_delay_s, started.wake_at) == (0, now)
        assert steps(db, session) == [("delay_ended", None, scene.ada.account_id)]


@pytest.mark.parametrize(
    ("who", "kind", "driver", "may"),
    [
        ("ada", Kind.BOOST, "cleo", "stop"),
        ("cleo", Kind.BOOST, "cleo", "stop"),
        ("cleo", Kind.PLUG_IN, "ada", "stop"),
        ("cleo", Kind.BOOST, "ada", "not see"),
        ("eve", Kind.PLUG_IN, "ada", "not see"),
    ],
)
def test_whoever_may_stop_a_session_stops_it_and_for_others_there_is_none(
    database: Database, scene: Scene, who: str, kind: Kind, driver: str, may: str
):
    caller = getattr(scene, who)
    with database.write() as db:
        session = scene.session(db, Status.CHARGING, kind=kind, driver=getattr(scene, driver))

        if may == "stop":
            assert stop_session(db, session.id, caller=caller, now=LATER).stop_requested_at == LATER
        else:
            with pytest.raises(NotFound):
                stop_session(db, session.id, caller=caller, now=LATER)


def test_a_cancel_that_loses_to_a_start_asks_that_start_to_stop(database: Database, scene: Scene):
    with database.write() as db:
        session = scene.session(db, Status.PLANNED)
    asked: list[Session] = []
    is_claimed = threading.Event()

    def cancel() -> None:
        is_claimed.wait()
        with database.write() as db:
            asked.append(cancel_session(db, session.id, caller=scene.ada, now=LATER))

    rival = threading.Thread(target=cancel)
    rival.start()
    with database.write() as db:
        started = {"status": Status.STARTING, "commanded_at": NOW, "version": ChargingSession.version + 1}
        db.execute(update(ChargingSession).where(ChargingSession.id == session.id).values(started))
        is_claimed.set()
    rival.join()

    assert [(each.status, each.stop_requested_as) for each in asked] == [(Status.STARTING, StopReason.DRIVER)]
