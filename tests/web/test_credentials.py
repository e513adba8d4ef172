"""Passwords and devices over HTTP."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

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
        ("of 14 letters.", "password_too_short"),
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
