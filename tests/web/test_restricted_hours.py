"""Restricted hours over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from homecharge.observability.clock import ManualClock
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers

WORKING_DAYS = ["mon", "tue", "wed", "thu", "fri"]
PEAK = [
    {"weekdays": WORKING_DAYS, "start": "08:00", "end": "11:00"},
    {"weekdays": WORKING_DAYS, "start": "16:00", "end": "22:00"},
]
NIGHT = {"weekdays": ["sat", "sun"], "start": "22:00:30", "end": "06:00"}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def hours(client: FlaskClient, ada: Headers) -> str:
    """The path of the restricted hours of a charger of Ada's, who chose the default."""
    home_id = client.post("/v1/locations", json=HOME, headers=ada).get_json()["id"]
    charger = {"location_id": home_id, "identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "default"}}
    path: str = client.post("/v1/chargers", json=charger, headers=ada).headers["Location"]
    return f"{path}/restricted-hours"


def test_the_default_shows_the_windows_of_the_law(client: FlaskClient, ada: Headers, hours: str):
    response = client.get(hours, headers=ada)

    assert response.get_json() == {
        "choice": "default",
        "windows": PEAK,
        "chosen_at": "2026-11-20T11:05:00Z",
        "time_zone": "Europe/London",
    }
    assert response.headers["ETag"] == '"1"'


def test_hours_of_ones_own_are_read_back(client: FlaskClient, ada: Headers, hours: str, clock: ManualClock):
    clock.advance(timedelta(minutes=1))

    chosen = client.put(hours, json={"choice": "custom", "windows": [NIGHT]}, headers=ada)

    found = client.get(hours, headers=ada)
    assert (chosen.status_code, chosen.headers["ETag"]) == (200, '"2"')
    assert found.get_json() == chosen.get_json()
    assert (found.get_json()["windows"], found.get_json()["chosen_at"]) == ([NIGHT], "2026-11-20T11:06:00Z")


def test_none_is_a_choice_too(client: FlaskClient, ada: Headers, hours: str):
    response = client.put(hours, json={"choice": "none"}, headers=ada)

    assert (response.status_code, response.get_json()["choice"], response.get_json()["windows"]) == (200, "none", [])


def test_the_hours_have_a_revision_of_their_own(client: FlaskClient, ada: Headers, hours: str):
    charger = hours.removesuffix("/restricted-hours")

    chosen = client.put(hours, json={"choice": "none"}, headers=ada | {"If-Match": '"1"'})
    outdated = client.put(hours, json={"choice": "default"}, headers=ada | {"If-Match": '"1"'})

    assert chosen.headers["ETag"] == '"2"'
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, chosen.get_json())
    assert client.get(hours, headers=ada | {"If-None-Match": '"2"'}).status_code == 304
    assert client.get(charger, headers=ada).headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "choice"),
        ({"choice": "always"}, "choice"),
        ({"choice": None}, "choice"),
        ({"choice": ["none"]}, "choice"),
        ({"choice": "none", "until": "tomorrow"}, "until"),
        ({"choice": "none", "windows": [NIGHT]}, "windows"),
        ({"choice": "default", "windows": PEAK}, "windows"),
        ({"choice": "custom"}, "windows"),
        ({"choice": "custom", "windows": []}, "windows"),
        ({"choice": "custom", "windows": None}, "windows"),
        ({"choice": "custom", "windows": [NIGHT] * 51}, "windows"),
        ({"choice": "custom", "windows": [NIGHT, "night"]}, "windows.1"),
        ({"choice": "custom", "windows": [NIGHT | {"weekdays": []}]}, "windows.0.weekdays"),
        ({"choice": "custom", "windows": [NIGHT | {"weekdays": ["Mon"]}]}, "windows.0.weekdays"),
        ({"choice": "custom", "windows": [NIGHT | {"weekdays": "mon"}]}, "windows.0.weekdays"),
        ({"choice": "custom", "windows": [NIGHT | {"weekdays": ["sat", "sat"]}]}, "windows.0.weekdays"),
        ({"choice": "custom", "windows": [NIGHT | {"start": "24:00"}]}, "windows.0.start"),
        ({"choice": "custom", "windows": [NIGHT | {"start": "8:00"}]}, "windows.0.start"),
        ({"choice": "custom", "windows": [NIGHT | {"end": 6}]}, "windows.0.end"),
        ({"choice": "custom", "windows": [NIGHT | {"end": "22:00:30"}]}, "windows.0.end"),
        ({"choice": "custom", "windows": [NIGHT | {"rate": "0.30"}]}, "windows.0.rate"),
    ],
)
def test_a_choice_that_cannot_be_right_is_named_by_its_field(
    client: FlaskClient, ada: Headers, hours: str, body: dict[str, Any], field: str
):
    response = client.put(hours, json=body, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, [field])
    assert client.get(hours, headers=ada).headers["ETag"] == '"1"'


@pytest.mark.parametrize(("country", "windows"), [("GB", PEAK), ("FR", [])])
def test_the_offer_of_a_country_is_shown(
    client: FlaskClient, ada: Headers, country: str, windows: list[dict[str, Any]]
):
    response = client.get(f"/v1/restricted-hours/default?country={country}", headers=ada)

    assert response.get_json() == {"country": country, "windows": windows}


@pytest.mark.parametrize("query", ["", "?country=", "?country=gb", "?country=Narnia"])
def test_there_is_no_offer_of_what_is_no_country(client: FlaskClient, ada: Headers, query: str):
    response = client.get(f"/v1/restricted-hours/default{query}", headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, ["country"])


def test_a_stranger_cannot_choose(client: FlaskClient, hours: str, sign_in: SignIn):
    response = client.put(hours, json={"choice": "none"}, headers=sign_in())

    assert response.status_code == 404
