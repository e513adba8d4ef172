"""Decisions about cards over HTTP."""

import pytest
from flask.testing import FlaskClient

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Role
from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_trace import State, Step, TraceStep
from homecharge.domain.chargers import Charger
from homecharge.services.chargers import get_charger
from homecharge.storage.database import Database
from homecharge.storage.types import new_id
from tests.authorizations import UID, decide, make_provider, make_token
from tests.homes import make_charger, make_home, sign_up
from tests.web.conftest import SignIn
from tests.web.homes import Headers, join

REFUSED = TraceStep(Step.PROVIDER, State.INVALID, "blocked", {"provider": "Plug & Go", "party": "GB-PNG"})


@pytest.fixture
def agent(sign_in: SignIn) -> Headers:
    return sign_in(Role.SUPPORT)


@pytest.fixture
def charger(database: Database) -> Charger:
    with database.write() as db:
        owner = sign_up(db)
        return get_charger(db, make_charger(db, owner, make_home(db, owner)).id, caller=owner)


@pytest.fixture
def decision(database: Database, charger: Charger) -> str:
    with database.write() as db:
        provider, message = make_provider(db), new_id()
        make_token(db, provider)
        return decide(db, charger, Code.PROVIDER_BLOCKED, REFUSED, provider_id=provider, message_id=message)


def test_staff_read_a_decision_step_by_step(client: FlaskClient, agent: Headers, charger: Charger, decision: str):
    answer = client.get(f"/v1/operator/authorizations/{decision}", headers=agent).get_json()

    assert answer.pop("message_id")
    assert answer["provider"].pop("id")
    assert answer == {
        "id": decision,
        "at": "2026-11-20T11:05:00Z",
        "request": "authorize",
        "charger_id": charger.id,
        "connector_id": None,
        "location_id": charger.location_id,
        "uid": UID,
        "status": "refused",
        "code": "A40",
        "detail": "The card's mobility provider, Plug & Go (GB-PNG), is blocked: none of its cards is accepted.",
        "advice": "Ask the operator whether Plug & Go is to stay blocked, and use another card meanwhile.",
        "trace": [
            {
                "step": "provider",
                "title": "Is the card's mobility provider allowed?",
                "state": "invalid",
                "detail": "It is a card of Plug & Go (GB-PNG), which is blocked: none of its cards is accepted.",
                "advice": "Ask the operator whether Plug & Go is to stay blocked, and use another card meanwhile.",
            }
        ],
        "session_id": None,
        "provider": {
            "name": "Plug & Go",
            "party": "GB-PNG",
            "support": {"phone": "+44 20 7946 0000", "email": None, "url": None},
        },
    }


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({}, True),
        ({"uid": "04a1b2c3d4", "status": "refused,pending", "code": "A40", "from": "2026-11-20T11:05:00Z"}, True),
        ({"status": "accepted"}, False),
        ({"to": "2026-11-20T11:05:00Z"}, False),
        ({"charger_id": "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"}, False),
    ],
)
def test_the_list_takes_filters(
    client: FlaskClient, agent: Headers, decision: str, query: dict[str, str], *, is_found: bool
):
    page = client.get("/v1/operator/authorizations", headers=agent, query_string=query).get_json()

    assert [each["id"] for each in page["items"]] == ([decision] if is_found else [])


@pytest.mark.parametrize("query", [{"status": "maybe"}, {"code": "A10,B7"}, {"uid": ""}, {"charger_id": "CP1"}])
def test_a_filter_that_makes_no_sense_is_named(client: FlaskClient, agent: Headers, query: dict[str, str]):
    answer = client.get("/v1/operator/authorizations", headers=agent, query_string=query)

    assert (answer.status_code, set(answer.get_json(force=True)["errors"])) == (422, set(query))


def test_a_cards_page_is_found_by_its_uid(client: FlaskClient, agent: Headers, decision: str):
    page = client.get(f"/v1/operator/cards/{UID.lower()}", headers=agent).get_json()
    nobody = client.get("/v1/operator/cards/A%2FB", headers=agent)

    assert (page["uid"], page["token"]["whitelist"], page["token"]["valid"]) == (UID, "NEVER", True)
    assert [each["id"] for each in page["authorizations"]] == [decision]
    assert (page["groups"], page["homes"], page["charging"]) == ([], [], [])
    assert nobody.status_code == 404


def test_owners_and_admins_see_why_a_card_was_refused_at_their_charger(
    client: FlaskClient, database: Database, sign_in: SignIn, charger: Charger, decision: str
):
    admin, user, stranger = sign_in(), sign_in(), sign_in()
    join(client, database, charger.location_id, admin, MemberRole.ADMIN)
    join(client, database, charger.location_id, user, MemberRole.USER)
    path = f"/v1/chargers/{charger.id}/authorizations"

    [seen] = client.get(path, headers=admin).get_json()["items"]

    assert (seen["id"], seen["uid"], seen["code"]) == (decision, "04A1…D4", "A40")
    assert "message_id" not in seen
    assert client.get(path, headers=user).get_json(force=True)["needs_role"] == "admin"
    assert client.get(path, headers=stranger).status_code == 404


@pytest.mark.parametrize("path", ["authorizations", "authorizations/019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d", "cards/X"])
def test_drivers_are_no_staff(client: FlaskClient, sign_in: SignIn, path: str):
    assert client.get(f"/v1/operator/{path}", headers=sign_in()).status_code == 403
