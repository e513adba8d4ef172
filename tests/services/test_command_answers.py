"""What a charger answered to a remote start, as the session and its timeline keep it."""

import dataclasses
from datetime import timedelta

import pytest

from homecharge.domain.accounts import Caller
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Answer, Session, Status
from homecharge.domain.timeline import Step, StepKind
from homecharge.ports.charger_link import Outcome, Reply
from homecharge.services.command_answers import StartAnswer, starts_answered
from homecharge.services.decisions import Start
from homecharge.storage.database import Database
from homecharge.storage.queries.sessions import get_session, move_sessions
from homecharge.storage.queries.timelines import list_steps
from tests.homes import NOW, make_charger, make_home, make_session

LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def start(database: Database, ada: Caller) -> Start:
    """Commanded, and stored so."""
    with database.write() as db:
        session = make_session(db, make_charger(db, ada, make_home(db, ada)), ada)
        starting = dataclasses.replace(session, status=Status.STARTING, commanded_at=NOW)
        assert move_sessions(db, [(session, starting)], now=NOW)
    return Start(session.id, session.charger_id, session.connector_id, session.tag, NOW)


def answered(database: Database, start: Start, reply: Reply) -> tuple[Session, Step]:
    """The session, and its step for the answer."""
    with database.write() as db:
        starts_answered(db, [StartAnswer(start, reply)], now=LATER)
    with database.read() as db:
        steps = [step for _, step in list_steps(db, start.session_id, Keyset()).items]
        return get_session(db, start.session_id), next(s for s in steps if s.kind is StepKind.COMMAND_ANSWERED)


@pytest.mark.parametrize(
    ("description", "told"),
    [
        (None, "InternalError"),
        ("Relay stuck.", "InternalError: Relay stuck"),
        ("word " * 40, "InternalError: " + ("word " * 20).strip() + "…"),
    ],
)
def test_a_callerror_is_kept_with_its_code_and_the_beginning_of_what_it_says(
    database: Database, start: Start, description: str | None, told: str
):
    reply = Reply(outcome=Outcome.ERROR, status="InternalError", detail=description)

    session, _ = answered(database, start, reply)

    assert (session.command_answer, session.command_error) == (Answer.ERROR, told)


def test_a_callerror_that_quotes_the_tag_is_kept_without_it(database: Database, start: Start):
    reply = Reply(outcome=Outcome.ERROR, status="GenericError", detail=f"Unknown tag {start.id_tag.lower()}")

    session, step = answered(database, start, reply)

    masked = f"Unknown tag {start.id_tag[:4]}…{start.id_tag[-2:]}"
    assert session.command_error == f"GenericError: {masked}"
    assert step.detail["detail"] == masked


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.ERROR])
def test_any_other_answer_is_no_error(database: Database, start: Start, outcome: Outcome):
    session, _ = answered(database, start, Reply(outcome=outcome, status="Rejected"))

    assert (session.command_answer, session.command_error) == (Answer(outcome.value), None)


def test_the_answers_of_many_chargers_are_noted_at_once(database: Database, ada: Caller):
    with database.write() as db:
        home = make_home(db, ada)
        sessions = [make_session(db, make_charger(db, ada, home, f"CP{number}"), ada) for number in range(3)]
        commanded = [dataclasses.replace(each, status=Status.STARTING, commanded_at=NOW) for each in sessions]
        assert move_sessions(db, list(zip(sessions, commanded, strict=True)), now=NOW)
        starts = [Start(each.id, each.charger_id, each.connector_id, each.tag, NOW) for each in sessions]

        starts_answered(db, [StartAnswer(start, Reply(outcome=Outcome.ACCEPTED)) for start in starts], now=LATER)

        assert {get_session(db, each.id).command_answer for each in sessions} == {Answer.ACCEPTED}
