"""One night of a Smart schedule that is unlike the others, where its charge is under way."""

import dataclasses
from datetime import time, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import update

from homecharge.domain.accounts import Caller
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.overrides import Override
from homecharge.domain.recoveries import Event
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.session_state import Session, Status
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.timeline import Actor
from homecharge.domain.times import WEEKDAYS
from homecharge.domain.timing import Timing
from homecharge.services.occurrence_supply import try_of
from homecharge.services.overriding import override
from homecharge.services.planning import plan_session
from homecharge.services.recoveries import recover
from homecharge.services.skipping import lock_occurrence
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession
from homecharge.storage.queries.occurrences import mark_decided
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, make_charger, make_home, sign_up
from tests.schedules import change, schedule, tries, undecided

SMART = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))
READY_BY = NOW.replace(day=21, hour=7, minute=30)
HOUR = timedelta(hours=1)


class Night(NamedTuple):
    ada: Caller
    schedule_id: str
    occurrence_id: str


@pytest.fixture
def night(database: Database) -> Night:
    """Its first window has begun; nothing is plugged in."""
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        made = schedule(db, charger.id, ada, SMART, now=NOW)
        return Night(ada, made.id, undecided(db, made.id)[0].id)


def come(database: Database, night: Night, *, recovers: Session | None = None) -> Session:
    """The car is there: the night's try is planned."""
    with database.write() as db:
        found, occurrence = lock_occurrence(db, night.occurrence_id, caller=night.ada)
        attempt = try_of(found, occurrence, due_at=NOW, recovers=recovers)
        return plan_session(db, attempt, actor=Actor.SCHEDULER, now=NOW)


def change_night(database: Database, night: Night, **wanted: Any) -> list[Session]:
    with database.write() as db:
        override(db, night.occurrence_id, Override(**wanted), caller=night.ada, now=NOW + HOUR)
        return tries(db, night.schedule_id)


def first(database: Database, night: Night) -> Occurrence:
    with database.read() as db:
        return undecided(db, night.schedule_id)[0]


@pytest.mark.parametrize("status", [Status.PLANNED, Status.STARTING, Status.CHARGING, Status.PAUSED])
def test_a_charge_that_goes_on_has_its_new_end_and_target_and_its_alarm_rings(
    database: Database, night: Night, status: Status
):
    before = come(database, night)
    with database.write() as db:
        db.execute(update(ChargingSession).values(status=status))

    [after] = change_night(database, night, ready_by=time(6), target=EnergyTarget(9_000))

    assert after == dataclasses.replace(
        before,
        status=status,
        window_end=READY_BY - 1.5 * HOUR,
        last_feasible_start=READY_BY - 1.75 * HOUR,
        target=EnergyTarget(9_000),
        wake_at=NOW + HOUR,
        version=before.version + 1,
        updated_at=NOW + HOUR,
    )


def test_a_further_try_is_for_what_the_one_before_left_of_the_new_target(database: Database, night: Night):
    over = come(database, night)
    with database.write() as db:
        db.execute(update(ChargingSession).values(status=Status.COMPLETED, wake_at=None, energy_wh=6_000))
    come(database, night, recovers=over)

    *_, after = change_night(database, night, target=EnergyTarget(10_000))

    assert after.target == EnergyTarget(4_000)


def test_a_night_that_waits_for_its_car_is_looked_at_again(database: Database, night: Night):
    change_night(database, night, ready_by=time(6))

    changed = first(database, night)
    assert (changed.wake_at, changed.override) == (NOW + HOUR, Override(ready_by=time(6)))


def test_another_target_of_the_schedule_leaves_the_night_its_own(database: Database, night: Night):
    come(database, night)
    change_night(database, night, target=EnergyTarget(10_000))

    with database.write() as db:
        change(db, night.schedule_id, night.ada, now=NOW + HOUR, target=EnergyTarget(30_000))
        [session] = tries(db, night.schedule_id)

    assert session.target == EnergyTarget(10_000)


def test_a_change_without_effect_is_none(database: Database, night: Night):
    before = first(database, night)

    change_night(database, night)

    assert first(database, night) == before


def leave_open(database: Database, session: Session, status: Status, **columns: Any) -> None:
    """Its try is over, and may be recovered as long as the night lasts."""
    values = {"status": status, "wake_at": None, "open_until": session.last_feasible_start} | columns
    with database.write() as db:
        db.execute(update(ChargingSession).where(ChargingSession.id == session.id).values(**values))
        mark_decided(db, [session.occurrence_id or ""], now=NOW)


def recovered(database: Database, session: Session, event: Event = Event.PLUGGED_IN) -> Session | None:
    with database.write() as db:
        return recover(db, get_session(db, session.id), event, Timing(), now=NOW + 2 * HOUR)


UNPLUGGED: dict[str, Any] = {
    "reason": "car_unplugged",
    "rejection": {"code": "car_unplugged", "variant": None, "category": "retriable"},
}


def test_the_next_try_of_a_night_that_was_changed_meanwhile_is_for_what_is_wanted_now(database: Database, night: Night):
    before = come(database, night)
    leave_open(database, before, Status.REJECTED, **UNPLUGGED)

    [over] = change_night(database, night, ready_by=time(6), target=EnergyTarget(9_000))
    after = recovered(database, over)

    assert (over.target, over.open_until, over.window_end) == (
        SMART.target,
        READY_BY - 1.75 * HOUR,
        READY_BY - 1.5 * HOUR,
    )
    assert after is not None
    assert (after.target, after.recovers_session_id) == (EnergyTarget(9_000), over.id)
    assert (after.window_end, after.last_feasible_start) == (over.window_end, over.open_until)


def test_the_next_try_after_one_that_broke_off_is_for_what_is_left_of_the_new_target(database: Database, night: Night):
    before = come(database, night)
    leave_open(database, before, Status.COMPLETED, stop_reason="power_lost", energy_wh=6_000)

    [over] = change_night(database, night, target=EnergyTarget(10_000))
    after = recovered(database, over, Event.BACK_OFF)

    assert (over.status, over.target) == (Status.COMPLETED, SMART.target)
    assert after is not None
    assert after.target == EnergyTarget(4_000)


@pytest.mark.parametrize(
    ("event", "hours_left", "is_delayed"),
    [
        pytest.param(Event.BACK_OFF, 8, True, id="by itself"),
        pytest.param(Event.BACK_OFF, 0.5, False, id="by itself, with no time to wait"),
        pytest.param(Event.PLUGGED_IN, 8, False, id="by the driver"),
    ],
)
def test_the_next_try_comes_by_a_random_delay_later_where_it_comes_by_itself(
    database: Database, night: Night, event: Event, hours_left: float, *, is_delayed: bool
):
    lost = {"stop_reason": "power_lost", "energy_wh": 6_000} if event is Event.BACK_OFF else UNPLUGGED
    status = Status.COMPLETED if event is Event.BACK_OFF else Status.REJECTED
    ends_at = NOW + (2 + hours_left) * HOUR
    over = come(database, night)
    with database.write() as db:
        db.execute(update(Charger).values(random_delay_max_s=1800))
    leave_open(database, over, status, window_end=ends_at, open_until=ends_at, **lost)

    after = recovered(database, over, event)

    assert after is not None
    assert after.planned_start_at is not None
    assert after.due_at - after.planned_start_at == timedelta(seconds=after.random_delay_s if is_delayed else 0)


def test_a_night_changed_back_is_as_its_schedule_has_it(database: Database, night: Night):
    come(database, night)
    [changed] = change_night(database, night, ready_by=time(6), target=EnergyTarget(10_000))
    leave_open(database, changed, Status.REJECTED, **UNPLUGGED)

    [over] = change_night(database, night)
    after = recovered(database, over)

    assert after is not None
    assert (after.target, after.window_end) == (SMART.target, READY_BY)


def test_a_ready_by_too_soon_for_another_try_leaves_none(database: Database, night: Night):
    before = come(database, night)
    leave_open(database, before, Status.REJECTED, **UNPLUGGED)
    with database.write() as db:
        soon = READY_BY - timedelta(minutes=100)
        override(db, night.occurrence_id, Override(ready_by=time(6)), caller=night.ada, now=soon)
        over = get_session(db, before.id)

        assert recover(db, over, Event.PLUGGED_IN, Timing(), now=soon) is None
