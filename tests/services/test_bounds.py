"""What binds Manuals and plug-ins, read from chargers: restricted hours and their changes, and random delays."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from homecharge.domain.accounts import Caller
from homecharge.domain.charger_state import ConnectorStatus
from homecharge.domain.limits import DurationLimit
from homecharge.domain.random_delay import delayed_until
from homecharge.domain.restricted_hours import Choice, RestrictedHours, RestrictedWindow
from homecharge.domain.schedules import Manual
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.texts.en import ENGLISH
from homecharge.domain.times import WEEKDAYS, WallWindow
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Line, Origin, StatusReport
from homecharge.ports.units import Db
from homecharge.services.boosts import Boost, boost
from homecharge.services.bounds import read_bounds
from homecharge.services.chargers import get_charger
from homecharge.services.connectors import status_reported
from homecharge.services.lines import line_opened
from homecharge.services.restricted_hours import choose_restricted_hours
from homecharge.services.schedule_views import view_schedule
from homecharge.services.schedules import get_schedule
from homecharge.services.stopping import start_now
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, TimelineEntry
from homecharge.storage.queries.sessions import get_session
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up
from tests.schedules import on, planned, run_due, schedule, tries

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MORNING = NOW.replace(hour=0, minute=0) + timedelta(days=1)


def daily(*windows: tuple[int, int]) -> RestrictedHours:
    """Restricted every day from one hour to another."""
    return RestrictedHours(
        Choice.CUSTOM, tuple(RestrictedWindow(WEEKDAYS, WallWindow(time(start), time(end))) for start, end in windows)
    )


class House:
    """A charger that is online, with a car at it."""

    def __init__(self, db: Db, hours: RestrictedHours | None = None, delay_max_s: int = 0) -> None:
        self.ada = sign_up(db)
        self.home = make_home(db, self.ada)
        self.charger = make_charger(db, self.ada, self.home, hours=hours, delay_max_s=delay_max_s)
        self.line = Line(new_id(), self.charger.id, "CP1", "ocpp1.6")
        line_opened(db, self.line, gateway_id="gateway", timing=Timing(), now=NOW)
        self.say(db, ConnectorStatus.PREPARING, now=NOW)

    @property
    def id(self) -> str:
        return self.charger.id

    def say(self, db: Db, status: ConnectorStatus, *, now: datetime) -> None:
        report = StatusReport(1, status, "NoError", info=None, vendor_error_code=None, timestamp=None)
        status_reported(db, Origin(self.line, new_id(), now), report, Timing())

    def choose(self, db: Db, hours: RestrictedHours, *, now: datetime) -> None:
        charger = get_charger(db, self.id, caller=self.ada, for_update=True)
        choose_restricted_hours(db, charger, hours, Timing(), now=now)


def steps(db: Db, session: Session) -> list[tuple[str, str | None]]:
    t = TimelineEntry
    rows = db.execute(select(t.kind, t.cause).where(t.session_id == session.id).order_by(t.at, t.id))
    return [(row.kind, row.cause) for row in rows]


def run(db: Db, *, now: datetime) -> None:
    run_due(db, gateway_id="gateway", now=now)


def test_a_start_due_inside_restricted_hours_waits_for_their_end(database: Database):
    with database.write() as db:
        house = House(db, daily((0, 2)))
        nightly = schedule(db, house.id, house.ada, now=NOW)
        run(db, now=NOW)

        moved = planned(db, nightly.id)
        assert (moved.due_at, moved.at) == (MORNING + 2 * HOUR, MORNING + 2 * HOUR)
        assert moved.planned_start_at == MORNING + 30 * MINUTE
        assert steps(db, moved)[1:] == [("moved", "restricted_hours")]

        run(db, now=MORNING + 2 * HOUR)
        assert [session.status for session in tries(db, nightly.id)][:1] == [Status.STARTING]


@pytest.mark.parametrize(
    ("hours", "due_at"),
    [(RestrictedHours(Choice.NONE), MORNING + HOUR), (daily((0, 3)), MORNING + 3 * HOUR)],
)
def test_other_hours_move_what_waits(database: Database, hours: RestrictedHours, due_at: datetime):
    with database.write() as db:
        house = House(db, daily((0, 2)))
        nightly = schedule(db, house.id, house.ada, now=NOW)
        run(db, now=MORNING + 30 * MINUTE)
        waiting = planned(db, nightly.id)

        house.choose(db, hours, now=MORNING + HOUR)
        run(db, now=MORNING + HOUR)

        assert get_session(db, waiting.id).due_at == due_at


def test_what_restricted_hours_left_no_time_is_tried_again_when_they_change(database: Database):
    with database.write() as db:
        house = House(db, daily((0, 6)))
        nightly = schedule(db, house.id, house.ada, now=NOW)
        run(db, now=MORNING + 30 * MINUTE)
        [rejected] = tries(db, nightly.id, Status.REJECTED)
        assert (rejected.reason, rejected.open_until) == ("restricted_hours", MORNING + 5 * HOUR + 15 * MINUTE)

        house.choose(db, RestrictedHours(Choice.NONE), now=MORNING + HOUR)
        run(db, now=MORNING + HOUR)

        [again] = tries(db, nightly.id, Status.STARTING)
        assert (again.recovers_session_id, steps(db, again)[0]) == (rejected.id, ("planned", "hours_changed"))


@pytest.mark.parametrize("running", [Status.CHARGING, Status.PAUSED])
@pytest.mark.parametrize("kind", [Kind.MANUAL, Kind.PLUG_IN])
def test_hours_changed_under_way_ring_what_they_bind(database: Database, kind: Kind, running: Status):
    later = NOW + HOUR
    with database.write() as db:
        house = House(db)
        charge = make_session(db, house.charger, house.ada, status=running, kind=kind, wake_at=NOW + 9 * HOUR)

        house.choose(db, daily((0, 2)), now=later)

        assert get_session(db, charge.id).wake_at == later


def test_a_charge_without_a_window_is_told_of_a_week_of_hours_at_a_time(database: Database):
    with database.write() as db:
        house = House(db, daily((16, 22)))
        charge = make_session(db, house.charger, house.ada, status=Status.CHARGING, kind=Kind.PLUG_IN)

        def told(now: datetime) -> int:
            return len(read_bounds(db, [charge], unplanned=(), now=now)[charge.id].restricted)

        assert [told(NOW + timedelta(days=days)) for days in (0, 5, 6, 12, 13)] == [7, 7, 14, 14, 21]


def test_nothing_is_read_of_what_nothing_binds(database: Database):
    with database.write() as db:
        house = House(db, daily((0, 6)))
        by_hand = make_session(db, house.charger, house.ada, kind=Kind.BOOST)
        over = make_session(db, house.charger, house.ada, kind=Kind.MANUAL, status=Status.COMPLETED, wake_at=None)

        assert read_bounds(db, [by_hand, over], unplanned=(), now=NOW) == {}


def test_a_manual_is_delayed_at_random_and_start_now_ends_that(database: Database):
    start = MORNING + 30 * MINUTE
    with database.write() as db:
        house = House(db, delay_max_s=1800)
        db.execute(update(ChargingSession).values(random_delay_s=0))
        drawn = {planned(db, schedule(db, house.id, house.ada, now=NOW).id).random_delay_s for _ in range(5)}
        one = schedule(db, house.id, house.ada, now=NOW)
        waiting = planned(db, one.id)

        assert len(drawn) > 1
        assert max(drawn) <= 1800
        assert waiting.due_at == start + timedelta(seconds=waiting.random_delay_s)
        assert waiting.planned_start_at == start
        db.execute(
            update(ChargingSession)
            .where(ChargingSession.id == waiting.id)
            .values(random_delay_s=600, due_at=start + 10 * MINUTE, wake_at=start + 10 * MINUTE)
        )
        started = start_now(db, waiting.id, caller=house.ada, now=start + MINUTE)
        assert (started.due_at, started.wake_at, started.random_delay_s) == (start + MINUTE, start + MINUTE, 0)
        assert delayed_until(started, now=start + MINUTE) is None


def test_what_somebody_starts_at_that_moment_is_not_delayed(database: Database):
    with database.write() as db:
        house = House(db, delay_max_s=1800)
        inside = planned(db, schedule(db, house.id, house.ada, on("2026-11-20", "11:00", "17:00"), now=NOW).id)
        plug_in = make_session(db, house.charger, house.ada, kind=Kind.PLUG_IN)

        assert (inside.due_at, plug_in.due_at) == (NOW, NOW)


def test_nothing_is_drawn_for_a_charger_that_delays_by_itself(database: Database):
    with database.write() as db:
        house = House(db, delay_max_s=1800)
        db.execute(update(Charger).where(Charger.id == house.id).values(applies_own_delay=True))

        drawn = {planned(db, schedule(db, house.id, house.ada, now=NOW).id).random_delay_s for _ in range(5)}

    assert drawn == {0}


@pytest.mark.parametrize("kind", [Kind.BOOST, Kind.CARD])
def test_what_is_begun_by_hand_is_never_delayed(database: Database, kind: Kind):
    with database.write() as db:
        house = House(db, delay_max_s=1800)

        assert make_session(db, house.charger, house.ada, kind=kind).random_delay_s == 0


@pytest.mark.parametrize(("hours", "told"), [(daily((11, 13)), True), (daily((12, 13)), False), (None, False)])
def test_a_boost_inside_restricted_hours_says_that_it_overrides_them(
    database: Database, hours: RestrictedHours | None, *, told: bool
):
    with database.write() as db:
        house = House(db, hours)
        session = boost(db, house.id, Boost(limit=None, connector_id=1, window=HOUR), caller=house.ada, now=NOW)

        assert (("hours_overridden", None) in steps(db, session)) is told


def warnings(db: Db, house: House, spec: Manual, caller: Caller, code: str = "restricted_hours") -> list[str]:
    made = schedule(db, house.id, caller, spec, now=NOW)
    seen = get_schedule(db, made.id, caller=caller)
    view = view_schedule(db, seen, caller=caller, language=ENGLISH, now=NOW)
    return [each.detail for each in view.warnings if each.code == code]


@pytest.mark.parametrize(
    ("spec", "detail"),
    [
        (on("2026-11-21"), "Restricted hours take 1 h of its time: 7.4 kWh less."),
        (
            Manual(on=on("2026-11-21").on, start_time=time(0, 30), end_time=time(5, 30), limit=DurationLimit(3600)),
            "Restricted hours lie in its time. Without them it would be done 1 h sooner.",
        ),
        (on("2026-11-21", "01:10", "01:50"), "Restricted hours cover all of its time (40 min): it cannot charge."),
        (on("2026-11-21", "02:00", "05:30"), None),
    ],
)
def test_a_manual_says_what_restricted_hours_cost_it(database: Database, spec: Manual, detail: str | None):
    with database.write() as db:
        house = House(db, daily((1, 2)))

        assert warnings(db, house, spec, house.ada) == ([detail] if detail else [])


@pytest.mark.parametrize(("hours", "told"), [(daily((11, 12)), 0), (daily((12, 13)), 1)])
def test_what_restricted_hours_hold_does_not_start_now(database: Database, hours: RestrictedHours, told: int):
    with database.write() as db:
        house = House(db, hours)

        assert len(warnings(db, house, on("2026-11-20", "11:00", "17:00"), house.ada, "starts_now")) == told
