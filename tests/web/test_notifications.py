"""The inbox, preferences, devices and webhooks over HTTP."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from homecharge.domain.accounts import Role
from homecharge.domain.notification_preferences import Channel
from homecharge.services import telling
from homecharge.storage.database import Database
from homecharge.storage.queries.accounts import confirm_email
from homecharge.storage.queries.notification_settings import disable_webhooks
from homecharge.web.context import EXTENSION, WebContext
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME

Headers = dict[str, str]
PREFERENCES, DEVICE, HOOKS = "/v1/me/notification-preferences", "/v1/me/devices/phone-1", "/v1/me/webhooks"
PHONE = {"platform": "ios", "push_token": "a1", "app_version": "4.2.0", "locale": "en-GB"}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in(Role.DRIVER)


@pytest.fixture
def told(client: FlaskClient, database: Database, ada: Headers) -> list[dict[str, object]]:
    """Three cancelled boosts in Ada's inbox."""
    home = client.post("/v1/locations", json=HOME, headers=ada).get_json()["id"]
    hours = {"choice": "none"}
    body = {"location_id": home, "identity": "CP1", "name": "Drive", "restricted_hours": hours}
    charger = client.post("/v1/chargers", json=body, headers=ada).get_json()["id"]
    for _ in range(3):
        boost = client.post(f"/v1/chargers/{charger}/boost", json={"limit": None}, headers=ada).get_json()["id"]
        client.post(f"/v1/sessions/{boost}/cancel", headers=ada)
        with database.write() as db:
            telling.tell_of_sessions(db, frozenset(Channel), now=START)
    items: list[dict[str, object]] = client.get("/v1/notifications", headers=ada).get_json()["items"]
    return items


def test_the_inbox_is_paged_newest_first(client: FlaskClient, ada: Headers, told: list[dict[str, object]]) -> None:
    page = client.get("/v1/notifications?limit=2", headers=ada).get_json()
    rest = client.get(f"/v1/notifications?cursor={page['next_cursor']}", headers=ada).get_json()

    assert [*page["items"], *rest["items"]] == told
    assert [each["kind"] for each in told] == ["cancelled"] * 3
    assert set(told[0]) == {
        *("id", "kind", "at", "expires_at", "collapse_key", "urgency", "title", "body", "link", "actions"),
        *("session_id", "reference", "charger_id", "read_at"),
    }


def test_what_is_read_is_not_unread(client: FlaskClient, ada: Headers, told: list[dict[str, object]]) -> None:
    answer = client.post("/v1/notifications/read", json={"up_to": told[1]["id"]}, headers=ada)
    unread = client.get("/v1/notifications?unread=true", headers=ada).get_json()["items"]

    assert answer.status_code == 204
    assert [each["id"] for each in unread] == [told[0]["id"]]


def test_nobody_reads_anothers_inbox(client: FlaskClient, sign_in: SignIn, told: list[dict[str, object]]) -> None:
    bob = sign_in(Role.DRIVER)

    read = client.post("/v1/notifications/read", json={"up_to": told[0]["id"]}, headers=bob)

    assert client.get("/v1/notifications", headers=bob).get_json()["items"] == []
    assert (read.status_code, list(read.get_json()["errors"])) == (422, ["up_to"])


def test_preferences_are_replaced_and_show_their_defaults(client: FlaskClient, ada: Headers) -> None:
    before = client.get(PREFERENCES, headers=ada)
    body = {
        "kinds": {"started": {"push": False}},
        "quiet_hours": {"start": "22:30", "end": "07:00", "time_zone": "Europe/London"},
    }

    after = client.put(PREFERENCES, json=body, headers={**ada, "If-Match": before.headers["ETag"]})
    stale = client.put(PREFERENCES, json={}, headers={**ada, "If-Match": before.headers["ETag"]})

    assert before.get_json()["kinds"]["started"] == {"push": True, "email": False, "webhook": True}
    assert before.get_json()["quiet_hours"] is None
    assert after.get_json()["kinds"]["started"]["push"] is False
    assert after.get_json()["quiet_hours"] == body["quiet_hours"]
    assert stale.status_code == 412
    assert client.get(PREFERENCES, headers=ada).get_json() == after.get_json()


def test_preferences_say_why_no_mail_comes(
    app: Flask, context: WebContext, client: FlaskClient, database: Database, ada: Headers
) -> None:
    without = client.get(PREFERENCES, headers=ada)
    app.extensions[EXTENSION] = dataclasses.replace(context, channels=frozenset(Channel))
    unconfirmed = client.get(PREFERENCES, headers=ada)
    account_id = client.get("/v1/me", headers=ada).get_json()["id"]
    with database.write() as db:
        confirm_email(db, account_id, now=START)
    seen = {**ada, "If-None-Match": unconfirmed.headers["ETag"]}
    confirmed = client.get(PREFERENCES, headers=seen)
    sent_back = client.put(PREFERENCES, json=unconfirmed.get_json(), headers=ada)

    shown = [answer.get_json()["email_state"] for answer in (without, unconfirmed, confirmed, sent_back)]
    assert shown == ["unavailable", "unconfirmed", "confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kinds": {"nonsense": {}}}, "kinds"),
        ({"kinds": {"started": {"carrier_pigeon": True}}}, "kinds"),
        ({"quiet_hours": {"start": "22:30", "end": "07:00", "time_zone": "Mars/Base"}}, "quiet_hours.time_zone"),
        ({"quiet_hours": {"start": "22:30"}}, "quiet_hours.end"),
    ],
)
def test_preferences_that_make_no_sense_are_refused(
    client: FlaskClient, ada: Headers, body: dict[str, object], field: str
) -> None:
    refused = client.put(PREFERENCES, json=body, headers=ada)

    assert refused.status_code == 422
    assert any(name.startswith(field) for name in refused.get_json()["errors"])


def test_a_device_is_put_and_removed_and_its_token_not_told(client: FlaskClient, ada: Headers) -> None:
    put = client.put(DEVICE, json=PHONE, headers=ada)
    listed = client.get("/v1/me/devices", headers=ada).get_json()["items"]
    removed = client.delete(DEVICE, headers=ada)
    again = client.delete(DEVICE, headers=ada)
    odd = client.put("/v1/me/devices/a%20b", json=PHONE, headers=ada)

    [login] = client.get("/v1/auth/devices", headers=ada).get_json()["items"]
    assert put.get_json() == {
        "install_id": "phone-1",
        "platform": "ios",
        "app_version": "4.2.0",
        "locale": "en-GB",
        "put_at": "2026-11-20T11:05:00Z",
        "login_id": login["id"],
        "push_token_end": None,
    }
    assert listed == [put.get_json()]
    assert client.get("/v1/me/devices", headers=ada).get_json()["items"] == []
    assert (removed.status_code, again.status_code, odd.status_code) == (204, 404, 422)


def test_a_webhook_tells_its_secret_once(client: FlaskClient, ada: Headers) -> None:
    key = {**ada, "Idempotency-Key": "k"}
    made = client.post(HOOKS, json={"url": "https://example.org/1"}, headers=key)
    replay = client.post(HOOKS, json={"url": "https://example.org/1"}, headers=key)
    listed = client.get(HOOKS, headers=ada).get_json()["items"]

    assert made.status_code == 201
    assert made.get_json()["secret"].startswith("whsec_")
    assert "secret" not in replay.get_json()
    assert [each["id"] for each in listed] == [made.get_json()["id"]]
    assert "secret" not in listed[0]
    assert client.delete(f"{HOOKS}/{listed[0]['id']}", headers=ada).status_code == 204
    assert client.delete(f"{HOOKS}/{listed[0]['id']}", headers=ada).status_code == 404


@pytest.mark.parametrize("url", ["ftp://example.org", "http://127.0.0.1/hook", "https://u:p@example.org"])
def test_a_url_that_nobody_should_go_to_is_refused(client: FlaskClient, ada: Headers, url: str) -> None:
    refused = client.post(HOOKS, json={"url": url}, headers=ada)

    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["url"])


def test_a_sixth_webhook_is_refused(client: FlaskClient, ada: Headers) -> None:
    for number in range(5):
        client.post(HOOKS, json={"url": f"https://example.org/{number}"}, headers=ada)

    refused = client.post(HOOKS, json={"url": "https://example.org/6"}, headers=ada)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "too_many_webhooks")


def test_a_webhook_that_was_switched_off_makes_room_for_a_new_one(
    client: FlaskClient, database: Database, ada: Headers
) -> None:
    made = [client.post(HOOKS, json={"url": f"https://example.org/{number}"}, headers=ada) for number in range(5)]
    with database.write() as db:
        disable_webhooks(db, [made[2].get_json()["id"]], now=START)

    sixth = client.post(HOOKS, json={"url": "https://example.org/6"}, headers=ada)

    assert sixth.status_code == 201
    left = [webhook["url"] for webhook in client.get(HOOKS, headers=ada).get_json()["items"]]
    assert left == [f"https://example.org/{number}" for number in (0, 1, 3, 4, 6)]


def test_the_inbox_is_told_as_events_too(
    client: FlaskClient, database: Database, ada: Headers, told: list[dict[str, object]]
) -> None:
    before = "01900000-0000-7000-8000-000000000000"  # too long ago: everything is to be looked at anew

    text = client.get("/v1/events", headers={**ada, "Last-Event-ID": before}).get_data(as_text=True)
    again = client.get("/v1/events", headers={**ada, "Last-Event-ID": str(told[-1]["id"])}).get_data(as_text=True)

    assert "event: reset" in text
    assert again.count("event: notification") == 3
