"""The first screen over HTTP."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of

NIGHTLY = {"kind": "manual", "on": {"weekdays": ["fri", "sat"]}, "start_time": "20:00", "end_time": "23:00"}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


def test_the_first_screen_is_one_call(client: FlaskClient, ada: Headers):
    home = client.post("/v1/locations", json=HOME, headers=ada).get_json()
    body = {"identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "none"}}
    made = client.post("/v1/chargers", json=body | {"location_id": home["id"]}, headers=ada).headers["Location"]
    charger = client.get(made, headers=ada).get_json()
    schedule = client.post(f"{made}/schedules", json=NIGHTLY, headers=ada).get_json()
    boost = client.post(f"{made}/boost", json={"limit": None}, headers=ada).get_json()
    client.post(f"/v1/sessions/{boost['id']}/cancel", headers=ada)
    cancelled = client.get(f"/v1/sessions/{boost['id']}", headers=ada).get_json()

    screen = client.get("/v1/home", headers=ada).get_json()

    assert (screen["locations"], screen["active_session"], screen["is_complete"]) == ([home], None, True)
    [shown] = screen["chargers"]
    assert shown.items() >= charger.items()
    assert shown["next_occurrence"] == screen["next_occurrence"]
    assert shown["last_session"] == screen["last_session"]
    assert screen["last_session"].items() <= cancelled.items()
    upcoming = screen["next_occurrence"]
    assert upcoming.items() >= schedule["occurrences"][0].items()
    assert (upcoming["charger_id"], upcoming["summary"]) == (id_of(made), schedule["summary"])
    outlook = client.get(f"/v1/schedules/{schedule['id']}/outlook", headers=ada).get_json()
    assert (upcoming["outlook"], outlook["verdict"]) == (outlook, "will_not_start")
    assert screen["attention"] == [
        {
            "code": "will_not_start",
            "severity": "error",
            "since": None,
            "title": "The next charge will not start",
            "detail": f"The charge at 20:00: {outlook['checks'][0]['detail']}",
            "action": {"kind": "check_wifi", "target": id_of(made)},
            "location_id": home["id"],
            "charger_id": id_of(made),
            "occurrence_id": upcoming["id"],
        },
        {
            "code": "never_connected",
            "severity": "warning",
            "since": "2026-11-20T11:05:00Z",
            "title": "Charger not connected yet",
            "detail": "Drive has never connected. Tell it the address and the password that it was given.",
            "action": {"kind": "connect_charger", "target": id_of(made)},
            "location_id": home["id"],
            "charger_id": id_of(made),
            "occurrence_id": None,
        },
        {
            "code": "no_tariff",
            "severity": "info",
            "since": None,
            "title": "No tariff",
            "detail": "What charging costs is not shown, and nothing is planned by price, until the home has a tariff.",
            "action": {"kind": "add_tariff", "target": home["id"]},
            "location_id": home["id"],
            "charger_id": None,
            "occurrence_id": None,
        },
    ]


def test_strangers_homes_are_on_nobodys_screen(client: FlaskClient, ada: Headers, sign_in: SignIn):
    client.post("/v1/locations", json=HOME, headers=ada)

    assert client.get("/v1/home", headers=sign_in()).get_json()["locations"] == []
