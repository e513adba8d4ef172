"""Schedules are made, changed and taken away, and their planned session follows each time."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from sqlalchemy import insert, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Forbidden, Invalid, NotFound
from homecharge.domain.homes import Location
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.pages import Keyset
from homecharge.domain.schedules import InThePast, Manual, Smart, Weekly, weekly
from homecharge.domain.session_state import Status
from homecharge.domain.targets import EnergyTarget
from homecharge.domain.texts import DEFAULT as ENGLISH
from homecharge.domain.times import WEEKDAYS
from homecharge.ports.units import Db
from homecharge.services.accounts import forget_account, get_account
from homecharge.services.chargers import get_charger
from homecharge.services.live_sessions import SessionInProgress
from homecharge.services.location_tariffs import NoTariff
from homecharge.services.locations import change_location, get_location
from homecharge.services.occurrences import heal
from homecharge.services.rescheduling import AlreadyDecided
from homecharge.services.schedule_obstacles import ChargeNowEnabled
from homecharge.services.schedule_views import view_schedule
from homecharge.services.schedules import get_schedule, list_schedules
from homecharge.services.skipping import skip
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, Connector, Schedule, TimelineEntry
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up
from tests.schedules import NIGHTLY, change, days, leave_planned, on, planned, remove, schedule, tries, undecided

DUE = NOW.replace(day=21, hour=0, minute=30)
HOUR = timedelta(hours=1)


class Place(NamedTuple):
    ada: Caller
    home: Location
    charger_id: str


@pytest.fixture
def place(database: Database) -> Place:
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        return Place(ada, home, make_charger(db, ada, home).id)


def plug_in(database: Database, charger_id: str, status: str = "preparing") -> None:
    with database.write() as db:
        db.execute(insert(Connector).values(charger_id=charger_id, connector_id=1, status=status, reported_at=NOW))


def test_one_whose_window_has_begun_starts_now(database: Database, place: Place):
    with database.write() as db:
        begun = schedule(db, place.charger_id, place.ada, on("2026-11-20", "10:00", "12:00"), now=NOW).id

        assert planned(db, begun).due_at == NOW
        assert undecided(db, begun)[0].starts_at == NOW.replace(hour=10, minute=0)


def test_whoever_makes_a_charge_start_at_once_is_told(database: Database, place: Place):
    def told(db: Db, schedule_id: str, *, now: datetime = NOW) -> list[str]:
        seen = get_schedule(db, schedule_id, caller=place.ada)
        warnings = view_schedule(db, seen, caller=place.ada, language=ENGLISH, now=now).warnings
        return [warning.detail for warning in warnings]

    with database.write() as db:
        noon = schedule(db, place.charger_id, place.ada, on("2026-11-20", "12:00", None), now=NOW).id
        at_first = told(db, noon)
        change(db, noon, place.ada, now=NOW, start_time=time(10, 0))
        moved = told(db, noon)
        a_moment_later = told(db, noon, now=NOW + timedelta(seconds=1))
        change(db, noon, place.ada, now=NOW, is_enabled=False)
        off = told(db, noon)
        change(db, noon, place.ada, now=NOW, is_enabled=True)
        on_again = told(db, noon)

    detail = "The time of this schedule began at 10:00: the charge starts now, and ends at 22:00 at the latest."
    assert (at_first, moved, a_moment_later, off, on_again) == ([], [detail], [], [], [detail])


def test_a_one_off_whose_window_is_over_is_refused(database: Database, place: Place):
    with database.write() as db, pytest.raises(InThePast) as refused:
        schedule(db, place.charger_id, place.ada, on("2026-11-20"), now=NOW)

    assert list(refused.value.errors) == ["on.date"]


def test_one_that_is_off_has_nothing_planned(database: Database, place: Place):
    with database.write() as db:
        off = schedule(db, place.charger_id, place.ada, now=NOW, is_enabled=False).id

        assert (undecided(db, off), tries(db, off)) == ([], [])


@pytest.mark.parametrize("status", [Status.STARTING, Status.CHARGING])
def test_none_is_made_while_a_session_runs(database: Database, place: Place, status: Status):
    with database.write() as db:
        charger = get_charger(db, place.charger_id, caller=place.ada)
        running = make_session(db, charger, place.ada, status=status)  # type: ignore[arg-type]

        with pytest.raises(SessionInProgress) as refused:
            schedule(db, place.charger_id, place.ada, now=NOW)

    assert refused.value.data == {"session_id": running.id}


def test_a_paused_session_is_no_obstacle(database: Database, place: Place):
    with database.write() as db:
        charger = get_charger(db, place.charger_id, caller=place.ada)
        make_session(db, charger, place.ada, status=Status.PAUSED)  # type: ignore[arg-type]

        assert schedule(db, place.charger_id, place.ada, now=NOW).is_enabled


def test_charge_now_is_in_the_way_with_the_cable_in(database: Database, place: Place):
    plug_in(database, place.charger_id)
    with database.write() as db:
        db.execute(update(Charger).values(charge_now=True))

        with pytest.raises(ChargeNowEnabled) as refused:
            schedule(db, place.charger_id, place.ada, now=NOW)

    assert refused.value.data == {"charger_id": place.charger_id}


def test_charge_now_is_no_obstacle_without_the_cable(database: Database, place: Place):
    plug_in(database, place.charger_id, "available")
    with database.write() as db:
        db.execute(update(Charger).values(charge_now=True))

        assert schedule(db, place.charger_id, place.ada, now=NOW).is_enabled


def test_charge_now_is_switched_off_where_that_is_asked_for(database: Database, place: Place):
    plug_in(database, place.charger_id)
    with database.write() as db:
        db.execute(update(Charger).values(charge_now=True))

        schedule(db, place.charger_id, place.ada, now=NOW, turn_off_charge_now=True)

        assert not get_charger(db, place.charger_id, caller=place.ada).charge_now


def test_a_user_may_schedule_but_not_switch_charge_now_off(database: Database, place: Place):
    plug_in(database, place.charger_id)
    with database.write() as db:
        bob = sign_up(db, "Bob")
        join(db, place.home, bob, MemberRole.USER)
        schedule(db, place.charger_id, bob, now=NOW)
        db.execute(update(Charger).values(charge_now=True))

        with pytest.raises(Forbidden) as refused:
            schedule(db, place.charger_id, bob, now=NOW, turn_off_charge_now=True)

    assert refused.value.data == {"needs_role": "admin"}


def test_a_connector_that_was_never_reported_is_refused(database: Database, place: Place):
    with database.write() as db, pytest.raises(Invalid) as refused:
        schedule(db, place.charger_id, place.ada, now=NOW, connector_id=2)

    assert list(refused.value.errors) == ["connector_id"]


def test_a_limit_by_cost_needs_a_tariff(database: Database, place: Place):
    wanted = Manual(on=NIGHTLY.on, start_time=NIGHTLY.start_time, limit=CostLimit(Decimal(3)))
    with database.write() as db, pytest.raises(NoTariff):
        schedule(db, place.charger_id, place.ada, wanted, now=NOW)


def test_users_edit_their_own_and_admins_all(database: Database, place: Place):
    with database.write() as db:
        bob, eve, zoe = (sign_up(db, name) for name in ("Bob", "Eve", "Zoe"))
        join(db, place.home, bob, MemberRole.USER)
        join(db, place.home, eve, MemberRole.ADMIN)
        of_bob = schedule(db, place.charger_id, bob, now=NOW).id
        of_ada = schedule(db, place.charger_id, place.ada, now=NOW).id

        assert change(db, of_bob, bob, now=NOW, name="Mine").schedule.name == "Mine"
        assert change(db, of_bob, eve, now=NOW, name="Bob's").schedule.name == "Bob's"
        with pytest.raises(Forbidden):
            change(db, of_ada, bob, now=NOW, name="Mine")
        with pytest.raises(NotFound):
            get_schedule(db, of_ada, caller=zoe)
        with pytest.raises(NotFound):
            list_schedules(db, place.charger_id, Keyset(), caller=zoe)


def test_a_user_does_not_see_the_sessions_of_others(database: Database, place: Place):
    with database.write() as db:
        bob = sign_up(db, "Bob")
        join(db, place.home, bob, MemberRole.USER)
        of_ada = schedule(db, place.charger_id, place.ada, now=NOW).id

        seen = view_schedule(db, get_schedule(db, of_ada, caller=bob), caller=bob, language=ENGLISH, now=NOW)
        own = view_schedule(db, get_schedule(db, of_ada, caller=place.ada), caller=place.ada, language=ENGLISH, now=NOW)

    assert (seen.occurrences[0].sessions, len(own.occurrences[0].sessions)) == ((), 1)


def test_new_times_move_the_planned_session(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        before = planned(db, nightly)

        seen = change(db, nightly, place.ada, now=NOW + HOUR, start_time=NIGHTLY.start_time.replace(2))

        after, occurrences = planned(db, nightly), undecided(db, nightly)
        steps = db.execute(select(TimelineEntry).where(TimelineEntry.kind == "moved")).all()
        assert (seen.schedule.timing_revision, seen.revision) == (2, 2)
        assert after.id == before.id
        assert after.due_at == after.wake_at == after.at == DUE.replace(hour=2)
        assert after.window_start == DUE.replace(hour=2)
        assert after.version > before.version
        assert after.occurrence_id == occurrences[0].id
        assert days(occurrences) == [21, 22, 23, 24, 25, 26, 27, 28]
        assert {o.timing_revision for o in occurrences} == {2}
        assert [(s.session_id, s.detail) for s in steps] == [
            (before.id, {"from_at": before.due_at.isoformat(), "due_at": after.due_at.isoformat()})
        ]
        assert len(tries(db, nightly)) == 1


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        pytest.param({"on": weekly(["sun"])}, DUE.replace(day=22), id="other days"),
        pytest.param({"on": on("2026-12-01").on}, DUE.replace(month=12, day=1), id="a single day"),
        pytest.param({"start_time": time(11), "end_time": None}, NOW, id="a window that has begun"),
    ],
)
def test_the_session_goes_where_the_schedule_goes(
    database: Database, place: Place, changes: dict[str, object], due: object
):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        before = planned(db, nightly)

        change(db, nightly, place.ada, now=NOW, **changes)

        assert (planned(db, nightly).id, planned(db, nightly).due_at) == (before.id, due)


def test_a_change_without_effect_is_none(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        before = undecided(db, nightly), tries(db, nightly)

        seen = change(db, nightly, place.ada, now=NOW + HOUR, start_time=NIGHTLY.start_time, name=None)

        assert seen.revision == 1
        assert (undecided(db, nightly), tries(db, nightly)) == before


def test_a_new_limit_reaches_the_planned_session_in_its_place(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        before, occurrences = planned(db, nightly), undecided(db, nightly)

        seen = change(db, nightly, place.ada, now=NOW + HOUR, limit=EnergyLimit(9_000))

        assert planned(db, nightly).limit == EnergyLimit(9_000)
        assert planned(db, nightly).due_at == before.due_at
        assert (seen.schedule.timing_revision, undecided(db, nightly)) == (1, occurrences)


def test_a_duration_that_makes_the_window_is_timing(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id

        seen = change(db, nightly, place.ada, now=NOW, end_time=None, limit=DurationLimit(7200))

        assert seen.schedule.timing_revision == 2
        assert planned(db, nightly).window_end == DUE.replace(hour=2)
        assert planned(db, nightly).limit == DurationLimit(7200)


def test_a_skipped_day_stays_skipped_at_its_new_time(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        first, _, third = undecided(db, nightly)[:3]
        skip(db, first.id, caller=place.ada, now=NOW)
        skip(db, third.id, caller=place.ada, now=NOW)

        change(db, nightly, place.ada, now=NOW + HOUR, start_time=NIGHTLY.start_time.replace(2))

        occurrences = undecided(db, nightly)
        assert days(occurrences) == [22, 23, 24, 25, 26, 27, 28, 29]
        assert [o.id for o in occurrences if o.skipped_at is not None] == [third.id]
        assert occurrences[1].starts_at == DUE.replace(day=23, hour=2)
        assert planned(db, nightly).due_at == DUE.replace(day=22, hour=2)
        assert len(tries(db, nightly, Status.REJECTED)) == 1


def test_a_change_while_it_charges_applies_to_later_ones(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        first = planned(db, nightly)
        leave_planned(db, first, Status.CHARGING, now=DUE)
        second = planned(db, nightly)

        change(db, nightly, place.ada, now=DUE + HOUR, start_time=NIGHTLY.start_time.replace(2))

        assert get_session(db, first.id).due_at == DUE
        assert get_session(db, first.id).window_end == DUE.replace(hour=5)
        assert planned(db, nightly).id == second.id
        assert planned(db, nightly).due_at == DUE.replace(day=22, hour=2)
        assert days(undecided(db, nightly)) == [22, 23, 24, 25, 26, 27, 28, 29]


def test_a_later_start_on_the_same_day_is_a_new_try_once_the_first_is_over(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        leave_planned(db, planned(db, nightly), Status.REJECTED, now=DUE, wake_at=None, reason="battery_full")

        change(db, nightly, place.ada, now=DUE + HOUR, start_time=NIGHTLY.start_time.replace(3))

        assert planned(db, nightly).due_at == DUE.replace(hour=3)


def test_a_one_off_that_has_had_its_try_cannot_be_given_other_times(database: Database, place: Place):
    with database.write() as db:
        once = schedule(db, place.charger_id, place.ada, on("2026-11-21"), now=NOW).id
        first = planned(db, once)
        leave_planned(db, first, Status.CHARGING, now=DUE)

        with pytest.raises(AlreadyDecided) as refused:
            change(db, once, place.ada, now=DUE + HOUR, end_time=NIGHTLY.start_time.replace(7))
        assert change(db, once, place.ada, now=DUE + HOUR, name="Once").schedule.name == "Once"
        change(db, once, place.ada, now=DUE + HOUR, on=on("2026-11-22").on)

        assert refused.value.data == {"session_id": first.id}
        assert planned(db, once).due_at == DUE.replace(day=22)


def test_a_change_into_the_past_is_refused_and_changes_nothing(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        before = undecided(db, nightly), tries(db, nightly)

        with pytest.raises(InThePast):
            change(db, nightly, place.ada, now=NOW, on=on("2026-11-19").on)

        assert (undecided(db, nightly), tries(db, nightly)) == before


def test_switching_off_takes_the_planned_session_back(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id

        change(db, nightly, place.ada, now=NOW + HOUR, is_enabled=False)

        [session] = tries(db, nightly)
        assert (session.status, session.reason, session.wake_at) == (Status.REJECTED, "cancelled", None)
        assert (session.rejection or {})["variant"] == "schedule_disabled"
        assert undecided(db, nightly) == []
        assert heal(db, now=NOW + HOUR) == 0


def test_switching_on_plans_the_same_night_again(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        change(db, nightly, place.ada, now=NOW, is_enabled=False)

        change(db, nightly, place.ada, now=DUE + HOUR, is_enabled=True)

        assert planned(db, nightly).due_at == DUE + HOUR
        assert days(undecided(db, nightly)) == [21, 22, 23, 24, 25, 26, 27, 28]


def test_switching_off_leaves_a_live_session_and_ends_open_recoveries(database: Database, place: Place):
    with database.write() as db:
        live, waiting = (schedule(db, place.charger_id, place.ada, now=NOW).id for _ in range(2))
        charging, rejected = planned(db, live), planned(db, waiting)
        leave_planned(db, charging, Status.CHARGING, now=DUE)
        leave_planned(
            db, rejected, Status.REJECTED, now=DUE, wake_at=None, reason="car_unplugged", open_until=DUE + 4 * HOUR
        )

        change(db, live, place.ada, now=DUE + HOUR, is_enabled=False)
        change(db, waiting, place.ada, now=DUE + HOUR, is_enabled=False)

        assert get_session(db, charging.id).status is Status.CHARGING
        assert get_session(db, rejected.id).open_until is None
        assert tries(db, live, Status.PLANNED) + tries(db, waiting, Status.PLANNED) == []


def test_taking_one_away_leaves_its_history(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id

        remove(db, nightly, place.ada, now=NOW + HOUR)

        [session] = tries(db, nightly)
        assert (session.status, (session.rejection or {})["variant"]) == (Status.REJECTED, "schedule_deleted")
        assert [e["fact"] for e in (session.rejection or {})["evidence"]] == ["schedule_deleted", "device"]
        with pytest.raises(NotFound):
            get_schedule(db, nightly, caller=place.ada)
        assert list_schedules(db, place.charger_id, Keyset(), caller=place.ada).items == []
        assert heal(db, now=NOW + HOUR) == 0


def test_nobody_charges_for_somebody_who_has_left(database: Database, place: Place):
    with database.write() as db:
        bob = sign_up(db, "Bob")
        join(db, place.home, bob, MemberRole.USER)
        of_bob = schedule(db, place.charger_id, bob, now=NOW, name="Bob's car").id
        of_ada = schedule(db, place.charger_id, place.ada, now=NOW).id

        forget_account(db, get_account(db, bob.account_id), now=NOW)

        [session] = tries(db, of_bob)
        assert (session.status, (session.rejection or {})["variant"]) == (Status.REJECTED, "account_deleted")
        assert "Bob" not in str(session.rejection)
        assert db.scalars(select(Schedule.name).where(Schedule.id == of_bob)).all() == [None]
        with pytest.raises(NotFound):
            get_schedule(db, of_bob, caller=place.ada)
        assert planned(db, of_ada).due_at == DUE


def test_a_new_time_zone_moves_what_is_planned_to_the_same_wall_times(database: Database, place: Place):
    with database.write() as db:
        nightly = schedule(db, place.charger_id, place.ada, now=NOW).id
        once = schedule(db, place.charger_id, place.ada, on("2026-11-20", "18:00", "19:00"), now=NOW).id
        before = planned(db, nightly), planned(db, once)

        home = get_location(db, place.home.id, caller=place.ada, for_update=True)
        change_location(db, home, time_zone="Asia/Kolkata", caller=place.ada, now=NOW)

        assert planned(db, nightly).id == before[0].id
        assert planned(db, nightly).due_at == DUE.replace(day=20, hour=19, minute=0)
        assert planned(db, once).due_at == NOW.replace(hour=12, minute=30)
        assert {o.timing_revision for o in undecided(db, nightly)} == {2}


def test_a_one_off_that_would_be_over_by_the_new_clock_keeps_its_instants(database: Database, place: Place):
    with database.write() as db:
        once = schedule(db, place.charger_id, place.ada, on("2026-11-20", "18:00", "19:00"), now=NOW).id
        before = planned(db, once)

        home = get_location(db, place.home.id, caller=place.ada, for_update=True)
        change_location(db, home, time_zone="Pacific/Auckland", caller=place.ada, now=NOW)

        assert planned(db, once) == before


def test_two_schedules_that_overlap_say_which_of_them_starts_first(database: Database, place: Place):
    with database.write() as db:
        early = schedule(db, place.charger_id, place.ada, now=NOW, name="Night").id
        late = schedule(db, place.charger_id, place.ada, on("2026-11-22", "03:00", "08:00"), now=NOW, name="Sunday").id
        apart = schedule(db, place.charger_id, place.ada, on("2026-11-22", "09:00", "10:00"), now=NOW).id

        warnings = {
            id_: view_schedule(
                db, get_schedule(db, id_, caller=place.ada), caller=place.ada, language=ENGLISH, now=NOW
            ).warnings
            for id_ in (early, late, apart)
        }

    assert [(w.code, w.schedule_id) for w in warnings[early]] == [("blocks_schedule", late)]
    assert warnings[early][0].detail.startswith("Sun 22 Nov 03:00: “Sunday” wants the charger too.")
    assert [(w.code, w.schedule_id) for w in warnings[late]] == [("blocked_by_schedule", early)]
    assert warnings[apart] == ()


def test_a_smart_schedule_is_in_the_way_until_its_plan_is_done(database: Database, place: Place):
    """Without a tariff 20 kWh take from half past seven, when its window begins, to a quarter past ten."""
    smart = Smart(on=Weekly(WEEKDAYS), ready_by=time(7, 30), target=EnergyTarget(20_000))
    with database.write() as db:
        night = schedule(db, place.charger_id, place.ada, smart, now=NOW, name="Night").id
        within = schedule(db, place.charger_id, place.ada, on("2026-11-22", "09:00", "11:00"), now=NOW, name="Am").id
        after = schedule(db, place.charger_id, place.ada, on("2026-11-22", "13:00", "15:00"), now=NOW, name="Pm").id

        warnings = {
            id_: [
                (warning.code, warning.detail, warning.schedule_id)
                for warning in view_schedule(
                    db, get_schedule(db, id_, caller=place.ada), caller=place.ada, language=ENGLISH, now=NOW
                ).warnings
                if warning.code != "no_tariff"
            ]
            for id_ in (night, within, after)
        }

    taken = "from the plug-in to Sun 22 Nov 10:13 as planned now"
    assert warnings[night] == [
        ("blocks_schedule", f"Sun 22 Nov 09:00: “Am” may find the charger taken: by this one, {taken}.", within)
    ]
    assert warnings[within] == [
        (
            "blocked_by_schedule",
            f"Sun 22 Nov 09:00: “Night” may have the charger: {taken}. This one waits.",
            night,
        )
    ]
    assert warnings[after] == []
