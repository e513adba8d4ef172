"""Whoever changes whose cards are taken is named in the audit log."""

from flask.testing import FlaskClient

from tests.web.homes import Headers
from tests.web.operator_cards.conftest import CLOSED, PROVIDER, TOKEN

BASE = "/v1/operator"
VAN = {"uid": "04A1B2C3D4", "name": "Van 7"}


def test_every_change_is_noted_once_with_who_made_it_and_no_secret(client: FlaskClient, operator: Headers, home: str):
    def made(path: str, body: object) -> str:
        return client.post(f"{BASE}{path}", json=body, headers=operator).headers["Location"]

    provider = made("/providers", PROVIDER | {"live_token": "secret"})
    token = made("/tokens", TOKEN)
    group = made("/token-groups", {"name": "Depot", "location_ids": [home]})
    client.patch(provider, json={"blocked": True}, headers=operator)
    client.patch(provider, json={"blocked": True}, headers=operator)
    client.patch(token, json={"valid": False}, headers=operator)
    client.patch(group, json={"name": "Yard"}, headers=operator)
    client.post(f"{group}/tokens", json=VAN, headers=operator)
    client.patch(f"{group}/tokens/{VAN['uid']}", json={"valid": False}, headers=operator)
    client.delete(f"{group}/tokens/{VAN['uid']}", headers=operator)
    client.delete(group, headers=operator)
    client.put(f"{BASE}/locations/{home}/access", json=CLOSED | {"roaming": True}, headers=operator)
    client.post(f"{BASE}/tokens/import", data="uid\n04A3\n", content_type="text/csv", headers=operator)

    answer = client.get(f"{BASE}/audit", headers=operator)
    entries = [each for each in answer.get_json()["items"] if not each["action"].startswith("agent.")]
    assert sorted(entry["action"] for entry in entries) == [
        "location.access_changed",
        "provider.added",
        "provider.changed",
        "roaming_token.added",
        "roaming_token.changed",
        "token_group.added",
        "token_group.changed",
        "token_group.removed",
        "token_group.token_added",
        "token_group.token_changed",
        "token_group.token_removed",
        "tokens.imported",
    ]
    assert {entry["actor_name"] for entry in entries} == {"Ada"}
    assert "secret" not in answer.text
    assert VAN["uid"] not in answer.text


def test_what_is_refused_is_not_noted(client: FlaskClient, operator: Headers, agent: Headers):
    client.post(f"{BASE}/providers", json=PROVIDER, headers=operator)
    client.post(f"{BASE}/providers", json=PROVIDER, headers=operator)
    client.post(f"{BASE}/tokens", json=TOKEN, headers=agent)
    client.post(f"{BASE}/tokens/import", data="uid\n04 A3\n", content_type="text/csv", headers=operator)

    noted = [entry["action"] for entry in client.get(f"{BASE}/audit", headers=agent).get_json()["items"]]
    assert sorted(noted) == ["agent.logged_in", "agent.logged_in", "provider.added"]
