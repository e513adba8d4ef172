"""Pair a card by holding it to a charger."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid
from homecharge.domain.home_cards import MAX_CARDS, Pairing, PairingState, Tap
from homecharge.domain.session_view import Person
from homecharge.ports.units import Db
from homecharge.services.chargers import get_charger
from homecharge.services.home_cards import TooManyCards, add_card, get_card
from homecharge.services.pairing import ChargerAway, PairingInProgress, begin_pairing, get_pairing, take_tap
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, Member
from tests.authorizations import UID
from tests.homes import NOW, join, make_charger, make_home, make_session, sign_up

IN_TIME = NOW + timedelta(seconds=29)
TOO_LATE = NOW + timedelta(seconds=30)


class Scene:
    """Ada's home with a charger online, where Ben is an admin, and Cleo's home."""

    def __init__(self, db: Db) -> None:
        self.ada, self.ben, self.cleo = (sign_up(db, name) for name in ("Ada", "Ben", "Cleo"))
        self.home, self.other = make_home(db, self.ada), make_home(db, self.cleo)
        join(db, self.home, self.ben, MemberRole.ADMIN)
        self.charger = make_charger(db, self.ada, self.home)
        there = update(Charger).where(Charger.id == self.charger.id)
        db.execute(there.values(connection_id="the line", connected_at=NOW, remote_start_tag="HOMECHARGE"))

    def begin(self, db: Db, caller: Caller | None = None, *, driver_id: str | None = None, after_s: int = 0) -> Pairing:
        who = caller or self.ada
        charger = get_charger(db, self.charger.id, caller=who, for_update=True)
        now = NOW + timedelta(seconds=after_s)
        return begin_pairing(db, charger, name="Spare", driver_id=driver_id, caller=who, now=now)

    def state(self, db: Db, pairing: Pairing) -> PairingState:
        charger = get_charger(db, self.charger.id, caller=self.ada)
        return get_pairing(db, charger, pairing.id, now=IN_TIME).state


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def test_the_tap_makes_the_card_the_homes(database: Database, scene: Scene):
    with database.write() as db:
        pairing = scene.begin(db, driver_id=scene.ben.account_id)

        outcome = take_tap(db, scene.charger.id, f" {UID} ", now=IN_TIME)

        assert outcome is not None
        assert (outcome.pairing_id, outcome.tap) == (pairing.id, Tap.PAIRED)
        card = get_card(db, scene.home, outcome.card_id or "")
        assert (card.uid, card.name, card.driver) == (UID, "Spare", Person(scene.ben.account_id, "Ben"))
        assert scene.state(db, pairing) is PairingState.PAIRED
        assert take_tap(db, scene.charger.id, "NEXT", now=IN_TIME) is None


def test_a_card_that_the_home_has_already_stays_as_it_is(database: Database, scene: Scene):
    with database.write() as db:
        card = add_card(db, scene.home, uid=UID, name="Ada's", now=NOW)
        scene.begin(db)

        outcome = take_tap(db, scene.charger.id, UID.lower(), now=IN_TIME)

        assert outcome is not None
        assert (outcome.tap, outcome.card_id) == (Tap.PAIRED, card.id)
        assert get_card(db, scene.home, card.id) == card


def test_a_card_of_another_home_is_not_taken_from_it(database: Database, scene: Scene):
    with database.write() as db:
        add_card(db, scene.other, uid=UID, name="Cleo's", now=NOW)
        pairing = scene.begin(db)

        outcome = take_tap(db, scene.charger.id, UID, now=IN_TIME)

        assert outcome is not None
        assert (outcome.tap, outcome.card_id) == (Tap.IN_USE_ELSEWHERE, None)
        assert scene.state(db, pairing) is PairingState.IN_USE_ELSEWHERE


def test_a_home_that_filled_up_meanwhile_gets_no_further_card(database: Database, scene: Scene):
    with database.write() as db:
        pairing = scene.begin(db)
        for number in range(MAX_CARDS):
            add_card(db, scene.home, uid=f"CARD{number}", name="Card", now=NOW)

        outcome = take_tap(db, scene.charger.id, UID, now=IN_TIME)

        assert outcome is not None
        assert (outcome.tap, scene.state(db, pairing)) == (Tap.FULL, PairingState.CANCELLED)
        with pytest.raises(TooManyCards):
            scene.begin(db)


@pytest.mark.parametrize("shown", ["", "x" * 21, "homecharge"])
def test_what_is_no_card_is_not_taken_for_one(database: Database, scene: Scene, shown: str):
    with database.write() as db:
        pairing = scene.begin(db)

        assert take_tap(db, scene.charger.id, shown, now=IN_TIME) is None
        assert scene.state(db, pairing) is PairingState.WAITING


def test_the_tag_of_a_session_is_not_taken_for_a_card(database: Database, scene: Scene):
    with database.write() as db:
        scene.begin(db)
        session = make_session(db, scene.charger, scene.ada)

        assert take_tap(db, scene.charger.id, session.tag, now=IN_TIME) is None


def test_a_tap_that_nobody_waits_for_is_no_pairing(database: Database, scene: Scene):
    with database.write() as db:
        assert take_tap(db, scene.charger.id, UID, now=NOW) is None
        pairing = scene.begin(db)

        assert take_tap(db, scene.charger.id, UID, now=TOO_LATE) is None
        charger = get_charger(db, scene.charger.id, caller=scene.ada)
        assert get_pairing(db, charger, pairing.id, now=TOO_LATE).state is PairingState.EXPIRED
        assert take_tap(db, scene.other.id, UID, now=IN_TIME) is None


def test_a_newer_pairing_ends_the_older_one_of_the_same_person(database: Database, scene: Scene):
    with database.write() as db:
        older, newer = scene.begin(db), scene.begin(db, after_s=5)

        outcome = take_tap(db, scene.charger.id, UID, now=IN_TIME)

        assert outcome is not None
        assert outcome.pairing_id == newer.id
        assert scene.state(db, older) is PairingState.CANCELLED


def test_another_persons_pairing_is_in_the_way_until_its_time_is_over(database: Database, scene: Scene):
    with database.write() as db:
        older = scene.begin(db)

        with pytest.raises(PairingInProgress) as refused:
            scene.begin(db, scene.ben, after_s=29)
        scene.begin(db, scene.ben, after_s=30)

        assert refused.value.data == {"expires_at": "2026-11-20T11:05:30Z"}
        assert scene.state(db, older) is PairingState.EXPIRED


def test_a_driver_who_left_meanwhile_is_given_no_card(database: Database, scene: Scene):
    with database.write() as db:
        scene.begin(db, driver_id=scene.ben.account_id)
        db.execute(Member.__table__.delete().where(Member.account_id == scene.ben.account_id))

        outcome = take_tap(db, scene.charger.id, UID, now=IN_TIME)

        assert outcome is not None
        assert get_card(db, scene.home, outcome.card_id or "").driver is None


def test_a_pairing_needs_a_charger_online_and_a_member(database: Database, scene: Scene):
    with database.write() as db:
        with pytest.raises(Invalid):
            scene.begin(db, driver_id=scene.cleo.account_id)
        db.execute(update(Charger).values(connection_id=None))

        with pytest.raises(ChargerAway):
            scene.begin(db)
