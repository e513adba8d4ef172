"""Passwords and devices over HTTP."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from homecharge.observability.clock import ManualClock
from tests.web.conftest import SignIn

Headers = dict[str, str]
ADA = {"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}
NEW = "seven green bicycles"


@pytest.fixture
def log_in(client: FlaskClient) -> Callable[..., Headers]:
    """Signs Ada in, who has signed up."""
    client.post("/v1/auth/register", json=ADA)

    def log_in(device: str = "phone", password: str = ADA["password"]) -> Headers:
        wanted = {"email": ADA["email"], "password": password, "device": device}
        issued = client.post("/v1/auth/login", json=wanted).get_json()
        return {"Authorization": f"Bearer {issued['access_token']}"}

    return log_in


def change(client: FlaskClient, headers: Headers, *, current: str = ADA["password"], new: str = NEW) -> tuple[int, str]:
    body = {"current_password": current, "new_password": new}
    answer = client.post("/v1/auth/password/change", json=body, headers=headers)
    return answer.status_code, (answer.get_json(silent=True, force=True) or {}).get("code", "")


def test_a_changed_password_signs_other_devices_out(client: FlaskClient, log_in: Callable[..., Headers]):
    here, elsewhere = log_in(), log_in("tablet")

    changed = change(client, here)

    assert changed == (204, "")
    assert client.get("/v1/me", headers=here).status_code == 200
    assert client.get("/v1/me", headers=elsewhere).get_json(force=True)["code"] == "token_revoked"
    assert client.get("/v1/me", headers=log_in(password=NEW)).status_code == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("7 chars", "password_too_short"),
        ("123456789012345", "password_too_common"),
        ("ada@example.org ada", "password_too_personal"),
        ("ﬀﬀ" * 40, "password_too_long"),
    ],
)
def test_a_bad_new_password_says_what_is_wrong_with_it(
    client: FlaskClient, log_in: Callable[..., Headers], new: str, code: str
):
    assert change(client, log_in(), new=new) == (422, code)


def test_a_present_password_cannot_be_guessed_for_long(client: FlaskClient, log_in: Callable[..., Headers]):
    here = log_in()

    answers = [change(client, here, current="wrong") for _ in range(4)]

    assert answers == [(401, "bad_credentials")] * 3 + [(429, "too_many_attempts")]


def test_devices_are_listed_with_the_one_that_asks(
    client: FlaskClient, log_in: Callable[..., Headers], clock: ManualClock
):
    log_in("phone")
    clock.advance(timedelta(minutes=5))
    here = log_in("tablet")

    listed = client.get("/v1/auth/devices", headers=here).get_json()["items"]

    assert [(device["name"], device["current"], device["last_used_at"]) for device in listed] == [
        ("tablet", True, "2026-11-20T11:10:00Z"),
        ("phone", False, "2026-11-20T11:05:00Z"),
    ]


def test_a_device_that_is_signed_out_is_out_at_once(client: FlaskClient, log_in: Callable[..., Headers]):
    elsewhere, here = log_in("lost phone"), log_in("tablet")
    lost = client.get("/v1/auth/devices", headers=here).get_json()["items"][1]["id"]

    answers = [client.delete(f"/v1/auth/devices/{lost}", headers=here).status_code for _ in range(2)]

    left = client.get("/v1/auth/devices", headers=here).get_json()["items"]
    assert answers == [204, 204]
    assert client.get("/v1/me", headers=elsewhere).get_json(force=True)["code"] == "token_revoked"
    assert [device["name"] for device in left] == ["tablet"]


def test_all_others_are_signed_out_at_once(client: FlaskClient, log_in: Callable[..., Headers]):
    others, here = [log_in("phone"), log_in("lamp")], log_in("tablet")

    answer = client.delete("/v1/auth/devices", headers=here)

    assert answer.status_code == 204
    assert [client.get("/v1/me", headers=headers).status_code for headers in (*others, here)] == [401, 401, 200]


def test_nobody_elses_device_can_be_signed_out(client: FlaskClient, log_in: Callable[..., Headers], sign_in: SignIn):
    here = log_in()
    mine = client.get("/v1/auth/devices", headers=here).get_json()["items"][0]["id"]
    other = sign_in()

    answer = client.delete(f"/v1/auth/devices/{mine}", headers=other)

    assert answer.status_code == 404
    assert mine not in client.get("/v1/auth/devices", headers=other).get_data(as_text=True)
    assert client.get("/v1/me", headers=here).status_code == 200


def test_a_login_that_has_run_out_is_no_device(client: FlaskClient, log_in: Callable[..., Headers], clock: ManualClock):
    log_in("forgotten tablet")
    clock.advance(timedelta(days=60))

    listed = client.get("/v1/auth/devices", headers=log_in()).get_json()["items"]

    assert [device["name"] for device in listed] == ["phone"]
