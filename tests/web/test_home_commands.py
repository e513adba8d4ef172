"""Restarting a charger and letting its cable go, over HTTP."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Role
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from homecharge.storage.types import new_id
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME, Headers, id_of, join


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    path: str = client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]
    return path


@pytest.fixture
def path(client: FlaskClient, database: Database, ada: Headers, home: str) -> str:
    """A charger of Ada's, which is online."""
    body = {"location_id": id_of(home), "identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "none"}}
    made: str = client.post("/v1/chargers", json=body, headers=ada).headers["Location"]
    with database.write() as db:
        line = {"connection_id": new_id(), "gateway_id": new_id(), "connected_at": START, "first_seen_at": START}
        db.execute(update(Charger).values(**line))
    return made


@pytest.mark.parametrize(
    ("what", "action", "connector_id", "sent"),
    [
        ("restart", "restart", None, ("Reset", {"type": "Soft"})),
        ("unlock-cable", "unlock_cable", 1, ("UnlockConnector", {"connectorId": 1})),
    ],
)
def test_a_charger_is_told_and_followed(
    client: FlaskClient,
    ada: Headers,
    path: str,
    sign_in: SignIn,
    what: str,
    action: str,
    connector_id: int | None,
    sent: tuple[str, dict[str, object]],
):
    asked = client.post(f"{path}/{what}", headers=ada)
    shown = asked.get_json()
    followed = client.get(asked.headers["Location"], headers=ada)
    [operators] = client.get(f"/v1/operator{path[3:]}/commands", headers=sign_in(Role.SUPPORT)).get_json()["items"]

    assert (asked.status_code, asked.headers["Homecharge-Bell"]) == (202, f"command:{shown['id']}")
    assert (shown["action"], shown["connector_id"], shown["state"]) == (action, connector_id, "queued")
    assert shown["detail"].startswith("The charger is about to be told")
    assert (followed.get_json(), followed.headers["Homecharge-Settled"]) == (shown, "0")
    assert (operators["id"], operators["action"], operators["payload"]) == (shown["id"], *sent)


def test_who_had_whose_charger_told_is_in_the_audit_log(client: FlaskClient, ada: Headers, path: str, sign_in: SignIn):
    client.post(f"{path}/restart", headers=ada)

    [entry] = client.get(f"/v1/operator/audit?charger_id={id_of(path)}", headers=sign_in(Role.OPERATOR)).get_json()[
        "items"
    ]

    assert (entry["action"], entry["detail"]["action"]) == ("charger.command", "Reset")


@pytest.mark.parametrize("what", ["restart", "unlock-cable"])
def test_an_offline_charger_is_told_nothing(
    client: FlaskClient, database: Database, ada: Headers, path: str, what: str
):
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=None, gateway_id=None))

    response = client.post(f"{path}/{what}", headers=ada)

    assert (response.status_code, response.get_json(force=True)["code"]) == (409, "charger_offline")


@pytest.mark.parametrize("connector_id", [0, 2, "1"])
def test_a_connector_that_is_not_there_has_no_cable(client: FlaskClient, ada: Headers, path: str, connector_id: object):
    response = client.post(f"{path}/unlock-cable", json={"connector_id": connector_id}, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, ["connector_id"])


def test_what_operators_ask_for_is_theirs_to_follow(client: FlaskClient, ada: Headers, path: str, sign_in: SignIn):
    operators = f"/v1/operator{path[3:]}/commands"
    command = client.post(operators, json={"action": "ClearCache"}, headers=sign_in(Role.OPERATOR)).get_json()

    assert client.get(f"{path}/commands/{command['id']}", headers=ada).status_code == 404
    assert client.get(f"{path}/commands/{new_id()}", headers=ada).status_code == 404


def test_a_user_asks_an_admin(client: FlaskClient, database: Database, home: str, path: str, sign_in: SignIn):
    join(client, database, id_of(home), ben := sign_in(), MemberRole.USER)

    answers = [client.post(f"{path}/{what}", headers=ben) for what in ("restart", "unlock-cable")]
    answers.append(client.get(f"{path}/commands/{new_id()}", headers=ben))

    assert [(each.status_code, each.get_json(force=True)["needs_role"]) for each in answers] == [(403, "admin")] * 3
