"""Local token groups over HTTP."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from homecharge.domain.token_groups import MOST_SHOWN
from homecharge.storage.database import Database
from homecharge.storage.models import GroupToken, TokenGroup
from homecharge.storage.types import new_id
from tests.web.conftest import START
from tests.web.homes import Headers

PATH = "/v1/operator/token-groups"
NOBODY = "00000000-0000-7000-8000-000000000001"
VAN = {"uid": "04a1b2c3d4", "name": "Van 7", "valid": True}
CHARGER = {"identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "none"}}


@pytest.fixture
def charger(client: FlaskClient, owner: Headers, home: str) -> str:
    return client.post("/v1/chargers", json=CHARGER | {"location_id": home}, headers=owner).get_json()["id"]


@pytest.fixture
def group(client: FlaskClient, operator: Headers, home: str) -> str:
    """The path of a group with one token."""
    body = {"name": "Depot", "location_ids": [home], "tokens": [VAN]}
    return client.post(PATH, json=body, headers=operator).headers["Location"]


@pytest.fixture
def homes_own(database: Database, home: str) -> str:
    """The path of a home's own group, with a card."""
    dates = {"revision": 1, "created_at": START, "updated_at": START}
    own = {"id": new_id(), "name": "Ada's", "home_id": home, "allow_concurrent": False} | dates
    card = {"id": new_id(), "group_id": own["id"], "uid": "CARD", "uid_key": "CARD", "name": "Ada"} | dates
    with database.write() as db:
        db.execute(insert(TokenGroup).values(own))
        db.execute(insert(GroupToken).values(card))
    return f"{PATH}/{own['id']}"


def test_a_group_is_shown_with_what_it_covers_and_how_many_tokens_it_has(
    client: FlaskClient, operator: Headers, agent: Headers, home: str, charger: str
):
    places = {"name": "Depot", "location_ids": [home], "charger_ids": [charger], "allow_concurrent": True}

    made = client.post(PATH, json=places | {"tokens": [VAN, {"uid": "B", "name": "Van 8"}]}, headers=operator)

    again = client.get(made.headers["Location"], headers=agent)
    shown = again.get_json()
    tokens = client.get(f"{made.headers['Location']}/tokens", headers=agent).get_json()["items"]
    assert (made.status_code, made.headers["ETag"], made.get_json()) == (201, again.headers["ETag"], shown)
    assert {name: shown[name] for name in places} == places
    assert (shown["home"], shown["token_count"]) == (None, 2)
    assert {(token["uid"], token["name"], token["valid"]) for token in tokens} == {
        ("04a1b2c3d4", "Van 7", True),
        ("B", "Van 8", True),
    }
    assert shown["tokens"] == tokens[::-1]
    assert client.get(PATH, headers=agent).get_json()["items"] == [shown]


def test_a_group_comes_with_its_oldest_tokens_and_as_many_as_one_page_shows(
    client: FlaskClient, operator: Headers, group: str
):
    names = [f"Van {number}" for number in range(MOST_SHOWN)]
    tokens = [{"uid": f"V{number}", "name": name} for number, name in enumerate(names)]
    large = client.post(PATH, json={"name": "Fleet", "tokens": [*tokens, VAN]}, headers=operator).get_json()
    client.post(PATH, json={"name": "None yet"}, headers=operator)

    shown = client.get(PATH, headers=operator).get_json()["items"]

    assert [(each["name"], len(each["tokens"]), each["token_count"]) for each in shown] == [
        ("None yet", 0, 0),
        ("Fleet", MOST_SHOWN, MOST_SHOWN + 1),
        ("Depot", 1, 1),
    ]
    assert [token["name"] for token in shown[1]["tokens"]] == names
    assert shown[1] == large


def test_a_group_is_another_once_its_tokens_are(client: FlaskClient, operator: Headers, group: str):
    before = client.get(group, headers=operator).headers["ETag"]
    client.patch(f"{group}/tokens/{VAN['uid']}", json={"valid": False}, headers=operator)

    after = client.get(group, headers=operator | {"If-None-Match": before})

    assert (after.status_code, after.get_json()["tokens"][0]["valid"]) == (200, False)


def test_a_group_is_changed_to_cover_other_places(client: FlaskClient, operator: Headers, group: str, charger: str):
    changes = {"name": "Yard", "location_ids": [], "charger_ids": [charger, charger]}

    first = {"If-Match": client.get(group, headers=operator).headers["ETag"]}
    changed = client.patch(group, json=changes, headers=operator | first)
    same = client.patch(group, json={"charger_ids": [charger]}, headers=operator)
    outdated = client.patch(group, json={"name": "Depot"}, headers=operator | first)
    unknown = client.patch(group, json={"charger_ids": [charger, NOBODY]}, headers=operator)

    shown = changed.get_json()
    assert (shown["name"], shown["location_ids"], shown["charger_ids"]) == ("Yard", [], [charger])
    assert changed.headers["ETag"] == same.headers["ETag"]
    assert client.get(group, headers=operator).get_json() == shown
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, shown)
    assert list(unknown.get_json(force=True)["errors"]) == ["charger_ids.1"]


def test_a_location_that_is_gone_is_covered_no_longer(
    client: FlaskClient, operator: Headers, owner: Headers, group: str, home: str
):
    client.delete(f"/v1/locations/{home}", headers=owner)

    assert client.get(group, headers=operator).get_json()["location_ids"] == []
    assert client.patch(group, json={"location_ids": [home]}, headers=operator).status_code == 422


def test_a_token_is_added_changed_and_taken_out(client: FlaskClient, operator: Headers, group: str):
    added = client.post(f"{group}/tokens", json={"uid": "a/b?", "name": "Pool"}, headers=operator)
    path = f"{group}/tokens/A%2Fb%3F"

    changed = client.patch(path, json={"valid": False}, headers=operator | {"If-Match": '"1"'})
    same = client.patch(path, json={"name": "Pool"}, headers=operator)
    outdated = client.delete(path, headers=operator | {"If-Match": '"1"'})
    gone = client.delete(path, headers=operator | {"If-Match": '"2"'})

    assert (added.status_code, added.headers["ETag"], added.get_json()["valid"]) == (201, '"1"', True)
    assert (changed.get_json()["valid"], changed.headers["ETag"], same.headers["ETag"]) == (False, '"2"', '"2"')
    assert (outdated.status_code, gone.status_code) == (412, 204)
    assert client.patch(path, json={"valid": True}, headers=operator).status_code == 404
    assert client.get(group, headers=operator).get_json()["token_count"] == 1


def test_a_uid_is_in_a_group_once(client: FlaskClient, operator: Headers, group: str):
    refused = client.post(f"{group}/tokens", json=VAN | {"uid": "04A1B2C3D4"}, headers=operator)
    elsewhere = client.post(PATH, json={"name": "Yard", "tokens": [VAN]}, headers=operator)

    problem = refused.get_json(force=True)
    assert (refused.status_code, problem["code"], problem["uid"]) == (409, "uid_taken", "04a1b2c3d4")
    assert elsewhere.status_code == 201


def test_groups_and_their_tokens_are_found_by_uid(client: FlaskClient, agent: Headers, group: str, homes_own: str):
    def found(path: str, query: str) -> int:
        return len(client.get(f"{path}?{query}", headers=agent).get_json()["items"])

    assert (found(PATH, ""), found(PATH, "uid=card"), found(PATH, "uid=nobody's")) == (2, 1, 0)
    assert (found(f"{group}/tokens", "uid=04A1B2C3D4"), found(f"{group}/tokens", "uid=CARD")) == (1, 0)


def test_a_group_ends_with_its_tokens(client: FlaskClient, operator: Headers, group: str):
    outdated = client.delete(group, headers=operator | {"If-Match": '"9"'})
    gone = client.delete(group, headers=operator)

    assert (outdated.status_code, gone.status_code) == (412, 204)
    assert client.get(group, headers=operator).status_code == 404
    assert client.get(f"{PATH}?uid={VAN['uid']}", headers=operator).get_json()["items"] == []


def test_a_homes_own_group_is_to_be_read_only(client: FlaskClient, operator: Headers, homes_own: str, home: str):
    shown = client.get(homes_own, headers=operator).get_json()

    refused = [
        client.patch(homes_own, json={"name": "Mine"}, headers=operator),
        client.delete(homes_own, headers=operator),
        client.post(f"{homes_own}/tokens", json=VAN, headers=operator),
        client.patch(f"{homes_own}/tokens/CARD", json={"valid": False}, headers=operator),
        client.delete(f"{homes_own}/tokens/CARD", headers=operator),
    ]

    assert (shown["home"], shown["token_count"]) == (home, 1)
    assert {(answer.status_code, answer.get_json(force=True)["code"]) for answer in refused} == {
        (409, "homes_own_group")
    }


def test_a_group_that_is_full_takes_no_more(client: FlaskClient, operator: Headers, group: str, database: Database):
    dates = {"revision": 1, "created_at": START, "updated_at": START}
    group_id = group.rpartition("/")[2]
    rows = [
        {"id": new_id(), "group_id": group_id, "uid": f"{number}", "uid_key": f"{number}", "name": "-"} | dates
        for number in range(9_999)
    ]
    with database.write() as db:
        db.execute(insert(GroupToken), rows)

    refused = client.post(f"{group}/tokens", json=VAN | {"uid": "ONE-MORE"}, headers=operator)

    problem = refused.get_json(force=True)
    assert (refused.status_code, problem["code"], problem["most"]) == (409, "group_full", 10_000)


def test_support_looks_and_operators_change(client: FlaskClient, agent: Headers, owner: Headers, group: str):
    assert client.post(PATH, json={"name": "Depot"}, headers=agent).status_code == 403
    assert client.post(f"{group}/tokens", json=VAN, headers=agent).status_code == 403
    assert client.delete(group, headers=agent).status_code == 403
    assert client.get(f"{group}/tokens", headers=owner).status_code == 403
