"""What the console is shown of a charger, a driver and a location, on both databases."""

import pytest

from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Status
from homecharge.domain.texts import ENGLISH
from homecharge.services.card_pages import get_charger_id
from homecharge.services.charger_pages import get_charger_page
from homecharge.services.driver_pages import get_driver_page
from homecharge.services.location_pages import get_location_page, list_locations
from homecharge.services.session_pages import get_session_page
from homecharge.storage.database import Database
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up


def test_pages_tell_of_the_same_session(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada)
        charger = make_charger(db, ada, home, "GARAGE")
        session = make_session(db, charger, ada, status=Status.COMPLETED, wake_at=None, started_at=NOW, ended_at=NOW)
        make_session(db, make_charger(db, ada, home, "BARN"), ada)

        of_charger = get_charger_page(db, charger.id, language=ENGLISH, now=NOW)
        of_driver = get_driver_page(db, ada.account_id, language=ENGLISH, now=NOW)
        of_session = get_session_page(db, session.reference, language=ENGLISH, now=NOW)
        of_location = get_location_page(db, home.id, now=NOW)

    assert [view.session.id for view in of_charger.sessions] == [session.id]
    assert [view.session.id for view in of_driver.sessions] == [session.id]
    assert (of_session.story.session.session.id, of_session.readings) == (session.id, [])
    assert [each.identity for each in of_location.chargers] == ["BARN", "GARAGE"]
    assert not of_charger.is_under_way


def test_a_charger_is_named_by_its_identity_or_its_id(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada), "GARAGE")

        found = [get_charger_id(db, text) for text in ("GARAGE", charger.id.upper(), " GARAGE ")]

        assert found == [charger.id] * 3
        with pytest.raises(NotFound):
            get_charger_id(db, "BARN")


def test_locations_are_found_by_any_part_of_their_name_a_page_at_a_time(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        homes = [make_home(db, ada, name=name) for name in ("Elm Row", "50% Cottage", "elm court")]

        first = list_locations(db, Keyset(limit=1), text="ELM")
        second = list_locations(db, Keyset(limit=1, after=first.next), text="ELM")
        literal = list_locations(db, Keyset(), text="0%")

    assert [each.id for page in (first, second) for each in page.items] == [homes[2].id, homes[0].id]
    assert second.next is None
    assert [each.id for each in literal.items] == [homes[1].id]


def test_what_is_not_there_is_not_found(database: Database):
    with database.read() as db:
        for page in (get_charger_page, get_driver_page):
            with pytest.raises(NotFound):
                page(db, new_id(), language=ENGLISH, now=NOW)
        with pytest.raises(NotFound):
            get_location_page(db, new_id(), now=NOW)
