"""Chargers over HTTP."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Role
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME, Headers, id_of, join

CHARGER = {"identity": "CP-1.a_Z", "name": "Drive", "restricted_hours": {"choice": "default"}}
SETTINGS = {
    "name": "Garage",
    "charge_now": True,
    "start_mode": "free_vend",
    "remote_start_tag": "04A1B2C3D4E5F60718!~",
    "random_delay_max_s": 1800,
    "applies_own_delay": True,
    "phases": 3,
    "voltage_v": 240,
    "min_current_a": 8,
    "max_current_a": 16,
    "vehicle_id": None,
    "solar": "only",
    "accept_any": True,
}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home_id(client: FlaskClient, ada: Headers) -> str:
    found: str = client.post("/v1/locations", json=HOME, headers=ada).get_json()["id"]
    return found


@pytest.fixture
def charger(client: FlaskClient, ada: Headers, home_id: str) -> str:
    """The path of a charger of Ada's."""
    body = CHARGER | {"location_id": home_id}
    path: str = client.post("/v1/chargers", json=body, headers=ada).headers["Location"]
    return path


def test_a_new_charger_is_told_where_to_connect_and_its_password_once(client: FlaskClient, ada: Headers, home_id: str):
    created = client.post("/v1/chargers", json=CHARGER | {"location_id": home_id}, headers=ada)

    document = created.get_json()
    ocpp = document.pop("ocpp")
    found = client.get(created.headers["Location"], headers=ada)
    assert (created.status_code, created.headers["ETag"]) == (201, '"1"')
    assert ocpp.keys() == {"url", "password"}
    assert ocpp["url"] == "ws://127.0.0.1:9000/ocpp/CP-1.a_Z"
    assert re.fullmatch(r"[A-Za-z0-9_-]{20}", ocpp["password"])
    assert found.get_json() == document


def test_a_new_charger_has_the_defaults_of_the_contract(client: FlaskClient, ada: Headers, charger: str):
    document = client.get(charger, headers=ada).get_json()

    unknown = dict.fromkeys(["vendor", "model", "serial_number", "firmware_version", "proposed_start_mode"])
    connector = {
        "id": 1,
        "state": "unknown",
        "plugged_in": None,
        "error_code": None,
        "reported_at": None,
        "stale": True,
    }
    never = {"state": "never", **dict.fromkeys(["first_seen_at", "last_seen_at", "protocol", "last_refusal"])}
    settings = {
        "charge_now": False,
        "start_mode": "controlled",
        "remote_start_tag": None,
        "random_delay_max_s": 600,
        "applies_own_delay": False,
        "phases": 1,
        "voltage_v": 230,
        "min_current_a": 6,
        "max_current_a": 32,
        "vehicle_id": None,
        "solar": "off",
        "accept_any": False,
    }
    expected = {"identity": "CP-1.a_Z", "name": "Drive", **unknown, **settings, "capabilities": {}}
    assert document.items() >= expected.items()
    assert (document["connection"], document["active_session"], document["station"]) == (never, None, None)
    assert (document["connector"], document["connectors"]) == (connector, [connector])


def test_a_replayed_creation_leaves_the_password_out(client: FlaskClient, ada: Headers, home_id: str):
    headers = ada | {"Idempotency-Key": "one-try"}
    body = CHARGER | {"location_id": home_id}

    first = client.post("/v1/chargers", json=body, headers=headers)
    again = client.post("/v1/chargers", json=body, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json()["id"] == first.get_json()["id"]
    assert again.get_json()["secret_omitted"] is True
    assert first.get_json()["ocpp"]["password"] not in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("location_id", wrong) for wrong in ("", "home", 1, None)],
        *[("identity", wrong) for wrong in ("", "x" * 49, "a b", "a/b", "ü", "CP1\n", "CP:1", 1, None)],
        *[("name", wrong) for wrong in ("", "x" * 101, "a\x00b", None)],
        *[("restricted_hours", wrong) for wrong in ("default", [], None)],
        *[("restricted_hours.choice", {"choice": wrong}) for wrong in ("all", "", 1, None)],
        ("restricted_hours.choice", {"windows": []}),
        ("restricted_hours.windows", {"choice": "custom"}),
        ("restricted_hours.windows", {"choice": "custom", "windows": "nightly"}),
        ("restricted_hours.windows.0.start", {"choice": "custom", "windows": [{"weekdays": ["mon"], "end": "06:00"}]}),
        ("password", "my own"),
        ("id", "my own"),
    ],
)
def test_a_wrong_field_of_a_new_charger_is_named(
    client: FlaskClient, ada: Headers, home_id: str, field: str, value: object
):
    body = CHARGER | {"location_id": home_id} | {field.partition(".")[0]: value}

    response = client.post("/v1/chargers", json=body, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, [field])


@pytest.mark.parametrize("field", ["location_id", "identity", "name", "restricted_hours"])
def test_a_missing_field_of_a_new_charger_is_named(client: FlaskClient, ada: Headers, home_id: str, field: str):
    body = {name: value for name, value in (CHARGER | {"location_id": home_id}).items() if name != field}

    response = client.post("/v1/chargers", json=body, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, [field])


def test_outside_great_britain_the_choice_may_be_left_open(client: FlaskClient, ada: Headers):
    home = client.post("/v1/locations", json=HOME | {"country": "FR"}, headers=ada).get_json()
    body = {"location_id": home["id"], "identity": "CP1", "name": "Drive"}

    created = client.post("/v1/chargers", json=body, headers=ada)

    assert (created.status_code, created.get_json()["random_delay_max_s"]) == (201, 0)


def test_an_identity_belongs_to_one_charger(client: FlaskClient, ada: Headers, home_id: str, charger: str):
    response = client.post("/v1/chargers", json=CHARGER | {"location_id": home_id}, headers=ada)

    document = response.get_json(force=True)
    assert (response.status_code, document["code"]) == (409, "identity_taken")
    assert document["charger_id"] == id_of(charger)


@pytest.mark.parametrize("role", ["user", "admin"])
def test_only_the_owner_adds_chargers(
    client: FlaskClient, database: Database, home_id: str, sign_in: SignIn, role: str
):
    join(client, database, home_id, bob := sign_in(), MemberRole(role))

    response = client.post("/v1/chargers", json=CHARGER | {"location_id": home_id}, headers=bob)

    assert (response.status_code, response.get_json(force=True)["needs_role"]) == (403, "owner")


def test_a_charger_cannot_be_added_to_a_strangers_home(client: FlaskClient, home_id: str, sign_in: SignIn):
    response = client.post("/v1/chargers", json=CHARGER | {"location_id": home_id}, headers=sign_in())

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("method", "below"),
    [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/ocpp-password"), ("GET", "/restricted-hours")],
)
def test_a_strangers_charger_does_not_exist(
    client: FlaskClient, charger: str, sign_in: SignIn, method: str, below: str
):
    body = {} if method == "PATCH" else None

    response = client.open(charger + below, method=method, json=body, headers=sign_in())

    assert (response.status_code, response.get_json(force=True)["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("role", "operation", "needed"),
    [
        ("user", "PATCH ", "admin"),
        ("user", "POST /ocpp-password", "admin"),
        ("user", "PUT /restricted-hours", "admin"),
        ("user", "DELETE ", "owner"),
        ("admin", "DELETE ", "owner"),
    ],
)
def test_a_member_with_too_low_a_role_is_told_which_it_takes(
    client: FlaskClient,
    database: Database,
    home_id: str,
    charger: str,
    sign_in: SignIn,
    *,
    role: str,
    operation: str,
    needed: str,
):
    join(client, database, home_id, bob := sign_in(), MemberRole(role))
    method, _, below = operation.partition(" ")
    bodies = {"PATCH": {"name": "Bob's"}, "PUT": {"choice": "none"}}

    response = client.open(charger + below, method=method, json=bodies.get(method), headers=bob)

    document = response.get_json(force=True)
    assert (response.status_code, document["code"], document["needs_role"]) == (403, "role_insufficient", needed)
    assert client.get(charger, headers=bob).status_code == 200


def test_every_setting_can_be_changed_and_is_read_back(client: FlaskClient, ada: Headers, charger: str):
    changed = client.patch(charger, json=SETTINGS, headers=ada)

    found = client.get(charger, headers=ada)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.get_json().items() >= SETTINGS.items()
    assert found.get_json() == changed.get_json()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", wrong) for wrong in ("", None, 1)],
        *[("charge_now", wrong) for wrong in ("true", 1, None)],
        *[("start_mode", wrong) for wrong in ("free-vend", "", None, 1)],
        *[("remote_start_tag", wrong) for wrong in ("", "x" * 21, "a b", "é", "TAG\n", 7)],
        *[("random_delay_max_s", wrong) for wrong in (-1, 1801, 1.5, "600", True, None)],
        *[("applies_own_delay", wrong) for wrong in ("no", 1, None)],
        *[("phases", wrong) for wrong in (0, 4, "1", None)],
        *[("voltage_v", wrong) for wrong in (0, 99, 501, None)],
        *[("min_current_a", wrong) for wrong in (5, 81, 33, 6.5, None)],
        *[("max_current_a", wrong) for wrong in (5, 81, "32", None)],
        *[("vehicle_id", wrong) for wrong in ("", "car", "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d", 1)],
        *[("solar", wrong) for wrong in ("on", "", True, None)],
        *[("accept_any", wrong) for wrong in ("yes", 0, None)],
        *[("identity", "CP2"), ("location_id", "elsewhere"), ("restricted_hours", {"choice": "none"})],
    ],
)
def test_a_wrong_setting_is_named_and_nothing_changes(
    client: FlaskClient, ada: Headers, charger: str, field: str, value: object
):
    response = client.patch(charger, json={field: value}, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, [field])
    assert client.get(charger, headers=ada).headers["ETag"] == '"1"'


def test_a_charger_has_a_revision(client: FlaskClient, ada: Headers, charger: str):
    renamed = client.patch(charger, json={"name": "Garage"}, headers=ada | {"If-Match": '"1"'})
    outdated = client.patch(charger, json={"name": "Shed"}, headers=ada | {"If-Match": '"1"'})
    kept = client.delete(charger, headers=ada | {"If-Match": '"1"'})
    unchanged = client.get(charger, headers=ada | {"If-None-Match": '"2"'})

    assert renamed.headers["ETag"] == '"2"'
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, renamed.get_json())
    assert kept.status_code == 412
    assert unchanged.status_code == 304


def test_the_list_shows_whole_chargers_oldest_first_of_one_home_if_asked(
    client: FlaskClient, ada: Headers, home_id: str
):
    second_home = client.post("/v1/locations", json=HOME, headers=ada).get_json()["id"]
    paths = [
        client.post("/v1/chargers", json=CHARGER | place, headers=ada).headers["Location"]
        for place in (
            {"identity": "A", "location_id": home_id},
            {"identity": "B", "location_id": second_home},
            {"identity": "C", "location_id": home_id},
        )
    ]
    documents = [client.get(path, headers=ada).get_json() for path in paths]

    first = client.get("/v1/chargers?limit=2", headers=ada).get_json()
    second = client.get(f"/v1/chargers?limit=2&cursor={first['next_cursor']}", headers=ada).get_json()
    of_one = client.get(f"/v1/chargers?location_id={second_home}", headers=ada).get_json()

    assert first["items"] + second["items"] == documents
    assert of_one == {"items": [documents[1]], "next_cursor": None}


def test_a_strangers_home_has_no_chargers_to_list(client: FlaskClient, home_id: str, charger: str, sign_in: SignIn):
    listed = client.get(f"/v1/chargers?location_id={home_id}", headers=sign_in())
    refused = client.get("/v1/chargers?location_id=home", headers=sign_in())

    assert listed.get_json() == {"items": [], "next_cursor": None}
    assert list(refused.get_json(force=True)["errors"]) == ["location_id"]


def test_the_owner_sees_the_line_and_why_it_was_refused(
    client: FlaskClient, database: Database, ada: Headers, charger: str
):
    refusal = {"at": "2026-11-20T11:04:59.500000+00:00", "reason": "wrong_password"}
    seen = {"first_seen_at": START, "last_seen_at": START, "protocol": "ocpp1.6", "last_refusal": refusal}
    with database.write() as db:
        db.execute(update(Charger).where(Charger.id == id_of(charger)).values(seen))

    connection = client.get(charger, headers=ada).get_json()["connection"]

    assert connection == {
        "state": "offline",
        "first_seen_at": "2026-11-20T11:05:00Z",
        "last_seen_at": "2026-11-20T11:05:00Z",
        "protocol": "ocpp1.6",
        "last_refusal": {"at": "2026-11-20T11:04:59Z", "reason": "wrong_password"},
    }


def test_a_new_password_is_told_once_and_is_another_one(client: FlaskClient, ada: Headers, home_id: str):
    created = client.post("/v1/chargers", json=CHARGER | {"location_id": home_id}, headers=ada)
    path = f"{created.headers['Location']}/ocpp-password"

    first = client.post(path, headers=ada | {"Idempotency-Key": "one-try"})
    replayed = client.post(path, headers=ada | {"Idempotency-Key": "one-try"})

    before, after = created.get_json()["ocpp"], first.get_json()["ocpp"]
    assert (first.status_code, after["url"]) == (200, before["url"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{20}", after["password"])
    assert after["password"] != before["password"]
    assert replayed.get_json() == {"ocpp": {"url": before["url"]}, "secret_omitted": True}


def test_a_removed_charger_is_gone_and_its_identity_free(client: FlaskClient, ada: Headers, home_id: str, charger: str):
    removed = client.delete(charger, headers=ada)

    again = client.post("/v1/chargers", json=CHARGER | {"location_id": home_id}, headers=ada)
    assert (removed.status_code, removed.data) == (204, b"")
    assert client.get(charger, headers=ada).status_code == 404
    assert client.delete(charger, headers=ada).status_code == 404
    assert again.status_code == 201


def test_an_operator_gives_an_identity_free(client: FlaskClient, ada: Headers, charger: str, sign_in: SignIn):
    charger_id = id_of(charger)
    path, operator = f"/v1/operator/chargers/{charger_id}/release", sign_in(Role.OPERATOR)

    released = client.post(path, headers=operator)

    again = client.post(path, headers=operator)
    noted = client.get(f"/v1/operator/audit?charger_id={charger_id}", headers=operator).get_json()["items"]
    assert released.status_code == 200
    assert [(entry["action"], entry["detail"]) for entry in noted] == [("charger.released", {"identity": "CP-1.a_Z"})]
    assert released.get_json() == {
        "charger_id": charger_id,
        "identity": "CP-1.a_Z",
        "released_at": "2026-11-20T11:05:00Z",
    }
    assert client.get(charger, headers=ada).status_code == 404
    assert again.status_code == 404


@pytest.mark.parametrize("role", [Role.DRIVER, Role.SUPPORT])
def test_nobody_but_operators_gives_identities_free(client: FlaskClient, charger: str, sign_in: SignIn, role: Role):
    path = f"/v1/operator/chargers/{id_of(charger)}/release"

    response = client.post(path, headers=sign_in(role))

    assert (response.status_code, response.get_json(force=True)["needs_role"]) == (403, "operator")
