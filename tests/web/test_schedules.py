"""Schedules and occurrences over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from homecharge.domain.access import MemberRole
from homecharge.observability.clock import ManualClock
from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Connector
from tests.web.conftest import START, SignIn
from tests.web.homes import HOME, Headers, join

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NIGHTLY: dict[str, Any] = {
    "kind": "manual",
    "name": "Night",
    "on": {"weekdays": EVERY_DAY},
    "start_time": "00:30",
    "end_time": "05:30",
    "limit": {"kind": "energy", "energy_wh": 10_000},
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
    body = {"location_id": home_id, "identity": "CP1", "name": "Drive", "restricted_hours": {"choice": "none"}}
    path: str = client.post("/v1/chargers", json=body, headers=ada).headers["Location"]
    client.patch(path, json={"random_delay_max_s": 0}, headers=ada)
    return path


@pytest.fixture
def schedules(charger: str) -> str:
    return f"{charger}/schedules"


@pytest.fixture
def nightly(client: FlaskClient, ada: Headers, schedules: str) -> str:
    path: str = client.post(schedules, json=NIGHTLY, headers=ada).headers["Location"]
    return path


def test_a_new_schedule_shows_what_it_will_do(client: FlaskClient, ada: Headers, schedules: str):
    created = client.post(schedules, json=NIGHTLY, headers=ada)

    document = created.get_json()
    occurrences = document.pop("occurrences")
    me = client.get("/v1/me", headers=ada).get_json()
    location_id = client.get("/v1/locations", headers=ada).get_json()["items"][0]["id"]
    assert (created.status_code, created.headers["ETag"]) == (201, '"1"')
    assert created.headers["Location"] == f"/v1/schedules/{document['id']}"
    assert document == NIGHTLY | {
        "id": document["id"],
        "location_id": location_id,
        "charger_id": schedules.split("/")[3],
        "connector_id": 1,
        "driver": {"id": me["id"], "name": "Ada"},
        "enabled": True,
        "target": None,
        "time_zone": "Europe/London",
        "summary": "Every day from 00:30 to 05:30, up to 10.0 kWh",
        "warnings": [],
        "created_at": "2026-11-20T11:05:00Z",
        "updated_at": "2026-11-20T11:05:00Z",
    }
    assert [occurrence["local_date"] for occurrence in occurrences] == [f"2026-11-{day}" for day in range(21, 29)]
    assert len(occurrences[0]["sessions"]) == 1
    assert [occurrence["sessions"] for occurrence in occurrences[1:]] == [[]] * 7
    assert client.get(created.headers["Location"], headers=ada).get_json()["occurrences"] == occurrences


def test_an_occurrence_says_when_and_how_it_stands(client: FlaskClient, ada: Headers, nightly: str):
    shown = client.get(nightly, headers=ada).get_json()["occurrences"][0]

    alone = client.get(f"/v1/occurrences/{shown['id']}", headers=ada)

    assert alone.get_json() == shown
    assert shown == {
        "id": shown["id"],
        "schedule_id": nightly.rpartition("/")[2],
        "local_date": "2026-11-21",
        "round": 1,
        "starts_at": "2026-11-21T00:30:00Z",
        "ready_by": None,
        "window": {"start": "2026-11-21T00:30:00Z", "end": "2026-11-21T05:30:00Z"},
        "last_feasible_start": "2026-11-21T05:15:00Z",
        "clock_note": None,
        "state": "upcoming",
        "override": None,
        "plan": None,
        "sessions": shown["sessions"],
        "outcome": None,
        "created_at": "2026-11-20T11:05:00Z",
        "updated_at": "2026-11-20T11:05:00Z",
    }


def test_the_least_that_makes_a_schedule(client: FlaskClient, ada: Headers, schedules: str):
    least = {"kind": "manual", "on": {"date": "2026-11-21"}, "start_time": "00:30:15"}

    document = client.post(schedules, json=least, headers=ada).get_json()

    assert {name: document[name] for name in least} == least
    assert {name: document[name] for name in ("name", "enabled", "end_time", "limit", "connector_id")} == {
        "name": None,
        "enabled": True,
        "end_time": None,
        "limit": None,
        "connector_id": 1,
    }
    assert [o["window"]["end"] for o in document["occurrences"]] == ["2026-11-21T12:30:15Z"]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("kind", "solar", "kind"),
        ("kind", None, "kind"),
        ("name", "", "name"),
        ("name", "x" * 101, "name"),
        ("name", "a\nb", "name"),
        ("enabled", "yes", "enabled"),
        ("on", None, "on"),
        ("on", {}, "on"),
        ("on", {"date": "2026-11-21", "weekdays": ["mon"]}, "on"),
        ("on", {"date": "21.11.2026"}, "on.date"),
        ("on", {"date": "20261121"}, "on.date"),
        ("on", {"date": "2026-02-30"}, "on.date"),
        ("on", {"date": "0000-01-01"}, "on.date"),
        ("on", {"date": "9999-12-31"}, "on.date"),
        ("on", {"date": "2026-11-19"}, "on.date"),
        ("on", {"date": "0001-01-01"}, "on.date"),
        ("on", {"weekdays": []}, "on.weekdays"),
        ("on", {"weekdays": ["monday"]}, "on.weekdays.0"),
        ("on", {"weekdays": [*EVERY_DAY, "mon"]}, "on.weekdays"),
        ("on", {"days": ["mon"]}, "on.days"),
        ("start_time", None, "start_time"),
        ("start_time", "24:00", "start_time"),
        ("start_time", "0:30", "start_time"),
        ("start_time", "00:30Z", "start_time"),
        ("end_time", "05:60", "end_time"),
        ("end_time", 530, "end_time"),
        ("limit", {}, "limit.kind"),
        ("limit", {"kind": "soc"}, "limit.kind"),
        ("limit", {"kind": "duration"}, "limit.seconds"),
        ("limit", {"kind": "duration", "seconds": 59}, "limit.seconds"),
        ("limit", {"kind": "duration", "seconds": 86_401}, "limit.seconds"),
        ("limit", {"kind": "duration", "seconds": 60, "energy_wh": 100}, "limit.energy_wh"),
        ("limit", {"kind": "energy", "energy_wh": 99}, "limit.energy_wh"),
        ("limit", {"kind": "energy", "energy_wh": 200_001}, "limit.energy_wh"),
        ("limit", {"kind": "energy", "energy_wh": 1000.5}, "limit.energy_wh"),
        ("connector_id", 0, "connector_id"),
        ("connector_id", 2, "connector_id"),
        ("connector_id", True, "connector_id"),
        ("turn_off_charge_now", None, "turn_off_charge_now"),
        ("ready_by", "07:30", "ready_by"),
    ],
)
def test_what_is_wrong_is_refused_by_its_field(
    client: FlaskClient, ada: Headers, schedules: str, nightly: str, field: str, value: object, named: str
):
    before = client.get(nightly, headers=ada).get_json()

    refused = client.post(schedules, json=NIGHTLY | {field: value}, headers=ada)
    changed = client.patch(nightly, json={field: value}, headers=ada)

    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, [named])
    assert (changed.status_code, list(changed.get_json()["errors"])) == (422, [named])
    assert client.get(nightly, headers=ada).get_json() == before


def test_what_is_over_says_so(client: FlaskClient, ada: Headers, schedules: str):
    refused = client.post(schedules, json=NIGHTLY | {"on": {"date": "2026-11-20"}}, headers=ada).get_json()

    assert (refused["status"], refused["code"]) == (422, "in_the_past")


def test_a_limit_by_cost_waits_for_tariffs(client: FlaskClient, ada: Headers, schedules: str, nightly: str):
    cost = {"limit": {"kind": "cost", "amount": "3.00"}}

    refused = [
        client.post(schedules, json=NIGHTLY | cost, headers=ada).get_json(),
        client.patch(nightly, json=cost, headers=ada).get_json(),
    ]

    assert [(problem["status"], problem["code"]) for problem in refused] == [(409, "no_tariff")] * 2


def test_a_charge_that_runs_is_named(
    client: FlaskClient, ada: Headers, schedules: str, nightly: str, database: Database
):
    [session_id] = client.get(nightly, headers=ada).get_json()["occurrences"][0]["sessions"]
    with database.write() as db:
        db.execute(update(ChargingSession).values(status="charging"))

    refused = client.post(schedules, json=NIGHTLY, headers=ada).get_json()

    assert (refused["status"], refused["code"], refused["session_id"]) == (409, "session_in_progress", session_id)


def test_charge_now_is_in_the_way_until_it_is_switched_off(
    client: FlaskClient, ada: Headers, charger: str, schedules: str, database: Database
):
    with database.write() as db:
        db.execute(update(Charger).values(charge_now=True))
        plugged = {"charger_id": charger.rpartition("/")[2], "connector_id": 1, "status": "preparing"}
        db.execute(insert(Connector).values(**plugged, reported_at=START))

    refused = client.post(schedules, json=NIGHTLY, headers=ada).get_json()
    made = client.post(schedules, json=NIGHTLY | {"turn_off_charge_now": True}, headers=ada)

    assert (refused["status"], refused["code"]) == (409, "charge_now_enabled")
    assert made.status_code == 201
    assert client.get(charger, headers=ada).get_json()["charge_now"] is False


def test_schedules_are_listed_oldest_first(client: FlaskClient, ada: Headers, schedules: str, clock: ManualClock):
    for name in ("one", "two", "three"):
        client.post(schedules, json=NIGHTLY | {"name": name}, headers=ada)
        clock.advance(timedelta(seconds=1))

    first = client.get(schedules, query_string={"limit": 2}, headers=ada).get_json()
    second = client.get(schedules, query_string={"limit": 2, "cursor": first["next_cursor"]}, headers=ada).get_json()

    assert [item["name"] for item in first["items"] + second["items"]] == ["one", "two", "three"]
    assert second["next_cursor"] is None


def test_a_change_moves_the_planned_session(client: FlaskClient, ada: Headers, nightly: str):
    before = client.get(nightly, headers=ada).get_json()

    changed = client.patch(nightly, json={"start_time": "01:00", "limit": None}, headers=ada)

    document = changed.get_json()
    session_ids = document["occurrences"][0]["sessions"]
    session = client.get(f"/v1/sessions/{session_ids[0]}", headers=ada).get_json()
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert document["summary"] == "Every day from 01:00 to 05:30"
    assert session_ids == before["occurrences"][0]["sessions"]
    assert (session["due_at"], session["limit"], session["status"]) == ("2026-11-21T01:00:00Z", None, "planned")


def test_a_stale_change_is_refused_with_what_is_there_now(client: FlaskClient, ada: Headers, nightly: str):
    client.patch(nightly, json={"name": "Later"}, headers=ada)

    for method in (client.patch, client.delete):
        refused = method(nightly, json={"name": "Mine"}, headers=ada | {"If-Match": '"1"'})
        assert (refused.status_code, refused.get_json()["current"]["name"]) == (412, "Later")


def test_switching_off_and_on_again(client: FlaskClient, ada: Headers, nightly: str):
    off = client.patch(nightly, json={"enabled": False}, headers=ada).get_json()
    on = client.patch(nightly, json={"enabled": True}, headers=ada).get_json()

    assert (off["enabled"], off["occurrences"]) == (False, [])
    assert (on["enabled"], len(on["occurrences"])) == (True, 8)


def test_a_schedule_that_is_taken_away_leaves_its_session_in_history(client: FlaskClient, ada: Headers, nightly: str):
    first = client.get(nightly, headers=ada).get_json()["occurrences"][0]

    deleted = client.delete(nightly, headers=ada)

    session = client.get(f"/v1/sessions/{first['sessions'][0]}", headers=ada).get_json()
    assert (deleted.status_code, client.get(nightly, headers=ada).status_code) == (204, 404)
    assert (session["status"], session["rejection"]["code"]) == ("rejected", "cancelled")
    assert session["schedule_id"] == nightly.rpartition("/")[2]
    assert client.get(f"/v1/occurrences/{first['id']}", headers=ada).get_json()["state"] == "rejected"


def test_skip_and_unskip(client: FlaskClient, ada: Headers, nightly: str):
    first = client.get(nightly, headers=ada).get_json()["occurrences"][0]
    occurrence = f"/v1/occurrences/{first['id']}"

    skipped = client.post(f"{occurrence}/skip", headers=ada).get_json()
    again = client.post(f"{occurrence}/unskip", headers=ada).get_json()

    assert (skipped["state"], skipped["outcome"]["reason"]) == ("skipped", "cancelled")
    assert (again["state"], again["sessions"][0], len(again["sessions"])) == ("upcoming", first["sessions"][0], 2)
    assert client.get(nightly, headers=ada).get_json()["occurrences"][0]["id"] == first["id"]


def test_an_occurrence_is_sent_again_only_when_it_has_changed(client: FlaskClient, ada: Headers, nightly: str):
    path = f"/v1/occurrences/{client.get(nightly, headers=ada).get_json()['occurrences'][0]['id']}"
    etag = client.get(path, headers=ada).headers["ETag"]

    before = client.get(path, headers=ada | {"If-None-Match": etag})
    skipped = client.post(f"{path}/skip", headers=ada)
    after = client.get(path, headers=ada | {"If-None-Match": etag})

    assert (before.status_code, after.status_code) == (304, 200)
    assert after.headers["ETag"] == skipped.headers["ETag"] != etag


def test_it_is_too_late_to_unskip_after_the_last_feasible_start(
    client: FlaskClient, ada: Headers, schedules: str, clock: ManualClock
):
    begun = NIGHTLY | {"on": {"date": "2026-11-20"}, "start_time": "11:00", "end_time": "11:25"}
    [occurrence] = client.post(schedules, json=begun, headers=ada).get_json()["occurrences"]
    path = f"/v1/occurrences/{occurrence['id']}"
    client.post(f"{path}/skip", headers=ada)
    clock.advance(timedelta(minutes=6))

    refused = client.post(f"{path}/unskip", headers=ada).get_json()

    assert (refused["status"], refused["code"]) == (409, "too_late")


def test_the_outlook_names_what_is_in_the_way(client: FlaskClient, ada: Headers, nightly: str):
    outlook = client.get(f"{nightly}/outlook", headers=ada).get_json()

    checks = {check["code"]: check for check in outlook["checks"]}
    assert outlook["verdict"] == "will_not_start"
    assert checks["charger_offline"]["state"] == "fails"
    assert checks["charger_offline"]["fix_before"] == "2026-11-21T05:15:00Z"
    assert checks["already_in_progress"] == {
        "code": "already_in_progress",
        "state": "ok",
        "detail": "No other session is in the way.",
        "fix_before": None,
    }


def test_a_schedule_that_is_off_has_nothing_that_could_start(client: FlaskClient, ada: Headers, nightly: str):
    client.patch(nightly, json={"enabled": False}, headers=ada)

    outlook = client.get(f"{nightly}/outlook", headers=ada).get_json()

    assert outlook == {
        "verdict": "will_not_start",
        "checks": [
            {
                "code": "schedule_enabled",
                "state": "fails",
                "detail": "The schedule is switched off.",
                "fix_before": None,
            }
        ],
    }


def test_strangers_find_nothing_and_users_change_only_their_own(
    client: FlaskClient, ada: Headers, home_id: str, schedules: str, nightly: str, database: Database, sign_in: SignIn
):
    stranger, user = sign_in(), sign_in()
    join(client, database, home_id, user, MemberRole.USER)
    occurrence = f"/v1/occurrences/{client.get(nightly, headers=ada).get_json()['occurrences'][0]['id']}"
    own = client.post(schedules, json=NIGHTLY, headers=user).headers["Location"]

    def statuses(headers: Headers, path: str) -> list[int]:
        return [
            client.get(path, headers=headers).status_code,
            client.get(f"{path}/outlook", headers=headers).status_code,
            client.patch(path, json={"name": "Mine"}, headers=headers).status_code,
            client.delete(path, headers=headers).status_code,
        ]

    assert statuses(stranger, nightly) == [404] * 4
    assert [client.get(schedules, headers=h).status_code for h in (stranger, user)] == [404, 200]
    assert client.post(schedules, json=NIGHTLY, headers=stranger).status_code == 404
    assert [client.post(f"{occurrence}/skip", headers=h).status_code for h in (stranger, user)] == [404, 403]
    assert [client.get(occurrence, headers=h).status_code for h in (stranger, user)] == [404, 200]
    assert statuses(user, nightly) == [200, 200, 403, 403]
    assert statuses(user, own) == [200, 200, 200, 204]


def test_the_same_key_makes_one_schedule(client: FlaskClient, ada: Headers, schedules: str):
    keyed = ada | {"Idempotency-Key": "once"}

    first, second = (client.post(schedules, json=NIGHTLY, headers=keyed) for _ in range(2))

    assert first.get_json() == second.get_json()
    assert len(client.get(schedules, headers=ada).get_json()["items"]) == 1
