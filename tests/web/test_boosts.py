"""Boost over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession
from tests.web.conftest import START, SignIn

Headers = dict[str, str]
HOME = {"name": "Home", "country": "FR", "time_zone": "Europe/Paris", "currency": "EUR"}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def path(client: FlaskClient, ada: Headers) -> str:
    """Where Ada's charger is boosted."""
    home = client.post("/v1/locations", json=HOME, headers=ada).get_json()["id"]
    charger = {"location_id": home, "identity": "CP1", "name": "Drive"}
    location = client.post("/v1/chargers", json=charger, headers=ada).headers["Location"]
    return f"{location}/boost"


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (None, None),
        ({}, None),
        ({"limit": None}, None),
        ({"limit": {"kind": "duration", "seconds": 60}}, {"kind": "duration", "seconds": 60}),
        ({"limit": {"kind": "energy", "energy_wh": 200_000}}, {"kind": "energy", "energy_wh": 200_000}),
    ],
)
def test_a_boost_is_accepted_as_a_session_that_can_be_waited_for(
    client: FlaskClient, ada: Headers, path: str, body: dict[str, Any] | None, limit: dict[str, Any] | None
):
    answer = client.post(path, json=body, headers=ada) if body is not None else client.post(path, headers=ada)

    shown = answer.get_json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/sessions/{shown['id']}"
    assert answer.headers["Homecharge-Bell"] == f"session:{shown['id']}"
    assert (shown["kind"], shown["status"], shown["limit"], shown["warnings"]) == ("boost", "planned", limit, [])
    assert shown["last_feasible_start"] == shown["window"]["end"] == "2026-11-20T11:15:00Z"


def test_a_boost_warns_of_the_scheduled_charge_it_blocks(client: FlaskClient, ada: Headers, path: str):
    schedules = path.replace("/boost", "/schedules")
    manual = {"kind": "manual", "on": {"weekdays": ["sat"]}, "start_time": "00:30", "end_time": "05:30"}
    schedule = client.post(schedules, json=manual, headers=ada)

    [warning] = client.post(path, json={}, headers=ada).get_json()["warnings"]

    assert warning["code"] == "blocks_occurrence"
    assert warning["schedule_id"] == schedule.get_json()["id"]
    assert warning["starts_at"] == "2026-11-20T23:30:00Z"
    assert warning["detail"] == ("The charge scheduled for Sat 21 Nov 00:30 cannot start while this Boost is running.")


def test_the_same_request_again_makes_no_second_session(
    client: FlaskClient, ada: Headers, path: str, database: Database
):
    headers = ada | {"Idempotency-Key": "once"}

    first, second = (client.post(path, json={}, headers=headers).get_json()["id"] for _ in range(2))

    with database.read() as db:
        assert list(db.scalars(select(ChargingSession.id))) == [first] == [second]


def test_a_limit_in_money_needs_a_tariff(client: FlaskClient, ada: Headers, path: str):
    answer = client.post(path, json={"limit": {"kind": "cost", "amount": "5.00"}}, headers=ada)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "no_tariff")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"limit": {}}, "limit.kind"),
        ({"limit": "1 h"}, "limit"),
        ({"limit": {"kind": "distance", "seconds": 60}}, "limit.kind"),
        ({"limit": {"kind": "duration"}}, "limit.seconds"),
        ({"limit": {"kind": "duration", "seconds": 59}}, "limit.seconds"),
        ({"limit": {"kind": "duration", "seconds": 86_401}}, "limit.seconds"),
        ({"limit": {"kind": "duration", "seconds": "60"}}, "limit.seconds"),
        ({"limit": {"kind": "duration", "seconds": True}}, "limit.seconds"),
        ({"limit": {"kind": "duration", "seconds": 60, "energy_wh": 100}}, "limit.energy_wh"),
        ({"limit": {"kind": "energy", "energy_wh": 99}}, "limit.energy_wh"),
        ({"limit": {"kind": "energy", "energy_wh": 200_001}}, "limit.energy_wh"),
        ({"limit": {"kind": "cost", "amount": "0.00"}}, "limit.amount"),
        ({"limit": {"kind": "cost", "amount": "-1"}}, "limit.amount"),
        ({"limit": {"kind": "cost", "amount": 1.5}}, "limit.amount"),
        ({"connector_id": 0}, "connector_id"),
        ({"connector_id": 2}, "connector_id"),
        ({"connector_id": "1"}, "connector_id"),
        ({"speed": "fast"}, "speed"),
    ],
)
def test_a_body_that_makes_no_sense_is_refused_by_field(
    client: FlaskClient, ada: Headers, path: str, body: dict[str, Any], field: str
):
    answer = client.post(path, json=body, headers=ada)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_a_stranger_has_no_such_charger(client: FlaskClient, path: str, sign_in: SignIn):
    answer = client.post(path, json={}, headers=sign_in())

    assert answer.status_code == 404


def test_the_window_of_a_boost_is_ten_minutes(client: FlaskClient, ada: Headers, path: str):
    shown = client.post(path, json={}, headers=ada).get_json()

    assert shown["window"]["start"] == f"{START:%Y-%m-%dT%H:%M:%SZ}"
    assert shown["window"]["end"] == f"{START + timedelta(minutes=10):%Y-%m-%dT%H:%M:%SZ}"
