"""Two processes on one PostgreSQL want the same card, or the same home's, at the same instant."""

from collections.abc import Callable
from concurrent.futures import Future

import pytest
from sqlalchemy import update

from homecharge.domain.home_cards import PairingState
from homecharge.ports.units import Db
from homecharge.services.chargers import get_charger
from homecharge.services.home_cards import add_card, change_card, remove_card
from homecharge.services.locations import get_location
from homecharge.services.pairing import begin_pairing, get_pairing, take_tap
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from homecharge.storage.queries.card_locks import ShownCard, lock_for_messages
from tests.authorizations import UID
from tests.homes import NOW, make_charger, make_home, sign_up

FIRST, OTHER = "CARD1", "CARD2"


class Scene:
    """Ada's home with two chargers, at each of which she waits for a card."""

    def __init__(self, db: Db) -> None:
        self.ada = sign_up(db)
        self.home = make_home(db, self.ada)
        self.charger_ids = [make_charger(db, self.ada, self.home, identity).id for identity in ("CP1", "CP2")]
        db.execute(update(Charger).values(connection_id="the line", connected_at=NOW))
        self.pairing_ids = [self._begin(db, charger_id) for charger_id in self.charger_ids]

    def _begin(self, db: Db, charger_id: str) -> str:
        charger = get_charger(db, charger_id, caller=self.ada, for_update=True)
        return begin_pairing(db, charger, name="Spare", driver_id=None, caller=self.ada, now=NOW).id

    def tap(self, db: Db, place: int, uid: str) -> None:
        self.lock(db, place, uid)
        take_tap(db, self.charger_ids[place], uid, now=NOW)

    def lock(self, db: Db, place: int, uid: str) -> None:
        charger_id = self.charger_ids[place]
        lock_for_messages(db, [charger_id], [ShownCard(charger_id, uid, NOW)])

    def states(self, db: Db) -> list[PairingState]:
        found = []
        for charger_id, pairing_id in zip(self.charger_ids, self.pairing_ids, strict=True):
            charger = get_charger(db, charger_id, caller=self.ada)
            found.append(get_pairing(db, charger, pairing_id, now=NOW).state)
        return found


@pytest.fixture
def scene(here: Database) -> Scene:
    with here.write() as db:
        return Scene(db)


@pytest.mark.parametrize("change", ["add", "change", "remove"])
def test_a_tap_and_a_change_to_the_homes_cards_wait_for_one_another(
    here: Database, scene: Scene, meanwhile: Callable[..., Future[None]], change: str
):
    with here.write() as db:
        card = add_card(db, scene.home, uid=UID, name="Ada's", now=NOW)

    with here.write() as db:
        home = get_location(db, scene.home.id, caller=scene.ada, for_update=True)
        tap = meanwhile(lambda db: scene.tap(db, 1, FIRST))
        match change:
            case "add":
                add_card(db, home, uid=OTHER, name="Ben's", now=NOW)
            case "change":
                change_card(db, card, {"is_valid": False}, now=NOW)
            case _:
                remove_card(db, card, now=NOW)
    tap.result()

    with here.read() as db:
        assert scene.states(db) == [PairingState.WAITING, PairingState.PAIRED]


def test_the_same_card_typed_in_and_tapped_is_the_homes_once(
    here: Database, scene: Scene, meanwhile: Callable[..., Future[None]]
):
    with here.write() as db:
        home = get_location(db, scene.home.id, caller=scene.ada, for_update=True)
        tap = meanwhile(lambda db: scene.tap(db, 0, UID.lower()))
        add_card(db, home, uid=UID, name="Ada's", now=NOW)
    tap.result()

    with here.read() as db:
        assert scene.states(db) == [PairingState.PAIRED, PairingState.WAITING]


def test_taps_at_two_chargers_of_a_home_wait_for_one_another(
    here: Database, scene: Scene, meanwhile: Callable[..., Future[None]]
):
    with here.write() as db:
        scene.lock(db, 0, FIRST)
        other = meanwhile(lambda db: scene.tap(db, 1, OTHER))
        take_tap(db, scene.charger_ids[0], FIRST, now=NOW)
    other.result()

    with here.read() as db:
        assert scene.states(db) == [PairingState.PAIRED, PairingState.PAIRED]


def test_messages_that_show_the_same_cards_the_other_way_round_wait_for_one_another(
    here: Database, scene: Scene, meanwhile: Callable[..., Future[None]]
):
    shown = [ShownCard("nowhere", uid, NOW) for uid in (UID, FIRST, OTHER)]
    with here.write() as db:
        lock_for_messages(db, scene.charger_ids[:1], shown[:1])
        other = meanwhile(lambda db: lock_for_messages(db, scene.charger_ids[1:], shown[::-1]))

        lock_for_messages(db, scene.charger_ids[:1], shown)

    assert other.exception() is None
