"""Boost: planned at once, whatever stands in its way; the engine decides."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit, limit_json
from homecharge.domain.schedules import Manual, Weekly
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.session_view import SessionWarning
from homecharge.domain.texts import DEFAULT
from homecharge.domain.times import WEEKDAYS
from homecharge.ports.units import Db
from homecharge.services.boosts import Boost, boost
from homecharge.services.history import describe_session
from homecharge.services.location_tariffs import NoTariff
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Connector, TimelineEntry
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up
from tests.schedules import schedule

WINDOW = timedelta(minutes=10)
AT_NOON = Manual(on=Weekly(WEEKDAYS), start_time=time(12, 5), end_time=time(14))  # an hour from NOW


class Scene:
    """A charger of Ada's; Cleo lives there too, Eve does not."""

    def __init__(self, db: Db) -> None:
        self.ada, self.cleo, self.eve = sign_up(db), sign_up(db, "Cleo"), sign_up(db, "Eve")
        home = make_home(db, self.ada)
        join(db, home, self.cleo, MemberRole.USER)
        self.charger = make_charger(db, self.ada, home)

    def boost(
        self, db: Db, limit: Limit | None = None, *, connector_id: int = 1, who: str = "ada", now: datetime = NOW
    ) -> Session:
        wanted = Boost(limit=limit, connector_id=connector_id, window=WINDOW)
        return boost(db, self.charger.id, wanted, caller=getattr(self, who), now=now)


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def test_what_a_free_vend_charger_began_by_itself_is_taken_over_by_a_boost_with_its_limit(
    database: Database, scene: Scene
):
    with database.write() as db:
        db.execute(update(Charger).values(start_mode=StartMode.FREE_VEND))
        held = make_session(db, scene.charger, None, kind=Kind.PLUG_IN, status=Status.PAUSED)
        session = scene.boost(db, EnergyLimit(8000))

    assert session.id != held.id
    assert (session.kind, session.limit) == (Kind.BOOST, EnergyLimit(8000))


def test_what_plugging_in_is_to_start_is_boosted_in_place_also_where_a_charger_began_it_by_itself(
    database: Database, scene: Scene
):
    with database.write() as db:
        db.execute(update(Charger).values(start_mode=StartMode.FREE_VEND, charge_now=True))
        held = make_session(db, scene.charger, None, kind=Kind.PLUG_IN, status=Status.PAUSED)
        session = scene.boost(db, DurationLimit(3600))

    assert (session.id, session.boost_limit) == (held.id, DurationLimit(3600))


@pytest.mark.parametrize("who", ["ada", "cleo"])
@pytest.mark.parametrize("limit", [None, DurationLimit(3600), EnergyLimit(8000)])
def test_any_member_plans_a_session_that_is_due_at_once(
    database: Database, scene: Scene, who: str, limit: Limit | None
):
    with database.write() as db:
        session = scene.boost(db, limit, who=who)

    assert (session.kind, session.status, session.limit) == (Kind.BOOST, Status.PLANNED, limit)
    assert session.due_at == session.wake_at == session.window_start == NOW
    assert session.window_end == session.last_feasible_start == NOW + WINDOW
    assert session.driver_id == getattr(scene, who).account_id


def test_a_stranger_has_no_such_charger(database: Database, scene: Scene):
    with database.write() as db, pytest.raises(NotFound):
        scene.boost(db, who="eve")


def test_a_limit_in_money_needs_a_tariff(database: Database, scene: Scene):
    with database.write() as db, pytest.raises(NoTariff) as refused:
        scene.boost(db, CostLimit(Decimal("5.00")))

    assert refused.value.data == {"location_id": scene.charger.location_id}


def test_only_connectors_that_were_reported_can_be_boosted_besides_the_first(database: Database, scene: Scene):
    with database.write() as db:
        reported = {"charger_id": scene.charger.id, "connector_id": 2, "status": ConnectorStatus.AVAILABLE}
        db.execute(insert(Connector).values(reported))

        assert scene.boost(db, connector_id=1).connector_id == 1
        assert scene.boost(db, connector_id=2).connector_id == 2
        with pytest.raises(Invalid) as refused:
            scene.boost(db, connector_id=3)
        assert list(refused.value.errors) == ["connector_id"]


@pytest.mark.parametrize("status", [Status.PLANNED, Status.STARTING, Status.CHARGING])
def test_another_session_in_the_way_is_the_engines_to_find(database: Database, scene: Scene, status: Status):
    with database.write() as db:
        other = make_session(db, scene.charger, scene.cleo, status=status)

        session = scene.boost(db)

    assert session.id != other.id
    assert session.status is Status.PLANNED


def test_a_paused_session_is_boosted_in_place(database: Database, scene: Scene):
    with database.write() as db:
        paused = make_session(db, scene.charger, scene.cleo, kind=Kind.MANUAL, status=Status.PAUSED)
        session = scene.boost(db)
        kinds = list(db.scalars(select(TimelineEntry.kind).where(TimelineEntry.session_id == paused.id)))

    assert (session.id, session.boosted_at, session.wake_at) == (paused.id, NOW, NOW)
    assert session.version == paused.version + 1
    assert kinds == ["planned", "boosted"]


@pytest.mark.parametrize("limit", [None, DurationLimit(3600), EnergyLimit(8000)])
def test_a_boost_of_a_session_has_a_limit_of_its_own_from_then_on(
    database: Database, scene: Scene, limit: Limit | None
):
    own = {"kind": "energy", "energy_wh": 20_000}
    with database.write() as db:
        make_session(db, scene.charger, scene.cleo, status=Status.PAUSED, energy_wh=4000, limit=own)
        session = scene.boost(db, limit)
        shown = describe_session(db, session, language=DEFAULT, now=NOW)

    assert session.limit == EnergyLimit(20_000)
    assert (session.boost_limit, session.boost_from_wh, session.boost_from_cost) == (limit, 4000, 0)
    assert shown.boost is not None
    assert (shown.boost.at, shown.boost.limit, shown.boost.ended_at) == (NOW, limit_json(limit), None)


def test_a_boost_keeps_what_a_limit_by_time_has_counted(database: Database, scene: Scene):
    begun, own = NOW - timedelta(minutes=50), {"kind": "duration", "seconds": 7200}
    with database.write() as db:
        made = {"kind": Kind.MANUAL, "status": Status.PAUSED, "limit": own, "started_at": begun}
        make_session(db, scene.charger, scene.cleo, **made)
        first = scene.boost(db)
        db.execute(update(ChargingSession).values(status=Status.CHARGING))
        second = scene.boost(db, now=NOW + timedelta(minutes=20))

    assert (first.boost_from_s, second.boost_from_s) == (50 * 60, 70 * 60)


def test_a_second_boost_replaces_the_first(database: Database, scene: Scene):
    later = NOW + timedelta(minutes=20)
    with database.write() as db:
        make_session(db, scene.charger, scene.cleo, status=Status.PAUSED, energy_wh=4000)
        first = scene.boost(db, DurationLimit(3600))
        db.execute(update(ChargingSession).values(status=Status.CHARGING, energy_wh=6000))
        second = scene.boost(db, EnergyLimit(2000), now=later)

    assert second.id == first.id
    assert (second.boosted_at, second.boost_limit, second.boost_from_wh) == (later, EnergyLimit(2000), 6000)


def test_after_its_boost_a_session_that_charges_is_in_the_way_as_any_other(database: Database, scene: Scene):
    with database.write() as db:
        make_session(db, scene.charger, scene.cleo, status=Status.PAUSED)
        first = scene.boost(db, DurationLimit(3600))
        db.execute(update(ChargingSession).values(status=Status.CHARGING, boost_ended_at=NOW))

        assert scene.boost(db).id != first.id


def test_a_boosted_session_warns_of_what_its_boost_blocks(database: Database, scene: Scene):
    with database.write() as db:
        schedule(db, scene.charger.id, scene.ada, AT_NOON, now=NOW)
        make_session(db, scene.charger, scene.ada, kind=Kind.SMART, status=Status.PAUSED)

        assert warned(db, scene.boost(db, DurationLimit(3600))) == ()
        assert len(warned(db, scene.boost(db, DurationLimit(3601)))) == 1


def test_a_paused_session_that_is_about_to_stop_is_left_alone(database: Database, scene: Scene):
    with database.write() as db:
        stopping = make_session(db, scene.charger, scene.ada, status=Status.PAUSED, stop_requested_at=NOW)

        assert scene.boost(db).id != stopping.id


@pytest.mark.parametrize(
    ("limit", "is_warned"),
    [
        (None, True),
        (DurationLimit(3600), False),
        (DurationLimit(3601), True),
        (EnergyLimit(7000), False),  # 7.36 kW: 57 minutes
        (EnergyLimit(8000), True),
    ],
)
def test_a_boost_warns_of_the_scheduled_charge_it_blocks(
    database: Database,
    scene: Scene,
    limit: Limit | None,
    is_warned: bool,  # noqa: FBT001 - a column of the table
):
    with database.write() as db:
        noon = schedule(db, scene.charger.id, scene.ada, AT_NOON, now=NOW)
        warnings = warned(db, scene.boost(db, limit))

    assert [(warning.code, warning.schedule_id) for warning in warnings] == [("blocks_occurrence", noon.id)] * is_warned
    assert all(
        warning.detail == "The charge scheduled for 12:05 cannot start while this Boost is running."
        for warning in warnings
    )


def test_a_schedule_that_is_off_or_elsewhere_is_not_blocked(database: Database, scene: Scene):
    with database.write() as db:
        schedule(db, scene.charger.id, scene.ada, AT_NOON, now=NOW, is_enabled=False)

        assert warned(db, scene.boost(db)) == ()


def test_only_a_boost_that_is_not_over_warns(database: Database, scene: Scene):
    with database.write() as db:
        schedule(db, scene.charger.id, scene.ada, AT_NOON, now=NOW)
        over = make_session(db, scene.charger, scene.ada, status=Status.COMPLETED)
        other = make_session(db, scene.charger, scene.ada, kind=Kind.CARD)
        db.execute(update(Charger).values(phases=3))

        assert warned(db, over) == warned(db, other) == ()


def warned(db: Db, session: Session) -> tuple[SessionWarning, ...]:
    return describe_session(db, session, language=DEFAULT, now=NOW).warnings
