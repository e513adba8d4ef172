"""Sharing a home over HTTP: joining, roles, leaving, handing over."""

import dataclasses
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from homecharge.domain.access import MemberRole
from homecharge.observability.clock import ManualClock
from homecharge.storage.database import Database
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of, join

WRONG = "00000-00000"
CHARGER = {"identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "none"}}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def ben(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    """The path of a home of Ada's."""
    path: str = client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]
    return path


def code_of(client: FlaskClient, home: str, headers: Headers, **wish: object) -> str:
    code: str = client.post(f"{home}/join-code", json=wish, headers=headers).get_json()["code"]
    return code


def me(client: FlaskClient, headers: Headers) -> str:
    driver_id: str = client.get("/v1/me", headers=headers).get_json()["id"]
    return driver_id


def test_a_code_is_shown_again_until_it_is_revoked(client: FlaskClient, home: str, ada: Headers):
    made = client.post(f"{home}/join-code", json={"uses": 3}, headers=ada)
    shown = client.get(f"{home}/join-code", headers=ada)
    revoked = client.delete(f"{home}/join-code", headers=ada)
    gone = client.get(made.headers["Location"], headers=ada)

    document = made.get_json()
    assert (made.status_code, shown.get_json()) == (201, document)
    assert document["url"] == f"homecharge://app/join/{document['code']}"
    assert (document["role"], document["uses"], document["used"]) == ("user", 3, 0)
    assert document["expires_at"] == "2026-11-23T11:05:00Z"
    assert (revoked.status_code, gone.status_code) == (204, 404)


def test_a_code_is_looked_at_and_used(client: FlaskClient, home: str, ada: Headers, ben: Headers):
    code = code_of(client, home, ada)

    seen = client.get(f"/v1/locations/join/{code.lower()}", headers=ben)
    joined = client.post("/v1/locations/join", json={"code": code}, headers=ben)
    again = client.post("/v1/locations/join", json={"code": code}, headers=ben)

    assert seen.get_json() == {
        "code": code,
        "location_id": None,
        "location_name": "Home",
        "owner_name": "Ada",
        "role": "user",
        "is_member": False,
        "expires_at": "2026-11-23T11:05:00Z",
    }
    assert (joined.status_code, joined.headers["Location"], joined.headers["ETag"]) == (200, home, '"1"')
    assert joined.get_json()["my_role"] == "user"
    assert (again.status_code, again.get_json()) == (200, joined.get_json())
    assert [each["is_me"] for each in client.get(f"{home}/members", headers=ben).get_json()["items"]] == [False, True]


def test_only_the_owner_invites_admins(
    client: FlaskClient, database: Database, home: str, ada: Headers, ben: Headers, sign_in: SignIn
):
    join(client, database, id_of(home), ben, MemberRole.ADMIN)
    code = code_of(client, home, ada, role="admin")

    answers = [
        client.post(f"{home}/join-code", json={"role": "admin"}, headers=ben),
        client.get(f"{home}/join-code?role=admin", headers=ben),
        client.delete(f"{home}/join-code?role=admin", headers=ben),
    ]
    joined = client.post("/v1/locations/join", json={"code": code}, headers=sign_in())

    assert [(each.status_code, each.get_json(force=True)["needs_role"]) for each in answers] == [(403, "owner")] * 3
    assert joined.get_json()["my_role"] == "admin"
    assert client.post(f"{home}/join-code", headers=ben).status_code == 201


@pytest.mark.parametrize("body", [{"role": "owner"}, {"uses": 0}, {"uses": 21}, {"uses": "3"}, {"code": "mine"}])
def test_a_code_that_cannot_be_is_refused(client: FlaskClient, home: str, ada: Headers, body: dict[str, object]):
    response = client.post(f"{home}/join-code", json=body, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, list(body))


def test_a_wrong_code_and_an_expired_one_are_told_alike_and_a_mistyped_one_is_a_wrong_field(
    client: FlaskClient, clock: ManualClock, home: str, ada: Headers, sign_in: SignIn
):
    code = code_of(client, home, ada)
    clock.advance(timedelta(days=4))
    ben = sign_in()

    expired = client.post("/v1/locations/join", json={"code": code}, headers=ben).get_json(force=True)
    wrong = client.post("/v1/locations/join", json={"code": WRONG}, headers=ben).get_json(force=True)
    looked_at = client.get(f"/v1/locations/join/{WRONG}", headers=ben)
    mistyped = client.get("/v1/locations/join/K7Q29-MXP4A", headers=ben)

    assert expired | {"request_id": ""} == wrong | {"request_id": ""}
    assert (looked_at.status_code, wrong["status"], wrong["code"]) == (404, 404, "join_code_not_valid")
    assert (mistyped.status_code, list(mistyped.get_json(force=True)["errors"])) == (422, ["code"])


def limited(context: WebContext, rate: str) -> FlaskClient:
    settings = dataclasses.replace(context.settings, rate_join=rate)
    return create_app(dataclasses.replace(context, settings=settings)).test_client()


def test_nobody_guesses_for_long(context: WebContext, home: str, ada: Headers, ben: Headers):
    client = limited(context, "3/hour")
    code = code_of(client, home, ada)

    guesses = [client.get(f"/v1/locations/join/{WRONG}", headers=ben).status_code for _ in range(3)]
    stopped = client.get(f"/v1/locations/join/{code}", headers=ben)
    elsewhere = client.get(f"/v1/locations/join/{code}", headers=ben, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    as_another = client.get(f"/v1/locations/join/{code}", headers=ada)

    assert guesses == [404, 404, 404]
    assert [each.status_code for each in (stopped, elsewhere, as_another)] == [429, 429, 429]
    assert "Retry-After" in stopped.headers


def test_right_codes_and_mistyped_ones_are_not_counted(context: WebContext, home: str, ada: Headers, ben: Headers):
    client = limited(context, "1/hour")
    code = code_of(client, home, ada)

    for typed in (code, "K7Q29-MXP4A") * 3:
        client.get(f"/v1/locations/join/{typed}", headers=ben)

    assert client.post("/v1/locations/join", json={"code": code}, headers=ben).status_code == 200


def test_a_role_changes_with_its_revision(
    client: FlaskClient, database: Database, home: str, ada: Headers, ben: Headers
):
    join(client, database, id_of(home), ben, MemberRole.USER)
    path = f"{home}/members/{me(client, ben)}"

    changed = client.patch(path, json={"role": "admin"}, headers=ada | {"If-Match": '"1"'})
    outdated = client.patch(path, json={"role": "user"}, headers=ada | {"If-Match": '"1"'})
    seen = client.get(path, headers=ben)

    assert (changed.status_code, changed.headers["ETag"], changed.get_json()["role"]) == (200, '"2"', "admin")
    assert outdated.status_code == 412
    assert seen.get_json() == changed.get_json() | {"is_me": True}


@pytest.mark.parametrize("role", ["owner", "guest", None])
def test_a_home_has_one_owner(client: FlaskClient, home: str, ada: Headers, ben: Headers, role: str | None):
    response = client.patch(f"{home}/members/{me(client, ada)}", json={"role": role}, headers=ada)

    assert (response.status_code, list(response.get_json(force=True)["errors"])) == (422, ["role"])


def test_the_owner_hands_the_home_over_before_leaving_it(
    client: FlaskClient, database: Database, home: str, ada: Headers, ben: Headers
):
    join(client, database, id_of(home), ben, MemberRole.USER)
    heir = {"driver_id": me(client, ben)}

    kept = [
        client.delete(f"{home}/members/me", headers=ada),
        client.delete(f"{home}/members/{me(client, ada)}", headers=ada),
        client.delete("/v1/me", headers=ada),
    ]
    handed = client.post(f"{home}/transfer", json=heir, headers=ada)
    again = client.post(f"{home}/transfer", json=heir, headers=ada)
    gone = client.delete("/v1/me", headers=ada)

    told = [(each.status_code, each.get_json(force=True)["code"]) for each in kept]
    assert told == [(409, "must_transfer")] * 3
    assert {tuple(each.get_json(force=True)["location_ids"]) for each in kept} == {(id_of(home),)}
    assert (handed.status_code, handed.get_json()["my_role"]) == (200, "admin")
    assert (again.status_code, gone.status_code) == (403, 204)
    assert client.get(home, headers=ben).get_json()["my_role"] == "owner"


def test_a_home_that_is_not_shared_only_loses_its_chargers_first(client: FlaskClient, home: str, ada: Headers):
    client.post("/v1/chargers", json=CHARGER | {"location_id": id_of(home)}, headers=ada)

    response = client.delete("/v1/me", headers=ada)

    document = response.get_json(force=True)
    assert (response.status_code, document["code"], document["location_ids"]) == (409, "not_empty", [id_of(home)])


def test_who_leaves_sees_nothing_of_the_home_any_more(
    client: FlaskClient, database: Database, home: str, ada: Headers, ben: Headers
):
    join(client, database, id_of(home), ben, MemberRole.USER)
    charger = client.post("/v1/chargers", json=CHARGER | {"location_id": id_of(home)}, headers=ada).headers["Location"]

    left = client.delete(f"{home}/members/me", headers=ben)

    paths = (home, charger, f"{home}/members", f"{charger}/schedules")
    assert (left.status_code, {client.get(path, headers=ben).status_code for path in paths}) == (204, {404})
    assert client.get("/v1/locations", headers=ben).get_json()["items"] == []


def test_a_removal_has_a_precondition(client: FlaskClient, database: Database, home: str, ada: Headers, ben: Headers):
    join(client, database, id_of(home), ben, MemberRole.USER)
    path = f"{home}/members/{me(client, ben)}"

    kept = client.delete(path, headers=ada | {"If-Match": '"7"'})
    removed = client.delete(path, headers=ada | {"If-Match": '"1"'})
    gone = client.delete(path, headers=ada)

    assert (kept.status_code, removed.status_code, gone.status_code) == (412, 204, 404)
