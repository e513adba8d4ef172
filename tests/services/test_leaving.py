"""Leaving a home: what ends with a membership, and what stays."""

import dataclasses
import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import AuditFilters
from homecharge.domain.errors import Forbidden, NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.domain.tariffs import Flat
from homecharge.domain.texts import DEFAULT
from homecharge.ports.units import Db
from homecharge.services.accounts import forget_account, get_account
from homecharge.services.auditing import list_audit
from homecharge.services.boosts import Boost, boost
from homecharge.services.history import describe_session, get_visible_session
from homecharge.services.home_cards import add_card, get_card
from homecharge.services.joining import JoinCodeNotValid, join, make_code
from homecharge.services.leaving import get_removable, part
from homecharge.services.location_tariffs import choose_tariff
from homecharge.services.members import OwnerStays, get_member
from homecharge.services.tariffs import add_tariff
from homecharge.services.timelines import list_timeline
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Schedule, Tariff
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, make_charger, make_home, make_session, sign_up
from tests.homes import join as put_in
from tests.schedules import planned, schedule, tries

LATER = NOW + timedelta(minutes=5)
ROLES = {"Ada": MemberRole.OWNER, "Ben": MemberRole.USER, "Cleo": MemberRole.ADMIN}
BOOST = Boost(limit=None, connector_id=1, window=timedelta(minutes=10))


class Scene:
    """Ada's home with a charger, where Ben is a user and Cleo an admin."""

    def __init__(self, db: Db) -> None:
        self.people = {name: sign_up(db, name) for name in ROLES}
        self.ada, self.ben, self.cleo = self.people.values()
        self.home = make_home(db, self.ada)
        self.charger = make_charger(db, self.ada, self.home)
        put_in(db, self.home, self.ben, MemberRole.USER)
        put_in(db, self.home, self.cleo, MemberRole.ADMIN)

    def leaves(self, db: Db, who: Caller, *, by: Caller | None = None) -> None:
        part(db, get_member(db, self.home.id, who.account_id), caller=by or who, now=LATER)


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def why(session: Session) -> list[tuple[str, Any]]:
    return [(fact["fact"], fact["value"]) for fact in (session.rejection or {})["evidence"]]


@pytest.mark.parametrize("by", ROLES)
def test_admins_take_users_out_the_owner_everybody_and_anybody_themselves(database: Database, scene: Scene, by: str):
    allowed = {"Ada": {"Ada", "Ben", "Cleo"}, "Ben": {"Ben"}, "Cleo": {"Ben", "Cleo"}}
    seen = dataclasses.replace(scene.home, my_role=ROLES[by])

    removable = set()
    with database.read() as db:
        for name, who in scene.people.items():
            try:
                get_removable(db, seen, who.account_id, caller=scene.people[by])
            except Forbidden:
                continue
            removable.add(name)

    assert removable == allowed[by]


def test_the_owner_does_not_leave(database: Database, scene: Scene):
    with pytest.raises(OwnerStays) as refused, database.write() as db:
        scene.leaves(db, scene.ada)

    assert refused.value.data == {"location_ids": [scene.home.id]}


def test_what_somebody_planned_ends_with_their_membership_and_says_why(database: Database, scene: Scene):
    with database.write() as db:
        of_ben = schedule(db, scene.charger.id, scene.ben, now=NOW).id
        of_ada = schedule(db, scene.charger.id, scene.ada, now=NOW).id
        a_boost = boost(db, scene.charger.id, BOOST, caller=scene.ben, now=NOW)

        scene.leaves(db, scene.ben, by=scene.cleo)

        [session] = tries(db, of_ben)
        boosted = get_session(db, a_boost.id)
        assert {session.status, boosted.status} == {Status.REJECTED}
        assert why(session) == why(boosted) == [("member_removed", scene.cleo.account_id), ("device", "Cleo's phone")]
        assert db.scalar(select(Schedule.deleted_at).where(Schedule.id == of_ben)) == LATER
        assert planned(db, of_ada)
        shown = describe_session(db, session, language=DEFAULT, now=LATER).rejection
        assert shown is not None
        assert shown.detail == "Cleo removed the driver who planned it from this home on Fri 20 Nov at 11:10."


def test_who_leaves_says_so_without_their_device(database: Database, scene: Scene):
    with database.write() as db:
        of_ben = schedule(db, scene.charger.id, scene.ben, now=NOW).id

        scene.leaves(db, scene.ben)

        [session] = tries(db, of_ben)
        assert why(session) == [("member_left", scene.ben.account_id)]


def test_what_they_have_elsewhere_goes_on(database: Database, scene: Scene):
    with database.write() as db:
        other = make_home(db, scene.ben)
        charger = make_charger(db, scene.ben, other, "CP2")
        elsewhere = schedule(db, charger.id, scene.ben, now=NOW).id

        scene.leaves(db, scene.ben)

        assert planned(db, elsewhere)


@pytest.mark.parametrize("status", [Status.STARTING, Status.CHARGING, Status.PAUSED])
@pytest.mark.parametrize("kind", [Kind.BOOST, Kind.CARD])
def test_what_they_charge_is_asked_to_stop(database: Database, scene: Scene, status: Status, kind: Kind):
    with database.write() as db:
        live = make_session(db, scene.charger, scene.ben, status=status, kind=kind)

        scene.leaves(db, scene.ben, by=scene.ada)

        stopped = get_session(db, live.id)
        story = list_timeline(db, live.id, Keyset(limit=9), caller=scene.ada, language=DEFAULT, now=LATER).items
    asked = (stopped.stop_requested_at, stopped.stop_requested_by, stopped.stop_requested_as)
    assert asked == (LATER, scene.ada.account_id, StopReason.DRIVER)
    assert (stopped.wake_at, stopped.status) == (LATER, status)
    assert story[-1].text == "Ada removed the driver from the home: the charge is stopped."


def test_a_charge_of_somebody_else_goes_on(database: Database, scene: Scene):
    with database.write() as db:
        live = make_session(db, scene.charger, scene.ada, status=Status.CHARGING)

        scene.leaves(db, scene.ben)

        assert get_session(db, live.id).stop_requested_at is None


def test_nothing_of_theirs_is_recovered(database: Database, scene: Scene):
    with database.write() as db:
        over = make_session(db, scene.charger, scene.ben, status=Status.REJECTED, wake_at=None, open_until=LATER)

        scene.leaves(db, scene.ben)

        assert db.scalar(select(ChargingSession.open_until).where(ChargingSession.id == over.id)) is None


def test_their_cards_are_switched_off_and_nobodys_and_the_chargers_are_to_know(database: Database, scene: Scene):
    with database.write() as db:
        of_ben = add_card(db, scene.home, uid="BEN", name="Card", driver_id=scene.ben.account_id, now=NOW)
        of_ada = add_card(db, scene.home, uid="ADA", name="Card", driver_id=scene.ada.account_id, now=NOW)
        db.execute(update(Charger).values(local_list_at=None))

        scene.leaves(db, scene.ben)

        card = get_card(db, scene.home, of_ben.id)
        assert (card.driver, card.is_valid, card.revision, card.updated_at) == (None, False, 2, LATER)
        assert get_card(db, scene.home, of_ada.id) == of_ada
        assert db.scalar(select(Charger.local_list_at)) is not None


def test_no_code_that_they_may_know_lets_them_in_again(database: Database, scene: Scene):
    with database.write() as db:
        made = {"role": MemberRole.USER, "uses": 5, "lasting": timedelta(days=1), "caller": scene.cleo, "now": NOW}
        code = make_code(db, scene.home, **made).code  # type: ignore[arg-type]  # they are what they are called

        scene.leaves(db, scene.cleo, by=scene.ada)

        with pytest.raises(JoinCodeNotValid):
            join(db, code, caller=scene.cleo, now=LATER)


def test_a_tariff_that_only_this_home_pays_by_goes_over_to_its_owner(database: Database, scene: Scene):
    with database.write() as db:
        other = make_home(db, scene.cleo)
        made = {"currency": "GBP", "pricing": Flat(Decimal("0.20")), "caller": scene.cleo, "now": NOW}
        here, both, neither = (add_tariff(db, name=name, **made) for name in ("here", "both", "neither"))  # type: ignore[arg-type]  # they are what they are called
        tomorrow = NOW + timedelta(days=1)
        choose_tariff(db, scene.home, both.id, valid_from=None, caller=scene.cleo, now=NOW)
        choose_tariff(db, scene.home, here.id, valid_from=tomorrow, caller=scene.cleo, now=NOW)
        choose_tariff(db, other, both.id, valid_from=None, caller=scene.cleo, now=NOW)

        scene.leaves(db, scene.cleo)

        makers = dict(db.execute(select(Tariff.name, Tariff.account_id)).all())
        assert makers == {
            "here": scene.ada.account_id,
            "both": scene.cleo.account_id,
            "neither": scene.cleo.account_id,
        }
        assert neither.name == "neither"


def test_history_stays_with_the_home_under_their_name_and_is_theirs_no_more(database: Database, scene: Scene):
    with database.write() as db:
        over = make_session(db, scene.charger, scene.ben, status=Status.COMPLETED, wake_at=None, ended_at=NOW)

        scene.leaves(db, scene.ben)

        kept, _ = get_visible_session(db, over.id, caller=scene.ada)
        driver = describe_session(db, kept, language=DEFAULT, now=LATER).driver
        assert driver is not None
        assert (driver.id, driver.name) == (scene.ben.account_id, "Ben")
        with pytest.raises(NotFound):
            get_visible_session(db, over.id, caller=scene.ben)


@pytest.mark.parametrize("by", ["Ben", "Ada"])
def test_the_audit_log_tells_who_left_and_who_was_removed(database: Database, scene: Scene, by: str):
    with database.write() as db:
        scene.leaves(db, scene.ben, by=scene.people[by])

        [entry] = list_audit(db, AuditFilters(), Keyset()).items
    deed = "member.left" if by == "Ben" else "member.removed"
    assert (entry.action, entry.actor_name, entry.target.id) == (deed, by, scene.ben.account_id)


def test_deleting_the_account_leaves_every_home(database: Database, scene: Scene):
    with database.write() as db:
        live = make_session(db, scene.charger, scene.ben, status=Status.CHARGING)
        card = add_card(db, scene.home, uid="BEN", name="Card", driver_id=scene.ben.account_id, now=NOW)

        forget_account(db, get_account(db, scene.ben.account_id), now=LATER)

        stopped = get_session(db, live.id)
        assert (stopped.stop_requested_at, stopped.driver_id) == (LATER, None)
        with pytest.raises(NotFound):
            get_card(db, scene.home, card.id)
        with pytest.raises(NotFound):
            get_member(db, scene.home.id, scene.ben.account_id)


def test_nothing_is_planned_behind_the_back_of_who_takes_somebody_out(database: Database, scene: Scene):
    refused: list[Exception] = []

    def boost_meanwhile() -> None:
        try:
            with database.write() as db:
                boost(db, scene.charger.id, BOOST, caller=scene.ben, now=LATER)
        except NotFound as error:
            refused.append(error)

    thread = threading.Thread(target=boost_meanwhile)
    with database.write() as db:
        scene.leaves(db, scene.ben, by=scene.ada)
        thread.start()
        thread.join(0.3)  # so that it waits for the lock; it is refused as well if it comes later
    thread.join()

    assert len(refused) == 1
