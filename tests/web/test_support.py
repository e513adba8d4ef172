"""Support over HTTP: one look-up each, for staff only."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from homecharge.domain.accounts import Role
from homecharge.domain.session_state import Session, Status
from homecharge.storage.database import Database
from homecharge.storage.models import Message
from homecharge.storage.types import new_id
from tests.homes import make_charger, make_home, make_session, sign_up
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME, Headers

STORY = [
    "session",
    "driver",
    "location",
    "charger",
    "schedule",
    "occurrence",
    "plan",
    "timeline",
    "messages",
    "authorization",
    "cost_lines",
    "tries",
]


@pytest.fixture
def agent(sign_in: SignIn) -> Headers:
    return sign_in(Role.SUPPORT)


@pytest.fixture
def session(database: Database) -> Session:
    """A rejected session of somebody else's, with a message behind it."""
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada), "GARAGE")
        frame = '[2,"7","StartTransaction",{"idTag":"04A1B2C3D4"}]'
        row = {"id": new_id(), "charger_id": charger.id, "connection_id": new_id(), "at": START, "direction": "in"}
        rest = {"kind": "call", "action": "StartTransaction", "ocpp_id": "7", "body": frame}
        db.execute(insert(Message).values(row | rest))
        return make_session(db, charger, ada, status=Status.COMPLETED, wake_at=None)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.OPERATOR])
def test_staff_read_the_whole_story_by_reference(client: FlaskClient, sign_in: SignIn, session: Session, role: Role):
    answer = client.get(f"/v1/support/sessions/{session.reference.lower()}", headers=sign_in(role))

    story = answer.get_json()
    assert answer.status_code == 200
    assert set(story) == set(STORY)
    assert story["session"]["id"] == session.id
    assert (story["driver"]["email"], story["charger"]["identity"]) == ("ada@example.org", "GARAGE")
    assert (story["plan"], story["authorization"], story["cost_lines"]) == (None, None, [])
    assert [message["body"][3] for message in story["messages"]] == [{"idTag": "04A1…D4"}]
    assert [step["kind"] for step in story["timeline"]] == ["planned"]


def test_the_search_names_what_it_found(client: FlaskClient, agent: Headers, session: Session):
    found = client.get("/v1/support/search", headers=agent, query_string={"q": session.reference}).get_json()
    nothing = client.get("/v1/support/search", headers=agent, query_string={"q": new_id()}).get_json()

    assert found["items"] == [
        {"kind": "session", "id": session.id, "title": session.reference, "detail": "Boost, Completed"}
    ]
    assert nothing["items"] == []
    assert "request_id" in nothing["note"]


def test_the_search_finds_the_session_that_a_request_did_something_to(
    client: FlaskClient, sign_in: SignIn, agent: Headers
):
    bob = sign_in()
    home = client.post("/v1/locations", json=HOME, headers=bob).get_json()["id"]
    charger = {"location_id": home, "identity": "SHED", "name": "Shed", "restricted_hours": {"choice": "none"}}
    path = client.post("/v1/chargers", json=charger, headers=bob).headers["Location"]
    answers = [client.post(f"{path}/boost", json={}, headers=bob) for _ in range(2)]
    stopped = client.post(f"{answers[0].headers['Location']}/cancel", headers=bob | {"X-Request-Id": "phone-7"})

    found = [
        client.get("/v1/support/search", headers=agent, query_string={"q": answer.headers["X-Request-Id"]}).get_json()
        for answer in (*answers, stopped)
    ]

    first, second = (answer.get_json()["id"] for answer in answers)
    assert [[hit["id"] for hit in each["items"]] for each in found] == [[first], [second], [first]]


def test_chargers_are_listed_with_their_line_and_owner(client: FlaskClient, agent: Headers, session: Session):
    query = {"q": "gar", "state": "never", "limit": 1}

    page = client.get("/v1/support/chargers", headers=agent, query_string=query).get_json()

    [charger] = page["items"]
    assert (charger["id"], charger["connection"]["state"]) == (session.charger_id, "never")
    assert charger["owner"]["email"] == "ada@example.org"
    assert page["next_cursor"] is None


def test_a_chargers_messages_are_listed_masked(client: FlaskClient, agent: Headers, session: Session):
    path = f"/v1/support/chargers/{session.charger_id}/messages"
    query = {"action": "StartTransaction,Heartbeat", "direction": "in", "from": "2026-11-20T11:00:00Z"}

    page = client.get(path, headers=agent, query_string=query).get_json()

    [message] = page["items"]
    assert (message["at"], message["action"]) == ("2026-11-20T11:05:00.000Z", "StartTransaction")
    assert message["body"] == [2, "7", "StartTransaction", {"idTag": "04A1…D4"}]


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        ('[2,"8","StopTransaction",{"meterStop":99999999999999999999999}]', "body"),
        ('[2,"8","Authorize",{"idTag":"04A1B2C3D4","name":"\\ud800"}]', "text"),
        ('[2,"8","Authorize",{"idTag":"04A1B2C3D4","name":NaN}]', "text"),
        pytest.param(f'[2,"8","Nope",{{"idTag":"04A1B2C3D4","is":{"[" * 260}{"]" * 260}}}]', "text", id="deep"),
        pytest.param(f'[2,"8","Nope",{{"idTag":"04A1B2C3D4","is":{"[" * 2000}{"]" * 2000}}}]', "text", id="too deep"),
    ],
)
def test_no_frame_keeps_the_others_from_being_shown(
    client: FlaskClient, database: Database, agent: Headers, session: Session, frame: str, shown: str
):
    with database.write() as db:
        row = {"id": new_id(), "charger_id": session.charger_id, "connection_id": new_id(), "at": START}
        db.execute(insert(Message).values(row | {"direction": "in", "kind": "malformed", "body": frame}))

    page = client.get(f"/v1/support/chargers/{session.charger_id}/messages", headers=agent)

    assert page.status_code == 200
    [message] = [message for message in page.get_json()["items"] if message["kind"] == "malformed"]
    assert [name for name in ("body", "text") if message[name] is not None] == [shown]
    assert "04A1B2C3D4" not in page.text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/support/search", {}),
        ("/v1/support/search", {"q": ""}),
        ("/v1/support/chargers", {"state": "asleep"}),
        ("/v1/support/chargers/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d/messages", {"direction": "up"}),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(client: FlaskClient, agent: Headers, path: str, query: dict[str, str]):
    assert client.get(path, headers=agent, query_string=query).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/v1/support/sessions/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d",
        "/v1/support/chargers/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d/messages",
    ],
)
def test_what_never_was_is_not_found(client: FlaskClient, agent: Headers, path: str):
    assert client.get(path, headers=agent).status_code == 404


@pytest.mark.parametrize(
    "path", ["search?q=x", "chargers", "sessions/x", "chargers/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d/messages"]
)
def test_drivers_are_no_staff(client: FlaskClient, sign_in: SignIn, path: str):
    answer = client.get(f"/v1/support/{path}", headers=sign_in())

    assert (answer.status_code, answer.get_json()["needs_role"]) == (403, "support")
