"""Tariffs over HTTP, and which of them a location pays by."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from homecharge.domain.access import MemberRole
from homecharge.observability.clock import ManualClock
from homecharge.storage.database import Database
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers, id_of, join

FLAT = {"name": "Standard", "currency": "GBP", "kind": "flat", "rate": "0.2450"}
NIGHT = {
    "name": "Night",
    "currency": "GBP",
    "kind": "time_of_use",
    "periods": [{"weekdays": ["sat", "sun"], "start": "00:30", "end": "04:30", "rate": "0.0750"}],
    "other_rate": "0.2450",
}
HALF_HOUR = {"valid_from": "2026-11-20T12:00:00Z", "valid_to": "2026-11-20T12:30:00Z", "rate": "-0.0125"}
SPOT = {"name": "Spot", "currency": "GBP", "kind": "dynamic", "rates": [HALF_HOUR]}
Json = dict[str, Any]


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    return client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]


def make(client: FlaskClient, headers: Headers, tariff: Json = FLAT) -> str:
    return client.post("/v1/tariffs", json=tariff, headers=headers).headers["Location"]


@pytest.mark.parametrize("tariff", [FLAT, NIGHT, SPOT], ids=lambda tariff: tariff["kind"])
def test_a_tariff_is_read_back_in_the_shape_it_was_made(client: FlaskClient, ada: Headers, tariff: Json):
    made = client.post("/v1/tariffs", json=tariff, headers=ada)

    found = client.get(made.headers["Location"], headers=ada)
    shown = found.get_json()
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert {name: shown[name] for name in tariff} == tariff
    assert shown.keys() - tariff.keys() == {"id", "feed", "created_at", "updated_at"}
    assert client.get("/v1/tariffs", headers=ada).get_json()["items"] == [shown]


def test_a_period_without_weekdays_holds_every_day(client: FlaskClient, ada: Headers):
    period = {"start": "00:30", "end": "04:30", "rate": "0.0750"}

    made = client.post("/v1/tariffs", json=NIGHT | {"periods": [period]}, headers=ada).get_json()

    assert made["periods"][0]["weekdays"] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@pytest.mark.parametrize(
    ("tariff", "field"),
    [
        (FLAT | {"rate": 0.245}, "rate"),
        (FLAT | {"rate": "1e3"}, "rate"),
        (FLAT | {"rate": "0.12345678901"}, "rate"),
        (FLAT | {"rate": None}, "rate"),
        (FLAT | {"other_rate": "0.1"}, "other_rate"),
        (FLAT | {"currency": "XYZ"}, "currency"),
        (FLAT | {"kind": "free"}, "kind"),
        (NIGHT | {"periods": []}, "periods"),
        (NIGHT | {"periods": NIGHT["periods"] * 2}, "periods.1"),
        (SPOT | {"rates": [HALF_HOUR, HALF_HOUR]}, "rates.1.valid_from"),
        (SPOT | {"rates": [HALF_HOUR | {"valid_to": HALF_HOUR["valid_from"]}]}, "rates.0.valid_to"),
    ],
)
def test_what_cannot_be_right_is_named_by_its_field(client: FlaskClient, ada: Headers, tariff: Json, field: str):
    refused = client.post("/v1/tariffs", json=tariff, headers=ada)

    assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, [field])


def test_a_tariff_is_changed_field_by_field(client: FlaskClient, ada: Headers):
    path = make(client, ada, NIGHT)

    changed = client.patch(path, json={"other_rate": "0.30", "rate": None}, headers=ada | {"If-Match": '"1"'})
    outdated = client.patch(path, json={"name": "Mine"}, headers=ada | {"If-Match": '"1"'})
    foreign = client.patch(path, json={"rate": "0.1"}, headers=ada)

    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.get_json()["other_rate"], changed.get_json()["periods"]) == ("0.30", NIGHT["periods"])
    assert (outdated.status_code, outdated.get_json(force=True)["current"]) == (412, changed.get_json())
    assert (foreign.status_code, list(foreign.get_json(force=True)["errors"])) == (422, ["rate"])


def test_a_name_is_changed_without_the_prices(client: FlaskClient, ada: Headers):
    changed = client.patch(make(client, ada), json={"name": "Mine"}, headers=ada).get_json()

    assert (changed["name"], changed["rate"]) == ("Mine", "0.2450")


def test_a_dynamic_tariff_is_given_more_prices(client: FlaskClient, ada: Headers):
    path = make(client, ada, SPOT)
    more = {"valid_from": "2026-11-20T12:30:00Z", "valid_to": "2026-11-20T13:30:00Z", "rate": "0.20"}

    put = client.put(f"{path}/rates", json={"rates": [more]}, headers=ada)
    refused = client.put(f"{make(client, ada)}/rates", json={"rates": [more]}, headers=ada)

    assert (put.status_code, put.headers["ETag"], put.get_json()["rates"]) == (200, '"2"', [HALF_HOUR, more])
    assert (refused.status_code, refused.get_json(force=True)["code"]) == (409, "not_dynamic")


def test_a_location_shows_what_it_pays_by(client: FlaskClient, ada: Headers, home: str, clock: ManualClock):
    path = make(client, ada)
    before = client.get(f"{home}/tariff", headers=ada)

    chosen = client.put(f"{home}/tariff", json={"tariff_id": id_of(path)}, headers=ada | {"If-Match": '"1"'})

    brief = {"id": id_of(path), "name": "Standard", "currency": "GBP", "kind": "flat"}
    assert (before.headers["ETag"], before.get_json()["tariff_id"]) == ('"1"', None)
    assert (chosen.status_code, chosen.headers["ETag"]) == (200, '"2"')
    assert (chosen.get_json()["tariff"], chosen.get_json()["valid_from"]) == (brief, "2026-11-20T11:05:00Z")
    assert client.get(home, headers=ada).get_json()["tariff"] == brief
    assert client.get("/v1/locations", headers=ada).get_json()["items"][0]["tariff"] == brief
    assert client.get(f"{home}/tariff", headers=ada).get_json() == chosen.get_json()


def test_a_location_has_a_history_newest_first(client: FlaskClient, ada: Headers, home: str, clock: ManualClock):
    ids = [id_of(make(client, ada, FLAT | {"name": name})) for name in ("A", "B")]
    for tariff_id in (*ids, None):
        client.put(f"{home}/tariff", json={"tariff_id": tariff_id}, headers=ada)
        clock.advance(timedelta(minutes=1))

    first = client.get(f"{home}/tariffs?limit=2", headers=ada).get_json()
    rest = client.get(f"{home}/tariffs?cursor={first['next_cursor']}", headers=ada).get_json()

    assert [entry["tariff_id"] for entry in (*first["items"], *rest["items"])] == [None, ids[1], ids[0]]
    assert [entry["valid_to"] for entry in (*first["items"], *rest["items"])] == [
        None,
        "2026-11-20T11:07:00Z",
        "2026-11-20T11:06:00Z",
    ]


def test_owners_and_admins_choose_the_tariff_and_users_look_at_it(
    client: FlaskClient, database: Database, ada: Headers, home: str, sign_in: SignIn
):
    admin, user, stranger = sign_in(), sign_in(), sign_in()
    join(client, database, id_of(home), admin, MemberRole.ADMIN)
    join(client, database, id_of(home), user, MemberRole.USER)
    body = {"tariff_id": id_of(make(client, admin))}

    refused = client.put(f"{home}/tariff", json=body, headers=user)
    chosen = client.put(f"{home}/tariff", json=body, headers=admin)

    assert (refused.status_code, refused.get_json(force=True)["needs_role"]) == (403, "admin")
    assert chosen.status_code == 200
    assert client.get(f"{home}/tariffs", headers=user).get_json()["items"] == [chosen.get_json()]
    assert client.get(f"/v1/tariffs/{body['tariff_id']}", headers=user).status_code == 200
    assert client.patch(f"/v1/tariffs/{body['tariff_id']}", json={"name": "x"}, headers=ada).status_code == 403
    assert client.get(f"{home}/tariff", headers=stranger).status_code == 404
    assert client.get(f"/v1/tariffs/{body['tariff_id']}", headers=stranger).status_code == 404


def test_what_is_in_the_way_has_a_code_and_an_id(client: FlaskClient, ada: Headers, home: str):
    pounds, euros = make(client, ada), make(client, ada, FLAT | {"currency": "EUR"})

    mismatch = client.put(f"{home}/tariff", json={"tariff_id": id_of(euros)}, headers=ada)
    client.put(f"{home}/tariff", json={"tariff_id": id_of(pounds)}, headers=ada)
    in_use = client.delete(pounds, headers=ada)
    gone = client.delete(euros, headers=ada)

    assert (mismatch.status_code, mismatch.get_json(force=True)["code"]) == (409, "currency_mismatch")
    assert mismatch.get_json(force=True)["tariff_id"] == id_of(euros)
    assert (in_use.status_code, in_use.get_json(force=True)["code"]) == (409, "in_use")
    assert in_use.get_json(force=True)["location_id"] == id_of(home)
    assert (gone.status_code, client.get(euros, headers=ada).status_code) == (204, 404)


SUPPLIED = (
    '{"results": [{"value_inc_vat": 20.5, "valid_from": "2026-11-20T13:00:00Z", "valid_to": "2026-11-20T13:30:00Z"}]}'
)


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("application/json", SUPPLIED),
        ("text/csv; charset=utf-8", "valid_from,valid_to,rate\n2026-11-20T13:00Z,2026-11-20T13:30Z,0.205\n"),
    ],
)
def test_prices_are_taken_over_as_others_publish_them(client: FlaskClient, ada: Headers, media_type: str, text: str):
    path = make(client, ada, SPOT)

    imported = client.post(f"{path}/rates/import", data=text, content_type=media_type, headers=ada)
    again = client.post(f"{path}/rates/import", data=text, content_type=media_type, headers=ada)

    taken = {"valid_from": "2026-11-20T13:00:00Z", "valid_to": "2026-11-20T13:30:00Z", "rate": "0.205"}
    assert (imported.status_code, imported.get_json()) == (200, {"added": 1, "replaced": 0, "unchanged": 0, "kept": 0})
    assert again.get_json() == {"added": 0, "replaced": 0, "unchanged": 1, "kept": 0}
    assert client.get(path, headers=ada).get_json()["rates"] == [HALF_HOUR, taken]


@pytest.mark.parametrize(
    ("media_type", "data", "status", "code"),
    [
        ("application/json", b"{", 422, "unreadable_rates"),
        ("text/csv", b"valid_from,valid_to,rate\n1,2,3\n", 422, "unreadable_rates"),
        ("text/csv", b"\xff", 400, "malformed_request"),
        ("text/plain", b"1", 415, "unsupported_media_type"),
    ],
)
def test_prices_that_cannot_all_be_read_are_not_taken(
    client: FlaskClient, ada: Headers, media_type: str, data: bytes, status: int, code: str
):
    path = make(client, ada, SPOT)

    refused = client.post(f"{path}/rates/import", data=data, content_type=media_type, headers=ada)

    assert (refused.status_code, refused.get_json(force=True)["code"]) == (status, code)
    assert client.get(path, headers=ada).get_json()["rates"] == [HALF_HOUR]


def test_a_dynamic_tariff_may_have_a_feed(client: FlaskClient, ada: Headers):
    url = "https://prices.example/rates"
    made = client.post("/v1/tariffs", json=SPOT | {"feed_url": url}, headers=ada)
    path = made.headers["Location"]

    renamed = client.patch(path, json={"name": "Mine"}, headers=ada)
    without = client.patch(path, json={"feed_url": None}, headers=ada)

    assert made.get_json()["feed"] == {"url": url, "last_success_at": None, "failures": 0, "error": None}
    assert renamed.get_json()["feed"] == made.get_json()["feed"]
    assert without.get_json()["feed"] is None


@pytest.mark.parametrize(
    "tariff",
    [
        FLAT | {"feed_url": "https://a.example"},
        SPOT | {"feed_url": "ftp://a.example"},
        SPOT | {"feed_url": "http://0x7f000001/"},
    ],
)
def test_a_feed_is_an_address_on_the_web_of_a_dynamic_tariff(client: FlaskClient, ada: Headers, tariff: Json):
    refused = client.post("/v1/tariffs", json=tariff, headers=ada)

    assert (refused.status_code, list(refused.get_json(force=True)["errors"])) == (422, ["feed_url"])
