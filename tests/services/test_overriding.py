"""One night of a Smart schedule that is unlike the others, where its charge is under way."""

import dataclasses
from datetime import time, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import update

from homecharge.domain.accounts import Caller
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.overrides import Override
from homecharge.domain.schedules import Smart, Weekly
from homecharge.domain.session_state import Session, Status
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.timeline import Actor
from homecharge.domain.times import WEEKDAYS
from homecharge.services.occurrence_supply import try_of
from homecharge.services.overriding import override
from homecharge.services.planning import plan_session
from homecharge.services.skipping import lock_occurrence
from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession
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
