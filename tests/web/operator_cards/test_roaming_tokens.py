"""Providers' id tokens over HTTP."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from homecharge.observability.clock import ManualClock
from tests.web.homes import Headers, id_of
from tests.web.operator_cards.conftest import PROVIDER, TOKEN

PATH = "/v1/operator/tokens"
NOBODY = "00000000-0000-7000-8000-000000000001"
SUPPORT = {"phone": "112", "email": None, "url": None}


@pytest.fixture
def provider_id(client: FlaskClient, operator: Headers) -> str:
    body = PROVIDER | {"support": {"phone": "112"}}
    return id_of(client.post("/v1/operator/providers", json=body, headers=operator).headers["Location"])


def test_a_token_is_shown_with_whoever_issued_it(
    client: FlaskClient, operator: Headers, agent: Headers, provider_id: str
):
    company = {"expires_at": "2028-01-01T00:00:00Z", "organisation_unit": "Fleet North"}
    body = TOKEN | company | {"contract_id": "gb-abc-c12345678-x", "provider_id": provider_id}

    made = client.post(PATH, json=body, headers=operator)

    shown = client.get(made.headers["Location"], headers=agent).get_json()
    assert (made.status_code, made.headers["ETag"], made.get_json()) == (201, '"1"', shown)
    assert {name: shown[name] for name in body} == body
    assert (shown["provider"]["name"], shown["provider"]["support"]) == ("Alphabet", SUPPORT)


def test_a_token_may_be_nobodys(client: FlaskClient, operator: Headers):
    made = client.post(PATH, json=TOKEN, headers=operator).get_json()

    unset = ("contract_id", "provider_id", "provider", "expires_at", "organisation_unit")
    assert [made[name] for name in unset] == [None] * 5


def test_a_uid_is_taken_in_any_spelling(client: FlaskClient, operator: Headers):
    first = client.post(PATH, json=TOKEN | {"uid": " 04a1b2c3d4 "}, headers=operator).get_json()
    other = client.post(PATH, json=TOKEN | {"uid": "OTHER"}, headers=operator).headers["Location"]

    again = client.post(PATH, json=TOKEN, headers=operator)
    renamed = client.patch(other, json={"uid": "04A1b2c3d4"}, headers=operator)

    assert first["uid"] == "04a1b2c3d4"
    for refused in (again, renamed):
        problem = refused.get_json(force=True)
        assert (refused.status_code, problem["code"], problem["token_id"]) == (409, "uid_taken", first["id"])


def test_a_token_is_changed_field_by_field(client: FlaskClient, operator: Headers, provider_id: str):
    path = client.post(PATH, json=TOKEN | {"provider_id": provider_id}, headers=operator).headers["Location"]

    same = client.patch(path, json={"valid": True, "provider_id": provider_id}, headers=operator)
    changed = client.patch(path, json={"valid": False, "provider_id": None}, headers=operator | {"If-Match": '"1"'})
    outdated = client.patch(path, json={"valid": True}, headers=operator | {"If-Match": '"1"'})

    assert (same.headers["ETag"], changed.headers["ETag"]) == ('"1"', '"2"')
    assert (changed.get_json()["valid"], changed.get_json()["provider"]) == (False, None)
    assert client.get(path, headers=operator).get_json() == changed.get_json()
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, changed.get_json())


def test_tokens_are_found_by_uid_contract_provider_and_validity(
    client: FlaskClient, operator: Headers, agent: Headers, provider_id: str, clock: ManualClock
):
    for uid, more in {
        "A": {"contract_id": "GB-ABC-C12345678-X"},
        "B": {"provider_id": provider_id, "valid": False},
        "C": {"provider_id": provider_id, "contract_id": "Other"},
    }.items():
        client.post(PATH, json=TOKEN | {"uid": uid} | more, headers=operator)
        clock.advance(timedelta(seconds=1))

    def found(query: str) -> list[str]:
        return [token["uid"] for token in client.get(f"{PATH}?{query}", headers=agent).get_json()["items"]]

    assert found("") == ["C", "B", "A"]
    assert found("uid=%20b") == ["B"]
    assert found("uid=nobody's") == []
    assert found("contract_id=gbabcc12345678x") == ["A"]
    assert found(f"provider_id={provider_id}") == ["C", "B"]
    assert found(f"provider_id={provider_id}&valid=true") == ["C"]
    assert found("valid=false") == ["B"]

    first = client.get(f"{PATH}?limit=2", headers=agent).get_json()
    assert found(f"cursor={first['next_cursor']}") == ["A"]


def test_support_looks_and_operators_change(client: FlaskClient, operator: Headers, agent: Headers, owner: Headers):
    path = client.post(PATH, json=TOKEN, headers=operator).headers["Location"]

    assert client.post(PATH, json=TOKEN, headers=agent).status_code == 403
    assert client.patch(path, json={"valid": False}, headers=agent).status_code == 403
    assert client.get(path, headers=owner).status_code == 403
    assert client.get(f"{PATH}/{NOBODY}", headers=agent).status_code == 404
