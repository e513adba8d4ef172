"""The search and what it leads to: a session's story, a driver, a card."""

import pytest
from sqlalchemy import insert

from homecharge.domain.session_state import Session, Status
from homecharge.storage.database import Database
from homecharge.storage.models import Message
from homecharge.storage.types import new_id
from tests.homes import make_charger, make_home, make_session, sign_up
from tests.web.conftest import START
from tests.web.console.conftest import Browser

NAME = '<img src=x onerror="alert(1)">'


@pytest.fixture
def session(database: Database) -> Session:
    """A session of somebody with a name that would like to be a tag, and messages around it."""
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada, name=NAME), "GARAGE")
        row = {"charger_id": charger.id, "connection_id": new_id(), "at": START, "kind": "call"}
        start = {"id": new_id(), "direction": "in", "action": "StartTransaction", "ocpp_id": "7"}
        reset = {"id": new_id(), "direction": "out", "action": "Reset", "ocpp_id": "8"}
        bodies = ('[2,"7","StartTransaction",{"idTag":"04A1B2C3D4"}]', '[2,"8","Reset",{"type":"</pre><b>Soft"}]')
        db.execute(insert(Message), [row | start | {"body": bodies[0]}, row | reset | {"body": bodies[1]}])
        return make_session(db, charger, ada, status=Status.COMPLETED, wake_at=None, started_at=START, ended_at=START)


def test_the_only_thing_found_is_shown_at_once(agent: Browser, session: Session):
    answer = agent.get("", q=f" {session.reference.lower()} ")

    assert (answer.status_code, answer.location) == (303, f"/support/sessions/{session.id}")


def test_several_things_found_are_a_list(agent: Browser, session: Session):
    page = agent.get("", q="ada@example.org").text

    assert f"/support/drivers/{session.driver_id}" in page
    assert f"/support/chargers/{session.charger_id}" in page
    assert NAME not in page


def test_nothing_found_is_said_in_words(agent: Browser):
    assert "Nothing is known by this name." in agent.get("", q="gibberish").text


def test_a_session_is_one_page(agent: Browser, session: Session):
    answer = agent.get(f"/sessions/{session.reference}")

    assert answer.status_code == 200
    for words in ("Charged 0.00 kWh", "Tell the driver", "<svg", "Chain of tries", "ada@example.org"):
        assert words in answer.text
    assert "04A1…D4" in answer.text
    assert "04A1B2C3D4" not in answer.text


def test_what_people_and_chargers_say_is_never_markup(agent: Browser, session: Session):
    page = agent.get(f"/sessions/{session.id}").text

    assert "<img" not in page
    assert "<b>Soft" not in page
    assert "&lt;/pre&gt;&lt;b&gt;Soft" in page


def test_messages_are_filtered_by_action_and_direction(agent: Browser, session: Session):
    path = f"/sessions/{session.id}"

    pages = [agent.get(path, **query).text for query in ({"action": "Reset"}, {"direction": "in"}, {"action": "No"})]

    counts = [(page.count("<strong>Reset<"), page.count("<strong>StartTransaction<")) for page in pages]
    assert counts == [(1, 0), (0, 1), (0, 0)]


def test_a_driver_is_shown_with_chargers_and_sessions(agent: Browser, session: Session):
    page = agent.get(f"/drivers/{session.driver_id}").text

    assert "ada@example.org" in page
    assert session.reference in page
    assert "GARAGE" in page


@pytest.mark.parametrize(
    "path", ["/sessions/none", "/drivers/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d", "/cards/04A1B2C3D4"]
)
def test_what_never_was_is_a_page_that_says_so(agent: Browser, path: str):
    assert agent.get(path).status_code == 404
