"""Operators' commands and the audit log over HTTP."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from homecharge.domain.accounts import Role
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from homecharge.storage.types import new_id
from tests.homes import make_charger, make_home, sign_up
from tests.web.conftest import START, SignIn
from tests.web.homes import Headers

NOBODY = "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"


@pytest.fixture
def olga(sign_in: SignIn) -> Headers:
    return sign_in(Role.OPERATOR)


@pytest.fixture
def path(database: Database) -> str:
    """Where somebody's charger, which is online, is told things."""
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))
        line = {"connection_id": new_id(), "gateway_id": new_id(), "connected_at": START, "first_seen_at": START}
        db.execute(update(Charger).values(**line))
    return f"/v1/operator/chargers/{charger.id}/commands"


def test_a_command_is_accepted_and_can_be_waited_for(client: FlaskClient, olga: Headers, path: str):
    answer = client.post(path, json={"action": "Reset", "payload": {"type": "Soft"}}, headers=olga)
    shown = answer.get_json()
    seen = client.get(answer.headers["Location"], headers=olga)
    listed = client.get(path, headers=olga).get_json()["items"]

    assert answer.status_code == 202
    assert answer.headers["Homecharge-Bell"] == f"command:{shown['id']}"
    assert answer.headers["Location"] == f"{path}/{shown['id']}"
    assert (shown["action"], shown["payload"], shown["state"]) == ("Reset", {"type": "Soft"}, "queued")
    assert (shown["status"], shown["answer"], shown["error"], shown["follow_ups"]) == (None, None, None, [])
    assert seen.get_json() == shown == listed[0]
    assert seen.headers["Homecharge-Settled"] == "0"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"action": "Explode"}, {"action"}),
        ({}, {"action"}),
        ({"action": "BootNotification"}, {"action"}),
        ({"action": "Reset"}, {"payload.type"}),
        ({"action": "Reset", "payload": {"type": "Cold", "at": 1}}, {"payload.type", "payload.at"}),
        ({"action": "Reset", "payload": []}, {"payload"}),
        ({"action": "ClearCache", "force": True}, {"force"}),
    ],
)
def test_what_ocpp_does_not_know_is_refused_by_field(
    client: FlaskClient, olga: Headers, path: str, body: dict[str, Any], errors: set[str]
):
    answer = client.post(path, json=body, headers=olga)

    assert (answer.status_code, set(answer.get_json()["errors"])) == (422, errors)
    assert client.get(path, headers=olga).get_json()["items"] == []


def test_an_offline_charger_is_a_conflict(client: FlaskClient, olga: Headers, path: str, database: Database):
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=None, gateway_id=None))

    answers = [
        client.post(path, json={"action": "ClearCache"}, headers=olga),
        client.post(path.replace("/commands", "/rotate-password"), headers=olga),
    ]

    assert [(a.status_code, a.get_json()["code"]) for a in answers] == [(409, "charger_offline")] * 2


def test_a_password_is_rotated_and_not_set(client: FlaskClient, olga: Headers, path: str):
    key = {"key": "AuthorizationKey", "value": "00" * 20}

    refused = client.post(path, json={"action": "ChangeConfiguration", "payload": key}, headers=olga)
    rotated = client.post(path.replace("/commands", "/rotate-password"), headers=olga)
    log = client.get("/v1/operator/audit", headers=olga).get_json()["items"]

    assert (refused.status_code, refused.get_json()["code"]) == (409, "use_password_rotation")
    assert "rotate-password" in refused.get_json()["title"]
    assert (rotated.status_code, rotated.get_json()["payload"]["value"]) == (202, "…")
    assert [entry["action"] for entry in log] == ["charger.command", "charger.command_refused", "agent.logged_in"]
    assert "00" * 20 not in str(log)


def test_the_audit_log_is_filtered_and_paged(client: FlaskClient, olga: Headers, path: str):
    for action in ("ClearCache", "GetLocalListVersion"):
        client.post(path, json={"action": action}, headers=olga | {"X-Request-Id": action})
    me = client.get("/v1/me", headers=olga).get_json()["id"]
    query = {"charger_id": path.split("/")[4], "actor_id": me, "action": "charger.command", "limit": 1}

    first = client.get("/v1/operator/audit", headers=olga, query_string=query).get_json()
    query |= {"cursor": first["next_cursor"]}
    second = client.get("/v1/operator/audit", headers=olga, query_string=query).get_json()
    none = client.get("/v1/operator/audit", headers=olga, query_string={"to": "2026-11-20T11:05:00Z"}).get_json()

    entries = first["items"] + second["items"]
    assert {entry["request_id"] for entry in entries} == {"ClearCache", "GetLocalListVersion"}
    assert {entry["target"]["kind"] for entry in entries} == {"command"}
    assert second["next_cursor"] is None
    assert none["items"] == []


def test_support_looks_and_does_not_touch(client: FlaskClient, sign_in: SignIn, path: str):
    agent, driver = sign_in(Role.SUPPORT), sign_in()

    told = client.post(path, json={"action": "ClearCache"}, headers=agent)
    looked = [client.get(where, headers=agent).status_code for where in (path, "/v1/operator/audit")]
    denied = [client.get(where, headers=driver).status_code for where in (path, "/v1/operator/audit")]

    assert (told.status_code, told.get_json()["needs_role"]) == (403, "operator")
    assert looked == [200, 200]
    assert denied == [403, 403]


def test_what_never_was_is_not_found(client: FlaskClient, olga: Headers, path: str):
    elsewhere = f"/v1/operator/chargers/{NOBODY}"

    answers = [
        client.get(f"{path}/{NOBODY}", headers=olga),
        client.get(f"{elsewhere}/commands", headers=olga),
        client.post(f"{elsewhere}/commands", json={"action": "ClearCache"}, headers=olga),
        client.post(f"{elsewhere}/rotate-password", headers=olga),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
