"""Sign up, sign in, look at oneself, leave: over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from homecharge.observability.clock import ManualClock

ADA = {"email": "Ada@Example.org", "password": "correct horse battery", "name": " Ada ", "locale": "en-GB"}
LOGIN = {"email": "ada@example.org", "password": "correct horse battery", "device": "phone"}


def bearer(client: FlaskClient, login: dict[str, str] = LOGIN) -> dict[str, str]:
    tokens = client.post("/v1/auth/login", json=login).get_json()
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@pytest.fixture
def ada(client: FlaskClient) -> dict[str, Any]:
    profile: dict[str, Any] = client.post("/v1/auth/register", json=ADA).get_json()
    return profile


def test_signing_up_answers_with_the_new_person(client: FlaskClient) -> None:
    response = client.post("/v1/auth/register", json=ADA)

    document = response.get_json()
    assert (response.status_code, response.headers["ETag"], response.headers["Location"]) == (201, '"1"', "/v1/me")
    assert document.pop("id")
    assert document == {
        "email": "ada@example.org",
        "email_verified": False,
        "name": "Ada",
        "locale": "en-GB",
        "role": "driver",
        "created_at": "2026-11-20T11:05:00Z",
        "updated_at": "2026-11-20T11:05:00Z",
    }


def test_a_taken_address_is_a_conflict(client: FlaskClient, ada: dict[str, Any]) -> None:
    response = client.post("/v1/auth/register", json={**ADA, "email": "ADA@example.org"})

    assert response.status_code == 409
    assert response.get_json(force=True)["code"] == "email_taken"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ada"),
        ("email", "ada@"),
        ("email", f"{'a' * 250}@example.org"),
        ("password", "7 chars"),
        ("password", "homecharge-ada@example.org"),
        ("password", "x" * 129),
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 101),
        ("name", "two\nlines"),
        ("locale", "english please"),
        ("role", "operator"),
    ],
)
def test_what_cannot_be_a_person_is_refused(client: FlaskClient, field: str, value: str) -> None:
    response = client.post("/v1/auth/register", json={**ADA, field: value})

    assert response.status_code == 422
    assert set(response.get_json(force=True)["errors"]) == {field}


def test_signing_in_gives_tokens_for_a_quarter_of_an_hour(client: FlaskClient, ada: dict[str, Any]) -> None:
    response = client.post("/v1/auth/login", json=LOGIN)

    tokens = response.get_json()
    assert (response.status_code, tokens["token_type"], tokens["expires_in"]) == (200, "Bearer", 900)
    assert response.headers["Cache-Control"] == "no-store"
    me = client.get("/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.get_json() == ada


@pytest.mark.parametrize("wrong", [{"password": "wrong horse"}, {"email": "eve@example.org"}])
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(
    client: FlaskClient, ada: dict[str, Any], wrong: dict[str, str]
) -> None:
    response = client.post("/v1/auth/login", json={**LOGIN, **wrong})

    document = response.get_json(force=True)
    assert (response.status_code, document["code"]) == (401, "bad_credentials")
    assert document["detail"] == "This e-mail address and password do not belong together."


def test_failures_are_counted_for_the_account_and_successes_are_not(client: FlaskClient, ada: dict[str, Any]) -> None:
    wrong = {**LOGIN, "password": "wrong horse"}
    good = [client.post("/v1/auth/login", json=LOGIN).status_code for _ in range(5)]
    bad = [client.post("/v1/auth/login", json=wrong).status_code for _ in range(4)]
    locked = client.post("/v1/auth/login", json=LOGIN)
    other = client.post("/v1/auth/login", json={**wrong, "email": "eve@example.org"})
    elsewhere = client.post("/v1/auth/login", json=LOGIN, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert good == [200] * 5
    assert bad == [401, 401, 401, 429]
    assert (locked.status_code, locked.get_json(force=True)["code"]) == (429, "too_many_attempts")
    assert 1 <= int(locked.headers["Retry-After"]) <= 900
    assert (other.status_code, elsewhere.status_code) == (401, 200)


def test_a_refresh_token_is_traded_for_the_next(client: FlaskClient, ada: dict[str, Any]) -> None:
    first = client.post("/v1/auth/login", json=LOGIN).get_json()

    second = client.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})

    assert second.status_code == 200
    assert second.get_json()["refresh_token"] != first["refresh_token"]


def test_a_stolen_refresh_token_ends_the_login_for_good(
    client: FlaskClient, ada: dict[str, Any], clock: ManualClock
) -> None:
    first = client.post("/v1/auth/login", json=LOGIN).get_json()
    second = client.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]}).get_json()
    clock.advance(timedelta(seconds=61))

    stolen = client.post("/v1/auth/refresh", json={"refresh_token": first["refresh_token"]})
    own = client.post("/v1/auth/refresh", json={"refresh_token": second["refresh_token"]})
    me = client.get("/v1/me", headers={"Authorization": f"Bearer {second['access_token']}"})

    answers = [stolen, own, me]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert {answer.get_json(force=True)["code"] for answer in answers} == {"token_revoked"}


def test_signing_out_ends_the_login(client: FlaskClient, ada: dict[str, Any]) -> None:
    headers = bearer(client)

    response = client.post("/v1/auth/logout", headers=headers)

    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    assert client.get("/v1/me", headers=headers).get_json(force=True)["code"] == "token_revoked"


def test_signing_out_takes_no_body(client: FlaskClient, ada: dict[str, Any]) -> None:
    response = client.post("/v1/auth/logout", json={"everywhere": True}, headers=bearer(client))

    assert set(response.get_json(force=True)["errors"]) == {"everywhere"}


def test_name_and_language_may_be_changed(client: FlaskClient, ada: dict[str, Any], clock: ManualClock) -> None:
    clock.advance(timedelta(seconds=5))

    response = client.patch("/v1/me", json={"locale": "de"}, headers=bearer(client))

    assert response.get_json() == {**ada, "locale": "de", "updated_at": "2026-11-20T11:05:05Z"}


@pytest.mark.parametrize("body", [{"email": "new@example.org"}, {"role": "operator"}, {"name": None}])
def test_nothing_else_may_be_changed(client: FlaskClient, ada: dict[str, Any], body: dict[str, object]) -> None:
    response = client.patch("/v1/me", json=body, headers=bearer(client))

    assert set(response.get_json(force=True)["errors"]) == set(body)


def test_who_deletes_the_account_is_gone_and_may_come_back(client: FlaskClient, ada: dict[str, Any]) -> None:
    headers = bearer(client)

    response = client.delete("/v1/me", headers=headers)

    assert response.status_code == 204
    assert client.get("/v1/me", headers=headers).get_json(force=True)["code"] == "token_revoked"
    assert client.post("/v1/auth/login", json=LOGIN).status_code == 401
    again = client.post("/v1/auth/register", json=ADA)
    assert again.get_json()["id"] != ada["id"]


def test_a_replayed_sign_up_makes_nobody_twice(client: FlaskClient) -> None:
    first = client.post("/v1/auth/register", json=ADA, headers={"Idempotency-Key": "k"})
    second = client.post("/v1/auth/register", json=ADA, headers={"Idempotency-Key": "k"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.get_json() == first.get_json()


def test_a_replayed_sign_in_hands_out_no_tokens(client: FlaskClient, ada: dict[str, Any]) -> None:
    client.post("/v1/auth/login", json=LOGIN, headers={"Idempotency-Key": "k"})

    second = client.post("/v1/auth/login", json=LOGIN, headers={"Idempotency-Key": "k"})

    assert second.get_json() == {"token_type": "Bearer", "expires_in": 900, "secret_omitted": True}
