"""Who may call is decided by a token, and nothing is open that does not say so."""

from datetime import timedelta

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from homecharge.observability.clock import ManualClock
from homecharge.services.access_tokens import AccessTokens
from homecharge.web.auth import public, require_declared
from homecharge.web.context import WebContext
from tests.web.conftest import SignIn

OPEN = {
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /docs",
    "GET /docs/<name>",
    "GET /openapi.json",
    "POST /v1/auth/register",
    "POST /v1/auth/login",
    "POST /v1/auth/refresh",
    "POST /v1/auth/password/forgot",
    "POST /v1/auth/password/reset",
    "POST /v1/auth/email/verify",
    "GET /v1/rejection-reasons",
    "GET /v1/app-config",
    "GET /support/login",
    "POST /support/login",
    "GET /support/console.css",
    "GET /support/console.js",
}
"""What may be asked without a token; a new entry is a decision."""


def _paths(app: Flask) -> list[tuple[str, str, str]]:
    """Method, rule and a path that fits it, of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        some = dict.fromkeys(rule.arguments, "00000000-0000-7000-8000-000000000001")
        path = app.url_map.bind("localhost").build(rule.endpoint, some)
        found += [(method, rule.rule, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return found


def _asks_for_log_in(response: TestResponse) -> bool:
    """Refuses; or, as a page, leads to the form."""
    is_led_there = response.status_code == 303 and response.location.startswith("/support/login?")
    return response.status_code == 401 or is_led_there


def test_every_route_but_the_open_ones_asks_for_a_token(app: Flask, client: FlaskClient) -> None:
    answered = {
        f"{method} {rule}": client.open(path, method=method, buffered=True) for method, rule, path in _paths(app)
    }

    unasked = {route for route, response in answered.items() if not _asks_for_log_in(response)}
    assert unasked <= OPEN
    assert all(r.get_json(force=True)["code"] == "token_missing" for r in answered.values() if r.status_code == 401)


def test_a_view_that_does_not_say_who_may_call_it_keeps_the_application_from_starting() -> None:
    app = Flask("test", static_folder=None)
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/silent", "silent", lambda: "silent")

    with pytest.raises(RuntimeError, match=r"who may call them: silent$"):
        require_declared(app)


def test_without_a_token_the_challenge_says_how(client: FlaskClient) -> None:
    response = client.get("/v1/me")

    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Basic YTpi", "Bearer not.a.token", "token"])
def test_what_is_no_token_of_ours_is_bad_credentials(client: FlaskClient, given: str) -> None:
    response = client.get("/v1/me", headers={"Authorization": given})

    assert response.get_json(force=True)["code"] == "bad_credentials"
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    ("key", "algorithm"), [("another key of at least thirty-two characters", "HS256"), ("", "none")]
)
def test_a_token_that_we_did_not_sign_is_bad_credentials(
    client: FlaskClient, sign_in: SignIn, key: str, algorithm: str
) -> None:
    ours = sign_in()["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(ours, options={"verify_signature": False})
    forged = jwt.encode(claims, key, algorithm)

    response = client.get("/v1/me", headers={"Authorization": f"Bearer {forged}"})

    assert response.get_json(force=True)["code"] == "bad_credentials"


def test_a_token_is_good_for_a_quarter_of_an_hour(client: FlaskClient, sign_in: SignIn, clock: ManualClock) -> None:
    headers = sign_in()

    clock.advance(timedelta(seconds=899))
    before = client.get("/v1/me", headers=headers)
    clock.advance(timedelta(seconds=1))
    after = client.get("/v1/me", headers=headers)

    assert before.status_code == 200
    assert after.get_json(force=True)["code"] == "token_expired"


def test_a_token_of_a_login_that_is_gone_is_revoked(
    client: FlaskClient, context: WebContext, clock: ManualClock
) -> None:
    token = AccessTokens(context.secret_key).issue(account_id="nobody", family_id="gone", now=clock.now())

    response = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert response.get_json(force=True)["code"] == "token_revoked"
