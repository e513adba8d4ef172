"""A home's own cards over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from homecharge.domain.access import MemberRole
from homecharge.observability.clock import ManualClock
from homecharge.services.pairing import take_tap
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME, Headers, id_of, join

CARD = {"uid": "04a1b2c3d4", "name": "Ada's card"}
Json = dict[str, Any]


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    return client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]


@pytest.fixture
def card(client: FlaskClient, ada: Headers, home: str) -> str:
    return client.post(f"{home}/cards", json=CARD, headers=ada).headers["Location"]


@pytest.fixture
def pairings(client: FlaskClient, database: Database, ada: Headers, home: str) -> str:
    """Where a card is paired at Ada's charger, which is online."""
    body = {"location_id": id_of(home), "identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "none"}}
    charger = client.post("/v1/chargers", json=body, headers=ada).headers["Location"]
    with database.write() as db:
        db.execute(update(Charger).values(connection_id="the line", connected_at=START))
    return f"{charger}/card-pairing"


def test_a_card_is_read_back_in_the_shape_it_was_made(client: FlaskClient, ada: Headers, home: str):
    me = client.get("/v1/me", headers=ada).get_json()
    made = client.post(f"{home}/cards", json=CARD | {"uid": " 04a1 ", "driver_id": me["id"]}, headers=ada)

    found = client.get(made.headers["Location"], headers=ada)
    assert (made.status_code, made.headers["ETag"], found.headers["ETag"]) == (201, '"1"', '"1"')
    assert (
        found.get_json()
        == made.get_json()
        == {
            "id": id_of(made.headers["Location"]),
            "uid": "04a1",
            "name": "Ada's card",
            "valid": True,
            "driver_id": me["id"],
            "driver": {"id": me["id"], "name": me["name"]},
            "location_id": id_of(home),
            "created_at": "2026-11-20T11:05:00Z",
            "updated_at": "2026-11-20T11:05:00Z",
        }
    )
    assert client.get(f"{home}/cards", headers=ada).get_json()["items"] == [found.get_json()]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("uid", wrong) for wrong in ("", "  ", "x" * 21, "04 A1", "Käte", 7, None)],
        *[("name", wrong) for wrong in ("", None)],
        *[("driver_id", wrong) for wrong in ("Ada", "019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d")],
        ("valid", False),
    ],
)
def test_a_wrong_field_is_named(client: FlaskClient, ada: Headers, home: str, field: str, value: object):
    refused = client.post(f"{home}/cards", json=CARD | {field: value}, headers=ada)

    assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field])


def test_a_card_that_some_home_has_is_refused(client: FlaskClient, ada: Headers, sign_in: SignIn, home: str, card: str):
    bob = sign_in()
    elsewhere = client.post("/v1/locations", json=HOME, headers=bob).headers["Location"]

    twice = client.post(f"{home}/cards", json=CARD | {"uid": " 04A1B2C3D4 "}, headers=ada)
    other = client.post(f"{elsewhere}/cards", json=CARD, headers=bob)

    assert (twice.status_code, twice.get_json(force=True)["card_id"]) == (409, id_of(card))
    assert (other.status_code, other.get_json(force=True)["code"]) == (409, "card_in_use_elsewhere")
    assert id_of(home) not in other.text


def test_a_card_is_changed_field_by_field_and_taken_away(client: FlaskClient, ada: Headers, card: str):
    changed = client.patch(card, json={"valid": False}, headers=ada | {"If-Match": '"1"'})
    outdated = client.patch(card, json={"name": "Spare"}, headers=ada | {"If-Match": '"1"'})

    assert (changed.status_code, changed.headers["ETag"], changed.get_json()["valid"]) == (200, '"2"', False)
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, changed.get_json())
    assert client.patch(card, json={"uid": "OTHER"}, headers=ada).status_code == 422
    assert client.delete(card, headers=ada).status_code == 204
    assert client.get(card, headers=ada).status_code == 404


def test_cards_are_the_business_of_owners_and_admins(
    client: FlaskClient, database: Database, sign_in: SignIn, home: str, card: str, pairings: str
):
    user, admin, stranger = sign_in(), sign_in(), sign_in()
    join(client, database, id_of(home), user, MemberRole.USER)
    join(client, database, id_of(home), admin, MemberRole.ADMIN)

    def answers(headers: Headers) -> list[int]:
        return [
            client.get(f"{home}/cards", headers=headers).status_code,
            client.post(f"{home}/cards", json=CARD | {"uid": "OTHER"}, headers=headers).status_code,
            client.get(card, headers=headers).status_code,
            client.patch(card, json={"name": "Mine"}, headers=headers).status_code,
            client.delete(card, headers=headers).status_code,
            client.post(pairings, json={}, headers=headers).status_code,
        ]

    assert answers(user) == [403] * 6
    assert answers(stranger) == [404] * 6
    assert answers(admin) == [200, 201, 200, 200, 204, 202]


def test_a_pairing_can_be_waited_for_and_is_settled_by_the_tap(
    client: FlaskClient, database: Database, ada: Headers, home: str, pairings: str
):
    begun = client.post(pairings, json={}, headers=ada)
    shown = begun.get_json()
    waiting = client.get(begun.headers["Location"], headers=ada)
    with database.write() as db:
        take_tap(db, pairings.split("/")[3], "04A1B2C3D4", now=START + timedelta(seconds=9))
    settled = client.get(begun.headers["Location"], headers=ada)

    assert (begun.status_code, shown["state"], shown["expires_at"], shown["card_id"]) == (
        *(202, "waiting", "2026-11-20T11:05:30Z"),
        None,
    )
    assert begun.headers["Location"] == f"{pairings}/{shown['id']}"
    assert begun.headers["Homecharge-Bell"] == f"card-pairing:{shown['id']}"
    assert (waiting.headers["Homecharge-Settled"], settled.headers["Homecharge-Settled"]) == ("0", "1")
    [card] = client.get(f"{home}/cards", headers=ada).get_json()["items"]
    assert (card["uid"], card["name"], card["driver"]) == ("04A1B2C3D4", "New card", None)
    assert settled.get_json() == shown | {"state": "paired", "card_id": card["id"]}


def test_a_pairing_that_nobody_taps_for_expires(client: FlaskClient, clock: ManualClock, ada: Headers, pairings: str):
    begun = client.post(pairings, json={"name": "Spare"}, headers=ada)

    clock.advance(timedelta(seconds=30))

    over = client.get(begun.headers["Location"], headers=ada)
    assert (over.get_json()["state"], over.headers["Homecharge-Settled"]) == ("expired", "1")
    assert client.get(f"{pairings}/{id_of(pairings.removesuffix('/card-pairing'))}", headers=ada).status_code == 404


def test_a_pairing_needs_a_charger_that_is_there_and_nobody_else(
    client: FlaskClient, database: Database, sign_in: SignIn, ada: Headers, home: str, pairings: str
):
    admin = sign_in()
    join(client, database, id_of(home), admin, MemberRole.ADMIN)
    client.post(pairings, json={}, headers=ada)

    in_the_way = client.post(pairings, json={}, headers=admin)
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=None))
    away = client.post(pairings, json={}, headers=ada)

    assert (in_the_way.status_code, in_the_way.get_json(force=True)["code"]) == (409, "pairing_in_progress")
    assert (away.status_code, away.get_json(force=True)["code"]) == (409, "charger_offline")


def test_codes_are_not_tried_out_one_by_one(client: FlaskClient, ada: Headers, home: str, card: str):
    statuses = [client.post(f"{home}/cards", json=CARD, headers=ada).status_code for _ in range(60)]

    assert statuses == [409] * 59 + [429]
