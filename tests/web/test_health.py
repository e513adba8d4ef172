"""Health, readiness, metrics, request ids and the headers of every response."""

from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from flask.testing import FlaskClient

from homecharge.storage.database import Database
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.web.things import Things


def test_a_process_that_answers_is_healthy(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_a_process_with_its_database_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")

    assert response.get_json() == {"status": "ok", "checks": {"database": "ok", "bus": "ok"}}


def test_a_process_without_its_database_is_not_ready(context: WebContext, tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path}/no/such/folder.db")
    client = create_app(replace(context, units=away)).test_client()

    response = client.get("/readyz")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.get_json() == {"status": "unavailable", "checks": {"database": "unavailable", "bus": "ok"}}
    away.close()


def test_requests_are_counted_by_route_and_never_by_path(client: FlaskClient) -> None:
    client.get("/v1/me")
    client.get("/a/path/that/somebody/made/up")
    client.open("/v1/me", method="BREW")

    counted = client.get("/metrics").text

    assert 'homecharge_http_requests_total{method="GET",route="/v1/me",status="401"} 1.0' in counted
    assert 'homecharge_http_requests_total{method="GET",route="none",status="404"} 1.0' in counted
    assert "made/up" not in counted
    assert "BREW" not in counted


@pytest.mark.parametrize("given", ["order-66", "0197b2f4-5c3e-7d10-8a55-3f8f0f6f2c11"])
def test_a_sane_request_id_is_kept(client: FlaskClient, given: str) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": given})

    assert response.headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "<script>"])
def test_any_other_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": given})

    assert response.headers["X-Request-Id"] != given
    assert len(response.headers["X-Request-Id"]) == 36


def test_a_request_is_logged_with_its_id_and_without_secrets(client: FlaskClient) -> None:
    login = {"email": "ada@example.org", "password": "correct horse battery"}
    structlog.contextvars.clear_contextvars()

    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        client.post("/v1/auth/login", json=login, headers={"X-Request-Id": "order-66"})

    [line] = [line for line in logged if line["event"] == "http.request"]
    assert (line["request_id"], line["route"], line["status"]) == ("order-66", "/v1/auth/login", 401)
    assert "correct horse" not in str(logged)


def test_a_failure_is_logged_with_its_stack(context: WebContext, things: Things) -> None:
    client = create_app(context, areas=[things.area]).test_client()

    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        response = client.get("/v1/broken")

    [line] = [line for line in logged if line["event"] == "http.failed"]
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert line["exc_info"][0] is ZeroDivisionError


@pytest.mark.parametrize("path", ["/healthz", "/v1/me", "/nowhere", "/openapi.json"])
def test_every_response_tells_browsers_to_keep_out(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Server" not in headers
