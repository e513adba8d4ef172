"""Would this card work here, now; and a partner's start: over HTTP, without a charger."""

import pytest
from flask.testing import FlaskClient

from homecharge.domain.accounts import Role
from homecharge.domain.chargers import NewCharger
from homecharge.storage.database import Database
from homecharge.storage.types import new_id
from tests.cards import add_card, add_open_transaction, add_provider, decisions, take
from tests.homes import NOW, make_charger, make_home, sign_up
from tests.web.conftest import SignIn
from tests.web.homes import Headers

UID = "04A1B2C3D4"


@pytest.fixture
def agent(sign_in: SignIn) -> Headers:
    return sign_in(Role.SUPPORT)


@pytest.fixture
def operator(sign_in: SignIn) -> Headers:
    return sign_in(Role.OPERATOR)


@pytest.fixture
def charger(database: Database) -> NewCharger:
    with database.write() as db:
        owner = sign_up(db)
        return make_charger(db, owner, make_home(db, owner))


def test_an_agent_is_told_at_once_where_nobody_has_to_be_asked(
    client: FlaskClient, agent: Headers, charger: NewCharger, database: Database
):
    with database.write() as db:
        add_card(db, UID, add_provider(db))
    asked = {"charger_id": charger.id, "uid": f" {UID.lower()} "}

    answer = client.post("/v1/operator/authorizations", json=asked, headers=agent)

    assert answer.status_code == 201
    assert answer.json is not None
    assert (answer.json["request"], answer.json["status"], answer.json["code"]) == ("manual", "refused", "A20")
    assert answer.json["trace"][-1]["step"] == "location"
    noted = client.get("/v1/operator/audit?action=support.looked_at", headers=agent).get_json()["items"]
    assert [(each["action"], each["target"]["id"]) for each in noted] == [("support.looked_at", answer.json["id"])]
    kept = client.get(answer.headers["Location"], headers=agent)
    assert kept.json == answer.json


def test_a_card_that_charges_elsewhere_would_not_work(
    client: FlaskClient, agent: Headers, charger: NewCharger, database: Database
):
    with database.write() as db:
        add_card(db, UID, add_provider(db))
        take(db, charger.location_id, guest=True)
        add_open_transaction(db, charger.id, UID, connector_id=2)
    asked = {"charger_id": charger.id, "uid": UID, "connector_id": 1}

    answer = client.post("/v1/operator/authorizations", json=asked, headers=agent)

    assert answer.json is not None
    assert answer.json["code"] == "A80"


def test_a_check_waits_for_the_cards_provider(
    client: FlaskClient, agent: Headers, charger: NewCharger, database: Database
):
    with database.write() as db:
        add_card(db, UID, add_provider(db, live_url="https://volt.example/ocpi"), whitelist="NEVER")
        take(db, charger.location_id, guest=True)

    answer = client.post("/v1/operator/authorizations", json={"charger_id": charger.id, "uid": UID}, headers=agent)

    assert answer.status_code == 202
    assert answer.json is not None
    assert (answer.json["status"], answer.json["code"], answer.json["trace"]) == ("pending", None, [])


def test_a_check_at_a_charger_that_is_not_there_is_no_decision(client: FlaskClient, agent: Headers, database: Database):
    answer = client.post("/v1/operator/authorizations", json={"charger_id": new_id(), "uid": UID}, headers=agent)

    assert answer.status_code == 404
    with database.read() as db:
        assert decisions(db) == []


@pytest.mark.parametrize("code", ["A40", "A60"])
def test_a_partner_is_refused_before_anything_is_sent_and_the_decision_is_kept(
    client: FlaskClient,
    operator: Headers,
    charger: NewCharger,
    database: Database,
    code: str,
):
    with database.write() as db:
        add_card(db, UID, add_provider(db, blocked_at=NOW if code == "A40" else None))
        take(db, charger.location_id, roaming=code == "A40")

    answer = client.post(f"/v1/operator/chargers/{charger.id}/partner-start", json={"uid": UID}, headers=operator)

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["code"] == code
    kept = client.get(f"/v1/operator/authorizations/{answer.json['authorization_id']}", headers=operator)
    assert kept.json is not None
    assert (kept.json["request"], kept.json["code"], kept.json["session_id"]) == ("partner_start", code, None)


def test_a_partners_charge_is_a_session_that_links_to_its_decision(
    client: FlaskClient, operator: Headers, charger: NewCharger, database: Database
):
    with database.write() as db:
        add_card(db, UID, add_provider(db))
        take(db, charger.location_id, roaming=True)

    answer = client.post(f"/v1/operator/chargers/{charger.id}/partner-start", json={"uid": UID}, headers=operator)

    assert answer.status_code == 202
    assert answer.json is not None
    assert (answer.json["kind"], answer.json["status"]) == ("card", "planned")
    assert answer.json["flags"] == ["partner_start"]
    story = client.get(answer.headers["Location"], headers=operator)
    assert story.json is not None
    assert story.json["authorization"]["code"] == "G40"
    assert story.json["authorization"]["session_id"] == answer.json["id"]


def test_a_partner_cannot_start_at_a_connector_that_is_not_there(
    client: FlaskClient, operator: Headers, charger: NewCharger
):
    body = {"uid": UID, "connector_id": 7}
    answer = client.post(f"/v1/operator/chargers/{charger.id}/partner-start", json=body, headers=operator)

    assert answer.status_code == 422
    assert answer.json is not None
    assert list(answer.json["errors"]) == ["connector_id"]


def test_only_operators_start_for_partners(client: FlaskClient, agent: Headers, charger: NewCharger):
    answer = client.post(f"/v1/operator/chargers/{charger.id}/partner-start", json={"uid": UID}, headers=agent)

    assert answer.status_code == 403
