"""ETags are revisions: changes say which one they mean, reads may say which one they have."""

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import SignIn
from tests.web.things import Things


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"0", "1"', "*"])
def test_a_known_revision_is_not_sent_again(client: FlaskClient, sign_in: SignIn, known: str) -> None:
    response = client.get("/v1/me", headers={**sign_in(), "If-None-Match": known})

    assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", '"1"')
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("known", ['"2"', "garbage"])
def test_another_revision_is_sent(client: FlaskClient, sign_in: SignIn, known: str) -> None:
    response = client.get("/v1/me", headers={**sign_in(), "If-None-Match": known})

    assert response.status_code == 200


@pytest.mark.parametrize("wanted", ['"1"', '"0", "1"', "*", None])
def test_a_change_of_the_present_revision_is_made(client: FlaskClient, sign_in: SignIn, wanted: str | None) -> None:
    condition = {} if wanted is None else {"If-Match": wanted}

    response = client.patch("/v1/me", json={"name": "Grace"}, headers={**sign_in(), **condition})

    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert response.get_json()["name"] == "Grace"


@pytest.mark.parametrize("wanted", ['"2"', 'W/"1"', "garbage", '""', '"0", ""'])
def test_a_change_of_another_revision_is_told_the_present_one(
    client: FlaskClient, sign_in: SignIn, wanted: str
) -> None:
    headers = sign_in()

    response = client.patch("/v1/me", json={"name": "Grace"}, headers={**headers, "If-Match": wanted})

    document = response.get_json(force=True)
    assert (response.status_code, document["code"], response.headers["ETag"]) == (412, "stale", '"1"')
    assert document["current"] == client.get("/v1/me", headers=headers).get_json()
    assert document["current"]["name"] == "Ada"


def test_deleting_another_revision_is_refused_too(thing_client: FlaskClient, things: Things, sign_in: SignIn) -> None:
    headers = sign_in()
    location = thing_client.post("/v1/things", json={"name": "a"}, headers=headers).headers["Location"]

    refused = thing_client.delete(location, headers={**headers, "If-Match": '"7"'})
    done = thing_client.delete(location, headers={**headers, "If-Match": '"1"'})

    assert (refused.status_code, done.status_code, things.kept) == (412, 204, {})


def test_an_edit_that_changes_nothing_makes_no_revision(client: FlaskClient, sign_in: SignIn) -> None:
    response = client.patch("/v1/me", json={"name": "Ada"}, headers=sign_in())

    assert response.headers["ETag"] == '"1"'


def test_what_has_no_revision_is_not_stored_anywhere(thing_client: FlaskClient, sign_in: SignIn) -> None:
    response = thing_client.get("/v1/things", headers=sign_in())

    assert response.headers["Cache-Control"] == "no-store"
