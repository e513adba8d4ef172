"""Vehicles over HTTP."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from homecharge.domain.access import MemberRole
from homecharge.storage.database import Database
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of, join

LEAF = {"name": "Leaf", "battery_wh": 39_000, "max_power_w": 6_600, "efficiency_percent": 88}
SOC = {"percent": 55, "at": "2026-11-20T11:00:00Z"}
Json = dict[str, Any]


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    return client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]


@pytest.fixture
def leaf(client: FlaskClient, ada: Headers, home: str) -> str:
    return client.post(f"{home}/vehicles", json=LEAF, headers=ada).headers["Location"]


def test_a_vehicle_is_read_back_in_the_shape_it_was_made(client: FlaskClient, ada: Headers, home: str):
    made = client.post(f"{home}/vehicles", json=LEAF, headers=ada)

    found = client.get(made.headers["Location"], headers=ada)
    assert (made.status_code, made.headers["ETag"], found.headers["ETag"]) == (201, '"1"', '"1"')
    assert found.get_json().items() >= (LEAF | {"location_id": id_of(home), "soc": None}).items()
    assert found.get_json().keys() - LEAF.keys() == {"id", "location_id", "soc", "created_at", "updated_at"}
    assert client.get(f"{home}/vehicles", headers=ada).get_json()["items"] == [found.get_json()]


def test_what_is_not_known_of_a_car_may_be_left_out(client: FlaskClient, ada: Headers, home: str):
    made = client.post(f"{home}/vehicles", json={"name": "Leaf", "battery_wh": 39_000}, headers=ada).get_json()

    assert (made["max_power_w"], made["efficiency_percent"]) == (None, 90)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", wrong) for wrong in ("", None, 1)],
        *[("battery_wh", wrong) for wrong in (999, 300_001, "39000", None)],
        *[("max_power_w", wrong) for wrong in (999, 350_001, 7.4)],
        *[("efficiency_percent", wrong) for wrong in (49, 101, None)],
        *[("soc", {"percent": 50}), ("colour", "red")],
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(
    client: FlaskClient, ada: Headers, home: str, leaf: str, field: str, value: object
):
    added = client.post(f"{home}/vehicles", json=LEAF | {field: value}, headers=ada)
    changed = client.patch(leaf, json={field: value}, headers=ada)

    for refused in (added, changed):
        assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field])
    assert client.get(leaf, headers=ada).headers["ETag"] == '"1"'


@pytest.mark.parametrize(
    "extreme",
    [
        {"battery_wh": 1_000, "max_power_w": 1_000, "efficiency_percent": 50},
        {"battery_wh": 300_000, "max_power_w": 350_000, "efficiency_percent": 100},
    ],
)
def test_the_limits_themselves_are_taken(client: FlaskClient, ada: Headers, leaf: str, extreme: Json):
    changed = client.patch(leaf, json=extreme, headers=ada)

    assert changed.get_json().items() >= extreme.items()


def test_a_vehicle_is_changed_field_by_field(client: FlaskClient, ada: Headers, leaf: str):
    changed = client.patch(leaf, json={"max_power_w": None}, headers=ada | {"If-Match": '"1"'})
    outdated = client.patch(leaf, json={"name": "Zoe"}, headers=ada | {"If-Match": '"1"'})

    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.get_json()["name"], changed.get_json()["max_power_w"]) == ("Leaf", None)
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, changed.get_json())


def test_a_state_of_charge_is_put_and_shown(client: FlaskClient, ada: Headers, leaf: str):
    put = client.put(f"{leaf}/soc", json=SOC, headers=ada)
    late = client.put(f"{leaf}/soc", json={"percent": 20, "at": "2026-11-20T10:59:59Z"}, headers=ada)

    assert (put.status_code, put.headers["ETag"], put.get_json()["soc"]) == (200, '"1"', SOC)
    assert late.get_json() == put.get_json() == client.get(leaf, headers=ada).get_json()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("percent", wrong) for wrong in (-1, 101, 55.5, None)],
        *[("at", wrong) for wrong in ("2026-11-20T11:06:01Z", "2026-11-20T11:00:00", None)],
    ],
)
def test_a_wrong_state_of_charge_is_named(client: FlaskClient, ada: Headers, leaf: str, field: str, value: object):
    refused = client.put(f"{leaf}/soc", json=SOC | {field: value}, headers=ada)

    assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field])
    assert client.get(leaf, headers=ada).get_json()["soc"] is None


def test_any_member_says_how_full_a_car_is_and_admins_edit_it(
    client: FlaskClient, database: Database, sign_in: SignIn, home: str, leaf: str
):
    user, admin, stranger = sign_in(), sign_in(), sign_in()
    join(client, database, id_of(home), user, MemberRole.USER)
    join(client, database, id_of(home), admin, MemberRole.ADMIN)

    assert client.put(f"{leaf}/soc", json=SOC, headers=user).status_code == 200
    assert client.get(f"{home}/vehicles", headers=user).get_json()["items"][0]["soc"] == SOC
    for refused in (
        client.post(f"{home}/vehicles", json=LEAF, headers=user),
        client.patch(leaf, json={"name": "Mine"}, headers=user),
        client.delete(leaf, headers=user),
    ):
        assert (refused.status_code, refused.get_json(force=True)["needs_role"]) == (403, "admin")
    for unseen in (
        client.get(f"{home}/vehicles", headers=stranger),
        client.get(leaf, headers=stranger),
        client.put(f"{leaf}/soc", json=SOC, headers=stranger),
        client.delete(leaf, headers=stranger),
    ):
        assert unseen.status_code == 404
    assert client.patch(leaf, json={"name": "Ours"}, headers=admin).status_code == 200
    assert client.delete(leaf, headers=admin).status_code == 204
    assert client.get(leaf, headers=admin).status_code == 404


def test_what_has_a_vehicle_is_named_when_it_is_to_go(client: FlaskClient, ada: Headers, home: str, leaf: str):
    hours = {"choice": "none"}
    body = {"location_id": id_of(home), "identity": "CP1", "name": "Drive", "restricted_hours": hours}
    charger = client.post("/v1/chargers", json=body, headers=ada).headers["Location"]
    plain = {
        "kind": "smart",
        "on": {"weekdays": ["mon"]},
        "ready_by": "07:30",
        "target": {"kind": "soc", "percent": 80},
    }

    nameless = client.post(f"{charger}/schedules", json=plain, headers=ada)
    made = client.post(f"{charger}/schedules", json=plain | {"vehicle_id": id_of(leaf)}, headers=ada)
    chosen = client.patch(charger, json={"vehicle_id": id_of(leaf)}, headers=ada)
    refused = client.delete(leaf, headers=ada)

    assert (nameless.status_code, list(nameless.get_json(force=True)["errors"])) == (422, ["vehicle_id"])
    assert (made.status_code, made.get_json()["vehicle_id"]) == (201, id_of(leaf))
    assert (chosen.status_code, chosen.get_json()["vehicle_id"]) == (200, id_of(leaf))
    problem = refused.get_json(force=True)
    assert (refused.status_code, problem["code"]) == (409, "in_use")
    assert (problem["charger_ids"], problem["schedule_ids"]) == ([id_of(charger)], [made.get_json()["id"]])


def test_the_same_key_adds_one_vehicle(client: FlaskClient, ada: Headers, home: str):
    keyed = ada | {"Idempotency-Key": "once"}

    first, again = (client.post(f"{home}/vehicles", json=LEAF, headers=keyed) for _ in range(2))

    assert again.get_json() == first.get_json()
    assert len(client.get(f"{home}/vehicles", headers=ada).get_json()["items"]) == 1
