"""What-if: a preview plans as the real thing does, and saves nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from homecharge.domain.access import MemberRole
from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession, Occurrence, Schedule
from tests.web.conftest import SignIn
from tests.web.homes import Headers, id_of, join
from tests.web.smart.conftest import SMART, TAKEN_BY_THE_NIGHT, Json, occurrences, restrict


def preview(client: FlaskClient, headers: Headers, charger: str, **changes: Any) -> Json:
    answer = client.post(f"{charger}/schedules/preview", json=SMART | changes, headers=headers)
    assert answer.status_code == 200, answer.get_json()
    found: Json = answer.get_json()
    return found


def costs(found: Json) -> list[str]:
    compared = found["compare"]
    return [each["total"]["amount"] for each in (found["plan"], *compared.values())]


def test_a_preview_compares_the_plan_with_charging_now_and_without_restrictions(
    client: FlaskClient, ada: Headers, charger: str, tariff: str
):
    restrict(client, ada, charger, "01:00", "04:00")

    found = preview(client, ada, charger)

    assert costs(found) == ["2.36", "3.61", "1.10"]
    assert [slot["rate"] for slot in found["plan"]["slots"]] == ["0.2450", "0.0750", "0.0750"]
    assert found["compare"]["charge_now"]["finishes_at"] == "2026-11-20T13:05:00Z"
    assert found["compare"]["without_restricted_hours"]["slots"] == [TAKEN_BY_THE_NIGHT]


def test_the_preview_is_the_plan_that_the_schedule_then_has(
    client: FlaskClient, ada: Headers, charger: str, tariff: str
):
    asked: Json = {"contiguous": True, "target": {"kind": "budget", "amount": "4.00"}}
    restrict(client, ada, charger, "01:00", "02:00")
    before = preview(client, ada, charger, **asked)["plan"]

    schedule = client.post(f"{charger}/schedules", json=SMART | asked, headers=ada).headers["Location"]

    assert occurrences(client, ada, schedule)[0]["plan"] == before
    assert len({slot["start"] for slot in before["slots"]}) < 3


def test_nothing_is_saved(client: FlaskClient, ada: Headers, charger: str, tariff: str, database: Database):
    preview(client, ada, charger)

    with database.read() as db:
        kept = [db.scalar(select(func.count()).select_from(row)) for row in (Schedule, Occurrence, ChargingSession)]
    assert kept == [0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "status", "code", "named"),
    [
        ({"on": {"date": "2026-11-19"}}, 422, "in_the_past", ["on.date"]),
        ({"connector_id": 2}, 422, "invalid", ["connector_id"]),
        ({"target": {"kind": "budget", "amount": "5.00"}}, 409, "no_tariff", None),
        ({"limit": {"kind": "cost", "amount": "5.00"}}, 409, "no_tariff", None),
    ],
)
def test_what_could_not_be_saved_is_refused(
    client: FlaskClient,
    ada: Headers,
    charger: str,
    changes: Json,
    status: int,
    code: str,
    named: list[str] | None,
):
    asked = client.post(f"{charger}/schedules/preview", json=SMART | changes, headers=ada)
    added = client.post(f"{charger}/schedules", json=SMART | changes, headers=ada)

    for refused in (asked, added):
        problem = refused.get_json()
        assert (refused.status_code, problem["code"], list(problem.get("errors", {})) or None) == (status, code, named)


def test_a_manual_schedule_has_no_plan_to_preview(client: FlaskClient, ada: Headers, charger: str):
    manual = {"kind": "manual", "on": {"weekdays": ["mon"]}, "start_time": "00:30"}

    refused = client.post(f"{charger}/schedules/preview", json=manual, headers=ada)

    assert refused.status_code == 422
    assert "kind" in refused.get_json()["errors"]


def test_a_schedule_cannot_be_given_a_budget_without_a_tariff(client: FlaskClient, ada: Headers, charger: str):
    schedule = client.post(f"{charger}/schedules", json=SMART, headers=ada).headers["Location"]

    refused = client.patch(schedule, json={"target": {"kind": "budget", "amount": "5.00"}}, headers=ada)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "no_tariff")


def test_members_may_ask_and_strangers_find_nothing(
    client: FlaskClient, ada: Headers, home: str, charger: str, tariff: str, database: Database, sign_in: SignIn
):
    bob, eve = sign_in(), sign_in()
    join(client, database, id_of(home), bob, MemberRole.USER)

    assert preview(client, bob, charger)["plan"]["slots"] == [TAKEN_BY_THE_NIGHT]
    assert client.post(f"{charger}/schedules/preview", json=SMART, headers=eve).status_code == 404
    assert client.post(f"{charger}/schedules/preview", json=SMART).status_code == 401


def test_in_solar_only_mode_nothing_is_bought_and_there_is_no_plan(
    client: FlaskClient, ada: Headers, charger: str, tariff: str
):
    client.patch(charger, json={"solar": "only"}, headers=ada)

    found = preview(client, ada, charger)
    added = client.post(f"{charger}/schedules", json=SMART, headers=ada)

    assert found["plan"] is None
    assert found["compare"]["charge_now"]["energy_wh"] == 14_720
    assert [each["plan"] for each in added.get_json()["occurrences"]] == [None] * 8
    assert [warning["code"] for warning in added.get_json()["warnings"]] == ["solar_only"]
