"""Every session is made in one place, with an id, a reference and a tag of its own."""

import dataclasses

from homecharge.domain.session_state import Kind
from homecharge.services.planning import add_new, new_session
from homecharge.services.tries import Try
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import get_session
from tests.homes import NOW, make_charger, make_home, make_session, sign_up


def test_a_reference_that_is_taken_is_drawn_anew(database: Database) -> None:
    with database.write() as db:
        driver = sign_up(db)
        charger = make_charger(db, driver, make_home(db, driver))
        first = make_session(db, charger, driver)
        attempt = Try(
            kind=Kind.BOOST,
            location_id=charger.location_id,
            charger_id=charger.id,
            connector_id=1,
            driver_id=None,
            due_at=NOW,
        )
        twin = dataclasses.replace(new_session(attempt, now=NOW), reference=first.reference)
        (stored,) = add_new(db, [twin])
        found = get_session(db, twin.id)
    assert stored.reference != first.reference
    assert found.reference == stored.reference
