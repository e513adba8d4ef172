"""A POST may be repeated with its key: one effect, one answer."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from homecharge.domain.errors import HomechargeError, NotFound, TooMany, Unauthenticated, Unavailable
from homecharge.observability.clock import ManualClock
from homecharge.services import tokens
from homecharge.storage.database import Database
from homecharge.web.app import create_app
from homecharge.web.context import EXTENSION, Ask, WebContext
from tests.homes import sign_up
from tests.web.conftest import START, SignIn
from tests.web.things import InTheWay, Things

BODY = {"name": "a"}


def test_the_same_request_is_done_once_and_told_twice(
    thing_client: FlaskClient, things: Things, sign_in: SignIn
) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}

    first = thing_client.post("/v1/things", json=BODY, headers=headers)
    second = thing_client.post("/v1/things", json=BODY, headers=headers)

    assert things.asked == ["a"]
    assert (second.status_code, second.headers["Location"]) == (202, first.headers["Location"])
    assert second.headers["Homecharge-Bell"] == first.headers["Homecharge-Bell"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers


def test_a_replay_leaves_secrets_out(thing_client: FlaskClient, sign_in: SignIn) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}

    first = thing_client.post("/v1/things", json=BODY, headers=headers).get_json()
    second = thing_client.post("/v1/things", json=BODY, headers=headers).get_json()

    assert first["secret"] == {"url": "ws://here", "password": "told once"}
    assert second == {**first, "secret": {"url": "ws://here"}, "secret_omitted": True}


@pytest.mark.parametrize("other", [{"json": {"name": "b"}}, {"json": BODY, "query_string": "x=1"}])
def test_another_request_with_the_key_is_a_conflict(
    thing_client: FlaskClient, things: Things, sign_in: SignIn, other: dict[str, object]
) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}
    thing_client.post("/v1/things", json=BODY, headers=headers)

    response = thing_client.post("/v1/things", headers=headers, **other)  # type: ignore[arg-type]

    assert response.status_code == 409
    assert response.get_json(force=True)["code"] == "idempotency_conflict"
    assert things.asked == ["a"]


def test_a_path_that_is_longer_than_any_leads_nowhere(app: Flask, context: WebContext, postgresql_url: str) -> None:
    database = Database(postgresql_url)  # it keeps no longer text than its columns have room for
    app.extensions[EXTENSION] = replace(context, units=database)
    with database.write() as db:
        issued = tokens.log_in(db, sign_up(db).account_id, device=None, access=context.access_tokens, now=START)
    headers = {"Authorization": f"Bearer {issued.access_token}", "Idempotency-Key": "k"}

    answer = app.test_client().post(f"/v1/sessions/{'K7Q2-9MXP' * 40}/stop", headers=headers)

    database.close()
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (404, "not_found")


def test_a_key_is_of_one_caller_only(thing_client: FlaskClient, things: Things, sign_in: SignIn) -> None:
    thing_client.post("/v1/things", json=BODY, headers={**sign_in(), "Idempotency-Key": "k"})

    response = thing_client.post("/v1/things", json={"name": "b"}, headers={**sign_in(), "Idempotency-Key": "k"})

    assert response.status_code == 202
    assert things.asked == ["a", "b"]


def test_after_a_day_a_key_is_new(
    thing_client: FlaskClient, things: Things, sign_in: SignIn, clock: ManualClock
) -> None:
    thing_client.post("/v1/things", json=BODY, headers={**(headers := sign_in()), "Idempotency-Key": "k"})
    clock.advance(timedelta(hours=24))

    response = thing_client.post("/v1/things", json=BODY, headers={**headers, "Idempotency-Key": "k"})
    assert response.get_json(force=True)["code"] == "token_expired"
    renewed = {**sign_in(), "Idempotency-Key": "k"}
    assert thing_client.post("/v1/things", json=BODY, headers=renewed).status_code == 202


@pytest.mark.parametrize("error", [InTheWay(cat_id="tom"), NotFound()])
def test_a_refusal_is_remembered(
    thing_client: FlaskClient, things: Things, sign_in: SignIn, error: HomechargeError
) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}

    def refuse(_ask: Ask) -> None:
        raise error

    things.on_add = refuse
    first = thing_client.post("/v1/things", json=BODY, headers=headers)
    things.on_add = lambda _ask: None
    second = thing_client.post("/v1/things", json=BODY, headers=headers)

    assert second.get_json(force=True) == first.get_json(force=True)
    assert (second.status_code, second.content_type) == (first.status_code, "application/problem+json")


@pytest.mark.parametrize(
    "error", [Unavailable(), TooMany(retry_after_s=1), Unauthenticated(), ZeroDivisionError("a bug")]
)
def test_a_failure_to_be_repeated_is_not_remembered(
    thing_client: FlaskClient, things: Things, sign_in: SignIn, error: Exception
) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}

    def fail(_ask: Ask) -> None:
        raise error

    things.on_add = fail
    first = thing_client.post("/v1/things", json=BODY, headers=headers)
    things.on_add = lambda _ask: None
    second = thing_client.post("/v1/things", json=BODY, headers=headers)

    assert first.status_code in {401, 429, 500, 503}
    assert second.status_code == 202


def test_a_wrong_body_is_remembered_with_its_key(thing_client: FlaskClient, sign_in: SignIn) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}

    first = thing_client.post("/v1/things", json={}, headers=headers)
    second = thing_client.post("/v1/things", json={}, headers=headers)

    assert (first.status_code, second.status_code) == (422, 422)
    assert second.headers["Idempotency-Replayed"] == "true"


def test_while_the_first_is_running_the_second_is_told_to_come_back(
    context: WebContext, things: Things, sign_in: SignIn
) -> None:
    app = create_app(context, areas=[things.area])
    headers = {**sign_in(), "Idempotency-Key": "k"}
    entered, leave = threading.Event(), threading.Event()

    def dawdle(_ask: Ask) -> None:
        entered.set()
        assert leave.wait(10)

    things.on_add = dawdle
    first = threading.Thread(target=lambda: app.test_client().post("/v1/things", json=BODY, headers=headers))
    first.start()
    assert entered.wait(10)
    second = app.test_client().post("/v1/things", json=BODY, headers=headers)
    leave.set()
    first.join()
    third = app.test_client().post("/v1/things", json=BODY, headers=headers)

    assert second.get_json(force=True)["code"] == "idempotency_in_progress"
    assert second.headers["Retry-After"] == "1"
    assert third.headers["Idempotency-Replayed"] == "true"
    assert things.asked == ["a"]


def test_a_crash_leaves_the_key_to_the_next_request(
    thing_client: FlaskClient, things: Things, sign_in: SignIn, clock: ManualClock
) -> None:
    headers = {**sign_in(), "Idempotency-Key": "k"}

    def crash(ask: Ask) -> None:
        ask.claim = None  # as if nobody was left to give it back
        raise SystemExit

    things.on_add = crash
    with pytest.raises(SystemExit):
        thing_client.post("/v1/things", json=BODY, headers=headers)
    things.on_add = lambda _ask: None
    soon = thing_client.post("/v1/things", json=BODY, headers=headers)
    clock.advance(timedelta(seconds=30))
    later = thing_client.post("/v1/things", json=BODY, headers=headers)

    assert soon.get_json(force=True)["code"] == "idempotency_in_progress"
    assert later.status_code == 202


def test_whoever_lost_the_claim_has_no_effect(
    context: WebContext, things: Things, sign_in: SignIn, clock: ManualClock
) -> None:
    client = create_app(context, areas=[things.area]).test_client()
    headers = {**sign_in(), "Idempotency-Key": "k"}
    overtaking = []

    def be_overtaken(_ask: Ask) -> None:
        things.on_add = lambda _ask: None
        clock.advance(timedelta(seconds=30))
        overtaking.append(client.post("/v1/things", json=BODY, headers=headers))

    things.on_add = be_overtaken
    first = client.post("/v1/things", json=BODY, headers=headers)

    assert overtaking[0].status_code == 202
    assert first.get_json(force=True)["code"] == "idempotency_claim_lost"


@pytest.mark.parametrize("key", ["", "with space", "ü", "x" * 201])
def test_what_cannot_be_a_key_is_refused(thing_client: FlaskClient, sign_in: SignIn, key: str) -> None:
    response = thing_client.post("/v1/things", json=BODY, headers={**sign_in(), "Idempotency-Key": key})

    assert set(response.get_json(force=True)["errors"]) == {"Idempotency-Key"}
