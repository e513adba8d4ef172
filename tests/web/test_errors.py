"""Every error is a problem document, and none tells more than it should."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from homecharge.domain.accounts import Role
from homecharge.domain.errors import NotFound, TooMany, Unavailable
from homecharge.web.bodies import LARGEST_BODY
from tests.web.conftest import SignIn
from tests.web.things import InTheWay, Things

NO_SUCH = "/v1/things/00000000-0000-7000-8000-000000000099"


def problem(response: TestResponse) -> dict[str, Any]:
    """The body, once it is known to be a whole problem document."""
    assert response.content_type == "application/problem+json"
    document: dict[str, Any] = response.get_json(force=True)
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(document)
    assert document["detail"].endswith(".")
    assert document["status"] == response.status_code
    assert document["request_id"] == response.headers["X-Request-Id"]
    return document


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", "/nowhere", {}, 404, "not_found"),
        ("GET", NO_SUCH, {}, 404, "not_found"),
        ("GET", "/v1/things/1", {}, 404, "not_found"),
        ("GET", "/v1/things/%00", {}, 404, "not_found"),
        ("GET", "//v1/things", {}, 404, "not_found"),
        ("PUT", "/v1/things", {}, 405, "method_not_allowed"),
        ("POST", "/v1/things", {"data": b"{", "content_type": "application/json"}, 400, "malformed_request"),
        ("POST", "/v1/things", {"data": b"NaN", "content_type": "application/json"}, 400, "malformed_request"),
        ("POST", "/v1/things", {"data": b"a=1"}, 415, "unsupported_media_type"),
        ("POST", "/v1/things", {"data": b"{}", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ("POST", "/v1/things", {"json": "x" * LARGEST_BODY}, 413, "body_too_large"),
        ("POST", "/v1/things", {"json": []}, 422, "invalid"),
        ("GET", "/v1/things?limit=0", {}, 422, "invalid"),
        ("GET", "/v1/staff", {}, 403, "role_insufficient"),
        ("GET", "/v1/broken", {}, 500, "internal_error"),
    ],
)
def test_an_error_is_a_problem_document(
    thing_client: FlaskClient, sign_in: SignIn, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    response = thing_client.open(path, method=method, headers=sign_in(), **sent)

    assert response.status_code == status
    assert problem(response)["code"] == code


def test_a_wrong_method_is_told_the_right_ones(thing_client: FlaskClient) -> None:
    response = thing_client.put("/v1/things")

    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_a_failure_of_ours_keeps_its_internals(thing_client: FlaskClient) -> None:
    response = thing_client.get("/v1/broken")

    assert "nobody" not in response.text
    assert "ZeroDivisionError" not in response.text
    assert problem(response)["request_id"] in response.text


def test_a_refusal_names_what_is_in_the_way(thing_client: FlaskClient, things: Things, sign_in: SignIn) -> None:
    def refuse(_ask: object) -> None:
        raise InTheWay("The cat is.", cat_id="tom")

    things.on_add = refuse

    response = thing_client.post("/v1/things", json={"name": "a"}, headers=sign_in())

    assert response.status_code == 409
    assert {"code": "in_the_way", "detail": "The cat is.", "cat_id": "tom"}.items() <= problem(response).items()


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [(TooMany(retry_after_s=7), 429, "7"), (Unavailable(), 503, "5"), (NotFound(), 404, None)],
)
def test_retry_after_says_when_trying_again_is_right(
    thing_client: FlaskClient, things: Things, sign_in: SignIn, error: Exception, status: int, retry_after: str | None
) -> None:
    def fail(_ask: object) -> None:
        raise error

    things.on_add = fail

    response = thing_client.post("/v1/things", json={"name": "a"}, headers=sign_in())

    assert (response.status_code, response.headers.get("Retry-After")) == (status, retry_after)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": 1}, {"name"}),
        ({"name": "a", "size": "1"}, {"size"}),
        ({"name": "a", "size": True}, {"size"}),
        ({"name": "a", "size": 1.5}, {"size"}),
        ({"name": "a\u0000b"}, {"name"}),
        ({"name": "a", "other": 1}, {"other"}),
        ([], {"body"}),
        ("text", {"body"}),
    ],
)
def test_a_wrong_body_has_its_fields_named(
    thing_client: FlaskClient, sign_in: SignIn, body: object, fields: set[str]
) -> None:
    response = thing_client.post("/v1/things", json=body, headers=sign_in())

    assert set(problem(response)["errors"]) == fields


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_body_that_nests_without_end_is_refused(
    thing_client: FlaskClient, sign_in: SignIn, opening: bytes, closing: bytes
) -> None:
    body = b'{"name":' + opening * 1000 + b"1" + closing * 1000 + b"}"

    response = thing_client.post("/v1/things", data=body, content_type="application/json", headers=sign_in())

    assert (response.status_code, problem(response)["code"]) == (400, "malformed_request")


def test_null_is_no_object(thing_client: FlaskClient, sign_in: SignIn) -> None:
    response = thing_client.post("/v1/things", data=b"null", content_type="application/json", headers=sign_in())

    assert set(problem(response)["errors"]) == {"body"}


@pytest.mark.parametrize(
    ("role", "path", "needs_role"),
    [
        (Role.DRIVER, "/v1/staff", "support"),
        (Role.DRIVER, "/v1/operator", "operator"),
        (Role.SUPPORT, "/v1/operator", "operator"),
    ],
)
def test_a_role_that_does_not_suffice_is_told_which_one_would(
    thing_client: FlaskClient, sign_in: SignIn, role: Role, path: str, needs_role: str
) -> None:
    response = thing_client.get(path, headers=sign_in(role))

    assert response.status_code == 403
    assert problem(response)["needs_role"] == needs_role


@pytest.mark.parametrize(
    ("role", "path"), [(Role.SUPPORT, "/v1/staff"), (Role.OPERATOR, "/v1/staff"), (Role.OPERATOR, "/v1/operator")]
)
def test_a_role_that_suffices_is_let_in(thing_client: FlaskClient, sign_in: SignIn, role: Role, path: str) -> None:
    assert thing_client.get(path, headers=sign_in(role)).status_code == 204
