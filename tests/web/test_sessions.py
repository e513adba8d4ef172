"""History over HTTP, and what is asked of a session under way."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.domain.rejections import Code, Evidence, Rejection, stored
from homecharge.domain.session_state import Session, Status
from homecharge.storage.database import Database
from homecharge.storage.models import Account, Charger, ChargingSession
from tests.homes import make_charger, make_home, make_session
from tests.web.conftest import START, SignIn

Headers = dict[str, str]
FIELDS = [
    "id",
    "at",
    "reference",
    "charger_id",
    "connector_id",
    "location_id",
    "time_zone",
    "driver",
    "schedule_id",
    "occurrence_id",
    "authorization_id",
    "recovers_session_id",
    "recovered_by_session_id",
    "attempt",
    "kind",
    "status",
    "window",
    "planned_start_at",
    "random_delay_s",
    "due_at",
    "last_feasible_start",
    "started_at",
    "ended_at",
    "boosted_at",
    "boost",
    "target",
    "limit",
    "energy_wh",
    "live",
    "progress",
    "waiting",
    "cost",
    "cost_state",
    "cost_note",
    "result",
    "shortfall",
    "stop_reason",
    "rejection",
    "flags",
    "created_at",
    "updated_at",
]
UNPLUGGED = Rejection(
    code=Code.CAR_UNPLUGGED,
    params={"since": START - timedelta(hours=2)},
    evidence=(Evidence(at=START, fact="connector_status", value="available", source="charger"),),
)


class Scene:
    """Ada signed in, with a charger that is on the line."""

    def __init__(self, database: Database, headers: Headers) -> None:
        self.database, self.headers = database, headers
        with database.write() as db:
            account = db.execute(select(Account.id, Account.name)).one()
            self.ada = Caller(
                account_id=account.id, name=account.name, locale="en", role=Role.DRIVER, family_id="x", device="phone"
            )
            self.charger = make_charger(db, self.ada, make_home(db, self.ada))
            db.execute(update(Charger).values(connection_id="the line", connected_at=START))

    def session(self, status: Status = Status.COMPLETED, **columns: Any) -> Session:
        over = {"wake_at": None} if status in {Status.COMPLETED, Status.REJECTED} else {}
        with self.database.write() as db:
            return make_session(db, self.charger, self.ada, status=status, **over | columns)

    def rejected(self, **columns: Any) -> Session:
        reason = {"reason": "car_unplugged", "rejection": stored((UNPLUGGED,)), "ended_at": START}
        return self.session(Status.REJECTED, **reason | columns)


@pytest.fixture
def scene(database: Database, sign_in: SignIn) -> Scene:
    return Scene(database, sign_in())


def get(client: FlaskClient, scene: Scene, path: str, **query: Any) -> Any:  # noqa: ANN401 - any JSON document
    answer = client.get(path, headers=scene.headers, query_string=query)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_a_session_has_every_field_of_the_contract(client: FlaskClient, scene: Scene):
    session = scene.session(
        limit={"kind": "energy", "energy_wh": 8000}, window_start=START, window_end=START + timedelta(hours=1)
    )

    shown = get(client, scene, f"/v1/sessions/{session.id}")

    assert set(FIELDS) - set(shown) == set()
    assert shown["driver"] == {"id": scene.ada.account_id, "name": "Ada"}
    assert shown["window"] == {"start": "2026-11-20T11:05:00Z", "end": "2026-11-20T12:05:00Z"}
    assert shown["limit"] == {"kind": "energy", "energy_wh": 8000}
    assert (shown["cost"], shown["cost_state"], shown["cost_note"]) == (None, "none", "no_tariff")
    assert (shown["time_zone"], shown["at"], shown["flags"]) == ("Europe/London", "2026-11-20T11:05:00Z", [])
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", shown["reference"])


def test_a_rejection_has_its_words_action_and_evidence(client: FlaskClient, scene: Scene):
    last = START + timedelta(hours=1)
    session = scene.rejected(last_feasible_start=last, window_end=last + timedelta(minutes=15), open_until=last)

    shown = get(client, scene, f"/v1/sessions/{session.reference}")

    assert shown["rejection"] == {
        "code": "car_unplugged",
        "headline": "Rejected: car not plugged in",
        "title": "Car not plugged in",
        "detail": "The car has not been plugged in since 09:05.",
        "advice": "Plug in before 12:05 and it will still charge until 12:20.",
        "tone": "warning",
        "category": "retriable",
        "fix_by": "driver",
        "act_before": "2026-11-20T12:05:00Z",
        "action": {"kind": "plug_in", "target": scene.charger.id},
        "also": [],
        "evidence": [
            {
                "at": "2026-11-20T11:05:00Z",
                "fact": "connector_status",
                "value": "available",
                "text": "The connector said “available”",
                "source": "charger",
            }
        ],
    }
    assert shown["waiting"] == {
        "for": "plug",
        "until": "2026-11-20T12:05:00Z",
        "detail": "Waiting for the car to be plugged in, until 12:05.",
    }


def test_an_unchanged_session_need_not_be_sent_again(client: FlaskClient, scene: Scene, database: Database):
    path = f"/v1/sessions/{scene.session().id}"
    known = client.get(path, headers=scene.headers).headers["ETag"]

    unchanged = client.get(path, headers=scene.headers | {"If-None-Match": known})
    with database.write() as db:
        db.execute(update(ChargingSession).values(energy_wh=1))
    changed = client.get(path, headers=scene.headers | {"If-None-Match": known})

    assert (unchanged.status_code, changed.status_code) == (304, 200)


@pytest.mark.parametrize(
    ("status", "settled"),
    [
        (Status.PLANNED, "0"),
        (Status.STARTING, "0"),
        (Status.CHARGING, "1"),
        (Status.PAUSED, "1"),
        (Status.COMPLETED, "1"),
        (Status.REJECTED, "1"),
    ],
)
def test_whoever_waits_for_a_session_learns_when_it_is_settled(
    client: FlaskClient, scene: Scene, status: Status, settled: str
):
    answer = client.get(f"/v1/sessions/{scene.session(status).id}", headers=scene.headers)

    assert answer.headers["Homecharge-Settled"] == settled


def test_history_is_newest_first_in_pages_and_planned_ones_come_when_asked_for(client: FlaskClient, scene: Scene):
    sessions = [scene.session(due_at=START - timedelta(hours=hours)) for hours in (3, 2, 1)]
    planned = scene.session(Status.PLANNED, due_at=START + timedelta(hours=1))

    first = get(client, scene, "/v1/sessions", limit=2)
    second = get(client, scene, "/v1/sessions", limit=2, cursor=first["next_cursor"])
    future = get(client, scene, "/v1/sessions", status="planned")

    assert [item["id"] for item in first["items"]] == [sessions[2].id, sessions[1].id]
    assert [item["id"] for item in second["items"]] == [sessions[0].id]
    assert second["next_cursor"] is None
    assert [item["id"] for item in future["items"]] == [planned.id]


def test_filters_take_several_values(client: FlaskClient, scene: Scene):
    rejected, completed = scene.rejected(), scene.session(due_at=START - timedelta(hours=1))

    def found(**query: str) -> list[str]:
        return [item["id"] for item in get(client, scene, "/v1/sessions", **query)["items"]]

    assert found() == [rejected.id, completed.id]
    assert found(reason="car_unplugged,charger_offline") == [rejected.id]
    assert found(status="completed,planned") == [completed.id]
    assert found(kind="boost") == [rejected.id, completed.id]
    assert found(**{"from": "2026-11-20T11:05:00Z"}) == [rejected.id]
    assert found(to="2026-11-20T11:05:00Z") == [completed.id]
    assert found(charger_id=f"{scene.charger.id},{scene.charger.location_id}") == [rejected.id, completed.id]
    assert found(location_id=scene.charger.id) == []
    assert found(driver_id=scene.ada.account_id, updated_since="2026-11-20T11:05:00Z") == [rejected.id, completed.id]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "boots"),
        ("status", "completed,over"),
        ("reason", "bad_luck"),
        ("charger_id", "garage"),
        ("location_id", ""),
        ("from", "yesterday"),
        ("to", "2026-11-20"),
        ("updated_since", "1"),
        ("limit", "201"),
        ("cursor", "x"),
        ("colour", "red"),
        ("driver_id", ",".join(["019c9f4e-7d3a-7c11-9f0e-5b1f1a2b3c4d"] * 51)),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_by_name(client: FlaskClient, scene: Scene, name: str, value: str):
    answer = client.get("/v1/sessions", headers=scene.headers, query_string={name: value})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [name]


def test_a_stop_is_accepted_once_and_the_session_says_so(client: FlaskClient, scene: Scene):
    session = scene.session(Status.CHARGING)

    first = client.post(f"/v1/sessions/{session.reference}/stop", headers=scene.headers)
    second = client.post(f"/v1/sessions/{session.id}/stop", headers=scene.headers)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.headers["Location"] == f"/v1/sessions/{session.id}"
    assert first.get_json()["stop_requested_at"] == second.get_json()["stop_requested_at"] == "2026-11-20T11:05:00Z"


def test_a_stop_of_what_is_over_changes_nothing(client: FlaskClient, scene: Scene):
    session = scene.session()

    answer = client.post(f"/v1/sessions/{session.id}/stop", headers=scene.headers)

    assert answer.status_code == 200
    assert answer.get_json()["stop_requested_at"] is None


@pytest.mark.parametrize(
    ("status", "verb", "code"),
    [
        (Status.PLANNED, "stop", "not_started"),
        (Status.CHARGING, "cancel", "already_started"),
        (Status.CHARGING, "start-now", "not_delayed"),
    ],
)
def test_what_cannot_be_asked_of_a_session_is_refused_in_words(
    client: FlaskClient, scene: Scene, status: Status, verb: str, code: str
):
    session = scene.session(status)

    answer = client.post(f"/v1/sessions/{session.id}/{verb}", headers=scene.headers)

    assert (answer.status_code, answer.get_json()["code"]) == (409, code)
    assert answer.get_json()["session_id"] == session.id


def test_a_charger_that_is_offline_cannot_be_told_to_stop(client: FlaskClient, scene: Scene, database: Database):
    session = scene.session(Status.CHARGING)
    with database.write() as db:
        db.execute(update(Charger).values(connection_id=None, connected_at=None))

    answer = client.post(f"/v1/sessions/{session.id}/stop", headers=scene.headers)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "charger_offline")
    assert get(client, scene, f"/v1/sessions/{session.id}")["stop_requested_at"] is None


def test_a_cancelled_session_is_rejected_at_once(client: FlaskClient, scene: Scene):
    session = scene.session(Status.PLANNED, due_at=START + timedelta(hours=1))

    answer = client.post(f"/v1/sessions/{session.id}/cancel", headers=scene.headers)

    shown = answer.get_json()
    assert answer.status_code == 200
    assert (shown["status"], shown["rejection"]["code"], shown["rejection"]["tone"]) == (
        "rejected",
        "cancelled",
        "neutral",
    )
    assert shown["rejection"]["detail"] == "Ada cancelled this charge at 11:05."


def test_a_start_that_is_cancelled_is_accepted(client: FlaskClient, scene: Scene):
    session = scene.session(Status.STARTING)

    answer = client.post(f"/v1/sessions/{session.id}/cancel", headers=scene.headers)

    assert (answer.status_code, answer.get_json()["status"]) == (202, "starting")


def test_the_timeline_says_what_happened(client: FlaskClient, scene: Scene):
    session = scene.session(Status.PLANNED, due_at=START + timedelta(hours=1))
    client.post(f"/v1/sessions/{session.id}/cancel", headers=scene.headers)

    page = get(client, scene, f"/v1/sessions/{session.id}/timeline")

    assert [(step["kind"], step["actor"], step["cause"], step["detail"]) for step in page["items"]] == [
        ("planned", "driver", None, "Planned for 12:05."),
        ("rejected", "driver", "session_cancelled", "Cancelled."),
    ]
    assert [step["at"] for step in page["items"]] == ["2026-11-20T11:05:00.000Z"] * 2
    assert page["next_cursor"] is None


def test_a_session_without_readings_has_none(client: FlaskClient, scene: Scene):
    path = f"/v1/sessions/{scene.session().id}/readings"

    assert get(client, scene, path) == {"items": []}
    assert client.get(path, headers=scene.headers, query_string={"resolution_s": 0}).status_code == 422


@pytest.mark.parametrize("path", ["", "/timeline", "/readings"])
def test_a_strangers_session_does_not_exist(client: FlaskClient, scene: Scene, sign_in: SignIn, path: str):
    answer = client.get(f"/v1/sessions/{scene.session().id}{path}", headers=sign_in())

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("verb", ["stop", "cancel", "start-now"])
def test_a_strangers_session_can_be_asked_nothing(client: FlaskClient, scene: Scene, sign_in: SignIn, verb: str):
    answer = client.post(f"/v1/sessions/{scene.session().id}/{verb}", headers=sign_in())

    assert answer.status_code == 404


def test_the_catalogue_of_reasons_is_open_to_everybody(client: FlaskClient):
    answer = client.get("/v1/rejection-reasons", headers={"Accept-Language": "xx, en;q=0.5"})

    items = answer.get_json()["items"]
    assert [item["code"] for item in items] == [code.value for code in Code]
    assert items[7]["headline"] == "Not needed: battery full"
    assert {"variant", "headline", "title", "detail", "advice"} == set(items[7]["variants"][0])
    assert answer.get_json()["next_cursor"] is None
