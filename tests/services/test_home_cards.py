"""Cards that a home accepts by itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from homecharge.domain.access import MemberRole
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.home_cards import MAX_CARDS, HomeCard
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset
from homecharge.domain.session_view import Person
from homecharge.ports.units import Db
from homecharge.services.home_cards import (
    CardExists,
    CardInUseElsewhere,
    TooManyCards,
    add_card,
    change_card,
    get_card,
    list_cards,
    remove_card,
)
from homecharge.services.locations import remove_location
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, GroupToken, TokenGroup, TokenGroupLocation
from tests.authorizations import UID
from tests.homes import NOW, join, make_charger, make_home, sign_up


class Scene:
    """Ada's home, where Ben is a user, and Cleo's."""

    def __init__(self, db: Db) -> None:
        self.ada, self.ben, self.cleo = (sign_up(db, name) for name in ("Ada", "Ben", "Cleo"))
        self.home, self.other = make_home(db, self.ada), make_home(db, self.cleo)
        join(db, self.home, self.ben, MemberRole.USER)


@pytest.fixture
def scene(database: Database) -> Scene:
    with database.write() as db:
        return Scene(db)


def add(db: Db, home: Location, uid: str = UID, *, name: str = "Card", driver_id: str | None = None) -> HomeCard:
    return add_card(db, home, uid=uid, name=name, driver_id=driver_id, now=NOW)


def test_the_first_card_makes_a_group_of_the_home_that_covers_it(database: Database, scene: Scene):
    with database.write() as db:
        card = add(db, scene.home, driver_id=scene.ben.account_id)
        add(db, scene.home, "OTHER")

        groups = db.execute(select(TokenGroup.id, TokenGroup.home_id, TokenGroup.allow_concurrent)).all()
        covered = db.execute(select(TokenGroupLocation.group_id, TokenGroupLocation.location_id)).all()
        assert groups == [(groups[0].id, scene.home.id, False)]
        assert covered == [(groups[0].id, scene.home.id)]
        assert get_card(db, scene.home, card.id) == card
        assert card.driver == Person(scene.ben.account_id, "Ben")
        assert [each.uid for each in list_cards(db, scene.home, Keyset()).items] == [UID, "OTHER"]
        assert list_cards(db, scene.other, Keyset()).items == []


def test_a_card_is_one_homes_alone_however_it_is_spelled(database: Database, scene: Scene):
    with database.write() as db:
        card = add(db, scene.home)

        with pytest.raises(CardExists) as twice:
            add(db, scene.home, UID.lower())
        with pytest.raises(CardInUseElsewhere) as elsewhere:
            add(db, scene.other, UID.lower())

    assert (twice.value.data, elsewhere.value.data) == ({"card_id": card.id}, {})


def test_a_card_of_a_home_that_was_deleted_is_free(database: Database, scene: Scene):
    with database.write() as db:
        add(db, scene.home)

        remove_location(db, scene.home, now=NOW)

        assert add(db, scene.other).location_id == scene.other.id


def test_two_homes_that_add_the_same_card_at_once_do_not_both_get_it(database: Database, scene: Scene):
    def try_it(home: Location) -> str:
        try:
            with database.write() as db:
                return add(db, home).id
        except CardInUseElsewhere as refused:
            return refused.code

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(try_it, [scene.home, scene.other]))

    assert outcomes.count("card_in_use_elsewhere") == 1
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(GroupToken)) == 1


def test_a_home_has_a_hundred_cards_at_most(database: Database, scene: Scene):
    with database.write() as db:
        for number in range(MAX_CARDS):
            add(db, scene.home, f"CARD{number}")

        with pytest.raises(TooManyCards) as full:
            add(db, scene.home)
        add(db, scene.other)

    assert full.value.data == {"limit": 100}


def test_a_card_is_given_to_members_only(database: Database, scene: Scene):
    with database.write() as db:
        card = add(db, scene.home)

        with pytest.raises(Invalid) as added:
            add(db, scene.home, "OTHER", driver_id=scene.cleo.account_id)
        with pytest.raises(Invalid) as changed:
            change_card(db, card, {"driver_id": scene.cleo.account_id}, now=NOW)

    assert list(added.value.errors) == list(changed.value.errors) == ["driver_id"]


def test_a_card_is_changed_in_a_new_revision_where_there_is_a_difference(database: Database, scene: Scene):
    with database.write() as db:
        card = add(db, scene.home, driver_id=scene.ben.account_id)

        same = change_card(db, card, {"name": "Card", "driver_id": scene.ben.account_id}, now=NOW)
        changed = change_card(db, card, {"name": "Spare", "is_valid": False, "driver_id": None}, now=NOW)

        assert same.revision == 1
        assert (changed.revision, changed.name, changed.is_valid, changed.driver) == (2, "Spare", False, None)
        assert get_card(db, scene.home, card.id) == changed


def test_the_homes_chargers_are_owed_a_list_of_cards_when_what_is_accepted_changes(database: Database, scene: Scene):
    with database.write() as db:
        charger = make_charger(db, scene.ada, scene.home)

        def is_owed_by(change: Callable[[], object]) -> bool:
            here = Charger.id == charger.id
            db.execute(update(Charger).where(here).values(local_list_at=None))
            change()
            return db.scalar(select(Charger.local_list_at).where(here)) is not None

        card = add(db, scene.home)
        assert is_owed_by(lambda: add(db, scene.home, "OTHER"))
        assert not is_owed_by(lambda: change_card(db, card, {"name": "Spare"}, now=NOW))
        assert is_owed_by(lambda: change_card(db, card, {"is_valid": False}, now=NOW))
        assert is_owed_by(lambda: remove_card(db, card, now=NOW))


def test_a_card_that_was_taken_away_is_free_for_another_home(database: Database, scene: Scene):
    with database.write() as db:
        card = add(db, scene.home)

        with pytest.raises(NotFound):
            get_card(db, scene.other, card.id)
        remove_card(db, card, now=NOW)

        with pytest.raises(NotFound):
            get_card(db, scene.home, card.id)
        assert add(db, scene.other).uid == UID
