"""Homes over HTTP."""

import pytest
from flask.testing import FlaskClient

from homecharge.domain.access import MemberRole
from homecharge.storage.database import Database
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of, join


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    """The path of a home of Ada's."""
    path: str = client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]
    return path


def test_a_new_home_is_answered_as_it_is_found_later(client: FlaskClient, ada: Headers):
    created = client.post("/v1/locations", json=HOME, headers=ada)

    document = created.get_json()
    found = client.get(created.headers["Location"], headers=ada)
    assert (created.status_code, created.headers["ETag"]) == (201, '"1"')
    assert found.get_json() == document
    assert found.headers["ETag"] == '"1"'
    assert document.items() >= HOME.items()
    assert document["my_role"] == "owner"
    assert {"view_location", "add_chargers", "delete_location"} <= set(document["permissions"])
    assert document["created_at"] == document["updated_at"] == "2026-11-20T11:05:00Z"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", wrong) for wrong in ("", " ", "x" * 101, "a\nb", 7, None, ["Home"])],
        *[("country", wrong) for wrong in ("gb", "UK", "GBR", "", 44, None, {})],
        *[("time_zone", wrong) for wrong in ("GMT+1:00", "europe/london", "", 1, None)],
        *[("currency", wrong) for wrong in ("gbp", "POUND", "", 826, None)],
        *[("my_role", "owner"), ("id", "mine"), ("accept_any", True)],
    ],
)
def test_a_wrong_field_is_named(client: FlaskClient, ada: Headers, home: str, method: str, field: str, value: object):
    path = "/v1/locations" if method == "POST" else home

    response = client.open(path, method=method, json=HOME | {field: value}, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, [field])


@pytest.mark.parametrize("field", sorted(HOME))
def test_a_missing_field_is_named(client: FlaskClient, ada: Headers, field: str):
    body = {name: value for name, value in HOME.items() if name != field}

    response = client.post("/v1/locations", json=body, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, [field])


def test_every_wrong_place_is_named_at_once(client: FlaskClient, ada: Headers):
    body = {"name": "Nowhere", "country": "ZZ", "time_zone": "Nowhere", "currency": "ZZZ"}

    response = client.post("/v1/locations", json=body, headers=ada)

    assert set(response.get_json(force=True)["errors"]) == {"country", "time_zone", "currency"}


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_strangers_home_does_not_exist(client: FlaskClient, home: str, sign_in: SignIn, method: str):
    response = client.open(home, method=method, json={} if method == "PATCH" else None, headers=sign_in())

    assert (response.status_code, response.get_json(force=True)["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("role", "method", "needed"),
    [("user", "PATCH", "admin"), ("user", "DELETE", "owner"), ("admin", "DELETE", "owner")],
)
def test_a_member_with_too_low_a_role_is_told_which_it_takes(
    client: FlaskClient, database: Database, home: str, sign_in: SignIn, role: str, method: str, needed: str
):
    join(client, database, id_of(home), bob := sign_in(), MemberRole(role))

    response = client.open(home, method=method, json={"name": "Bob's"} if method == "PATCH" else None, headers=bob)

    document = response.get_json(force=True)
    assert (response.status_code, document["code"], document["needs_role"]) == (403, "role_insufficient", needed)
    assert client.get(home, headers=bob).get_json()["my_role"] == role


def test_an_admin_edits_the_home(client: FlaskClient, database: Database, home: str, sign_in: SignIn):
    join(client, database, id_of(home), bob := sign_in(), MemberRole.ADMIN)

    response = client.patch(home, json={"name": "Cottage"}, headers=bob)

    assert (response.status_code, response.get_json()["name"], response.headers["ETag"]) == (200, "Cottage", '"2"')


def test_a_home_has_a_revision(client: FlaskClient, ada: Headers, home: str):
    renamed = client.patch(home, json={"name": "Cottage"}, headers=ada | {"If-Match": '"1"'})
    outdated = client.patch(home, json={"name": "Hut"}, headers=ada | {"If-Match": '"1"'})
    kept = client.delete(home, headers=ada | {"If-Match": '"1"'})
    unchanged = client.get(home, headers=ada | {"If-None-Match": '"2"'})

    assert renamed.headers["ETag"] == '"2"'
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, renamed.get_json())
    assert kept.status_code == 412
    assert unchanged.status_code == 304


def test_the_list_shows_whole_homes_oldest_first(client: FlaskClient, ada: Headers, sign_in: SignIn):
    documents = [client.post("/v1/locations", json=HOME | {"name": name}, headers=ada).get_json() for name in "abc"]
    client.post("/v1/locations", json=HOME, headers=sign_in())

    first = client.get("/v1/locations?limit=2", headers=ada).get_json()
    second = client.get(f"/v1/locations?limit=2&cursor={first['next_cursor']}", headers=ada).get_json()

    assert first["items"] + second["items"] == documents
    assert second["next_cursor"] is None


def test_an_empty_home_can_go_and_a_full_one_cannot(client: FlaskClient, ada: Headers, home: str):
    charger = {"location_id": id_of(home), "identity": "CP1", "name": "Drive"}
    hours = {"restricted_hours": {"choice": "none"}}
    path = client.post("/v1/chargers", json=charger | hours, headers=ada).headers["Location"]

    refused = client.delete(home, headers=ada)
    client.delete(path, headers=ada)
    gone = client.delete(home, headers=ada)

    assert refused.status_code == 409
    assert {"code": "not_empty", "charger_ids": [id_of(path)]}.items() <= refused.get_json(force=True).items()
    assert (gone.status_code, gone.data) == (204, b"")
    assert client.get(home, headers=ada).status_code == 404
    assert client.get("/v1/locations", headers=ada).get_json() == {"items": [], "next_cursor": None}


SURPLUS = {"power_w": 2_400, "at": "2026-11-20T11:00:00Z"}


def test_a_home_shows_the_surplus_that_its_meter_posts(
    client: FlaskClient, database: Database, sign_in: SignIn, ada: Headers, home: str
):
    user, stranger = sign_in(), sign_in()
    join(client, database, id_of(home), user, MemberRole.USER)

    before = client.get(home, headers=ada).get_json()
    posted = client.post(f"{home}/surplus", json=SURPLUS, headers=user)
    late = client.post(f"{home}/surplus", json={"power_w": 0, "at": "2026-11-20T10:59:59Z"}, headers=user)

    assert before["surplus"] is None
    assert (posted.status_code, posted.headers["ETag"]) == (200, '"1"')
    assert posted.get_json()["surplus"] == late.get_json()["surplus"] == SURPLUS
    assert client.get(home, headers=ada).get_json() == before | {"surplus": SURPLUS}
    assert client.post(f"{home}/surplus", json=SURPLUS, headers=stranger).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("power_w", wrong) for wrong in (-1, 1_000_001, 2.5, "2400", None)],
        *[("at", wrong) for wrong in ("2026-11-20T11:06:01Z", "now", None)],
    ],
)
def test_a_wrong_surplus_is_named(client: FlaskClient, ada: Headers, home: str, field: str, value: object):
    refused = client.post(f"{home}/surplus", json=SURPLUS | {field: value}, headers=ada)

    assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field])
    assert client.get(home, headers=ada).get_json()["surplus"] is None
