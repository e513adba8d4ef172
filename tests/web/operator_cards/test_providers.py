"""Mobility providers over HTTP."""

import dataclasses
from datetime import timedelta

from flask.testing import FlaskClient

from homecharge.observability.clock import ManualClock
from homecharge.settings import OutboundPrivate
from homecharge.web.app import create_app
from homecharge.web.context import WebContext
from tests.web.homes import Headers, id_of
from tests.web.operator_cards.conftest import PROVIDER

PATH = "/v1/operator/providers"
SUPPORT = {"phone": "+44 20 7946 0000", "email": "help@alphabet.example", "url": "https://alphabet.example"}
LIVE = {"live_url": "https://ocpi.example/2.2.1", "live_timeout_s": 10, "support": SUPPORT}


def test_a_provider_is_read_back_as_it_was_made_and_its_token_is_never_shown(
    client: FlaskClient, operator: Headers, agent: Headers
):
    made = client.post(PATH, json=PROVIDER | LIVE | {"live_token": "secret"}, headers=operator)

    found = client.get(made.headers["Location"], headers=agent)
    shown = found.get_json()
    assert (made.status_code, made.headers["ETag"], shown) == (201, '"1"', made.get_json())
    assert {name: shown[name] for name in PROVIDER | LIVE} == PROVIDER | LIVE
    assert (shown["blocked"], shown["blocked_at"], shown["has_live_token"]) == (False, None, True)
    assert "secret" not in found.text
    assert client.get(PATH, headers=agent).get_json()["items"] == [shown]


def test_without_more_than_its_name_a_provider_is_never_asked(client: FlaskClient, operator: Headers):
    made = client.post(PATH, json=PROVIDER, headers=operator).get_json()

    unset = {"live_url": None, "live_timeout_s": 15, "has_live_token": False, "support": None}
    assert {name: made[name] for name in unset} == unset


def test_a_country_and_a_party_name_one_provider(client: FlaskClient, operator: Headers):
    first = client.post(PATH, json=PROVIDER, headers=operator).get_json()
    other = client.post(PATH, json=PROVIDER | {"party_id": "XYZ"}, headers=operator).headers["Location"]

    again = client.post(PATH, json=PROVIDER | {"name": "Another"}, headers=operator)
    renamed = client.patch(other, json={"party_id": "ABC"}, headers=operator)

    for refused in (again, renamed):
        problem = refused.get_json(force=True)
        assert (refused.status_code, problem["code"], problem["provider_id"]) == (409, "provider_exists", first["id"])


def test_a_block_holds_since_it_was_made_until_it_is_lifted(client: FlaskClient, operator: Headers, clock: ManualClock):
    path = client.post(PATH, json=PROVIDER, headers=operator).headers["Location"]
    blocked = client.patch(path, json={"blocked": True}, headers=operator).get_json()
    clock.advance(timedelta(minutes=1))
    again = client.patch(path, json={"blocked": True}, headers=operator)

    lifted = client.patch(path, json={"blocked": False}, headers=operator | {"If-Match": '"2"'})
    outdated = client.patch(path, json={"blocked": True}, headers=operator | {"If-Match": '"2"'})

    assert (blocked["blocked"], blocked["blocked_at"]) == (True, "2026-11-20T11:05:00Z")
    assert (again.get_json(), again.headers["ETag"]) == (blocked, '"2"')
    assert (lifted.get_json()["blocked_at"], lifted.headers["ETag"]) == (None, '"3"')
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, lifted.get_json())


def test_a_token_and_a_contact_are_changed_and_taken_away(client: FlaskClient, operator: Headers):
    path = client.post(PATH, json=PROVIDER | {"live_token": "abc"}, headers=operator).headers["Location"]

    changed = client.patch(path, json={"live_token": None, "support": {"phone": "112"}}, headers=operator).get_json()

    assert (changed["has_live_token"], changed["support"]) == (False, {"phone": "112", "email": None, "url": None})
    assert client.get(path, headers=operator).get_json() == changed
    assert client.patch(path, json={"support": None}, headers=operator).get_json()["support"] is None


def test_a_private_address_is_taken_where_the_settings_allow_it(context: WebContext, operator: Headers):
    settings = dataclasses.replace(context.settings, outbound_private=OutboundPrivate.ALLOW)
    client = create_app(dataclasses.replace(context, settings=settings)).test_client()

    made = client.post(PATH, json=PROVIDER | {"live_url": "http://127.0.0.1:8080"}, headers=operator)

    assert made.status_code == 201


def test_providers_are_found_by_name_and_party(client: FlaskClient, operator: Headers, agent: Headers):
    others = [("DE", "ABC", "Buchstaben"), ("GB", "XYZ", "Omega 100%")]
    client.post(PATH, json=PROVIDER | {"blocked": True}, headers=operator)
    for country_code, party_id, name in others:
        body = {"country_code": country_code, "party_id": party_id, "name": name}
        client.post(PATH, json=body, headers=operator)

    def named(query: str) -> list[str]:
        return [each["name"] for each in client.get(f"{PATH}?{query}", headers=agent).get_json()["items"]]

    assert named("") == ["Omega 100%", "Buchstaben", "Alphabet"]
    assert named("q=alpha") == ["Alphabet"]
    assert named("q=abc") == ["Buchstaben", "Alphabet"]
    assert named("q=gb-abc") == named("q=GB*ABC") == ["Alphabet"]
    assert named("q=%25") == ["Omega 100%"]
    assert named("blocked=true") == ["Alphabet"]
    assert named("blocked=false&limit=1") == ["Omega 100%"]


def test_support_looks_and_operators_change(client: FlaskClient, operator: Headers, agent: Headers, owner: Headers):
    path = client.post(PATH, json=PROVIDER, headers=operator).headers["Location"]

    assert client.post(PATH, json=PROVIDER, headers=agent).status_code == 403
    assert client.patch(path, json={"blocked": True}, headers=agent).status_code == 403
    assert client.get(path, headers=owner).status_code == 403
    assert client.get(path.replace(id_of(path), id_of(path)[::-1]), headers=agent).status_code == 404
