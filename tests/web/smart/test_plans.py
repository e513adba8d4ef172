"""Plans over HTTP: what a Smart charge will do, before its car is there and while it follows it."""

from datetime import timedelta

from flask.testing import FlaskClient

from homecharge.domain.access import MemberRole
from homecharge.domain.accounts import Role
from homecharge.domain.planner import plan
from homecharge.observability.clock import ManualClock
from homecharge.storage.database import Database
from tests.domain.drawn_plans import MIDNIGHT, request
from tests.web.conftest import SignIn
from tests.web.homes import Headers, id_of, join
from tests.web.smart.conftest import SMART, TAKEN_BY_THE_NIGHT, occurrences, restrict, take_up

MINUTE = timedelta(minutes=1)


def test_an_occurrence_shows_the_plan_it_would_have_if_its_car_came_now(client: FlaskClient, ada: Headers, smart: str):
    shown = occurrences(client, ada, smart)[0]["plan"]

    rates = shown.pop("rates")
    assert shown == {
        "computed_at": "2026-11-20T11:05:00Z",
        "window": {"start": "2026-11-20T11:05:00Z", "end": "2026-11-21T07:30:00Z"},
        "currency": "GBP",
        "slots": [TAKEN_BY_THE_NIGHT],
        "blocked": [],
        "energy_wh": 14_720,
        "cost": "1.1040000",
        "total": {"amount": "1.10", "currency": "GBP"},
        "lower_bound": "1.1040000",
        "finishes_at": "2026-11-21T02:30:00Z",
        "shortfall": None,
        "warnings": [],
    }
    assert [(rate["start"], rate["rate"], rate["estimated"]) for rate in rates] == [
        ("2026-11-20T11:05:00Z", "0.2450", False),
        ("2026-11-21T00:30:00Z", "0.0750", False),
        ("2026-11-21T04:30:00Z", "0.2450", False),
    ]
    assert (rates[0]["end"], rates[-1]["end"]) == ("2026-11-21T00:30:00Z", "2026-11-21T07:30:00Z")


def test_later_occurrences_are_planned_from_the_start_of_their_windows(client: FlaskClient, ada: Headers, smart: str):
    second = occurrences(client, ada, smart)[1]["plan"]

    assert second["window"] == {"start": "2026-11-21T07:30:00Z", "end": "2026-11-22T07:30:00Z"}
    assert [slot["start"] for slot in second["slots"]] == ["2026-11-22T00:30:00Z"]


def test_what_cannot_be_met_is_said_in_words(client: FlaskClient, ada: Headers, charger: str, smart: str):
    restrict(client, ada, charger, "11:00", "07:00")

    shown = occurrences(client, ada, smart)[0]["plan"]

    assert shown["blocked"] == [
        {"start": "2026-11-20T11:05:00Z", "end": "2026-11-21T07:00:00Z", "code": "restricted_hours"}
    ]
    assert shown["shortfall"] == {
        "code": "restricted_hours",
        "energy_wh": 11_040,
        "detail": "Restricted hours leave too little time: 11.0 kWh will be missing.",
    }


def test_without_a_tariff_it_charges_as_early_as_it_may(client: FlaskClient, ada: Headers, charger: str):
    schedule = client.post(f"{charger}/schedules", json=SMART, headers=ada).get_json()

    shown = schedule["occurrences"][0]["plan"]
    assert (shown["cost"], shown["total"], shown["lower_bound"], shown["rates"]) == (None, None, None, [])
    assert [slot["start"] for slot in shown["slots"]] == ["2026-11-20T11:05:00Z"]
    assert [(each["code"], each["detail"]) for each in shown["warnings"]] == [
        ("no_tariff", "No price is known for this time: it charges as early as it may.")
    ]


def test_a_manual_charge_and_one_that_is_skipped_have_no_plan(
    client: FlaskClient, ada: Headers, charger: str, smart: str
):
    manual = {"kind": "manual", "on": {"weekdays": ["mon"]}, "start_time": "00:30"}
    shown = client.post(f"{charger}/schedules", json=manual, headers=ada).get_json()["occurrences"]
    skipped = client.post(f"/v1/occurrences/{occurrences(client, ada, smart)[0]['id']}/skip", headers=ada)

    assert {occurrence["plan"] for occurrence in shown} == {None}
    assert skipped.get_json()["plan"] is None


def test_a_session_under_way_shows_the_plan_it_follows_and_its_target(
    client: FlaskClient, ada: Headers, database: Database, smart: str, sign_in: SignIn
):
    first = occurrences(client, ada, smart)[0]
    session_id = take_up(database, first["id"], plan(request("3-1-2", kwh=1, asked_at=MIDNIGHT)))

    shown = client.get(f"/v1/occurrences/{first['id']}", headers=ada).get_json()["plan"]
    session = client.get(f"/v1/sessions/{session_id}", headers=ada).get_json()
    story = client.get(f"/v1/support/sessions/{session_id}", headers=sign_in(Role.SUPPORT)).get_json()
    assert (shown["computed_at"], shown["finishes_at"]) == ("2026-11-21T00:00:00Z", "2026-11-21T01:00:00Z")
    assert session["target"] == {"kind": "energy", "energy_wh": 14_720}
    assert story["plan"] == shown


def test_the_plan_of_a_session_is_shown_to_those_who_may_see_the_session(
    client: FlaskClient, ada: Headers, home: str, database: Database, smart: str, sign_in: SignIn
):
    first = occurrences(client, ada, smart)[0]
    bob = sign_in()
    join(client, database, id_of(home), bob, MemberRole.USER)
    before = client.get(f"/v1/occurrences/{first['id']}", headers=bob).get_json()

    take_up(database, first["id"], plan(request("3-1-2", kwh=1, asked_at=MIDNIGHT)))

    assert before["plan"]["energy_wh"] == 14_720
    assert client.get(f"/v1/occurrences/{first['id']}", headers=bob).get_json()["plan"] is None


def test_the_etag_stays_while_time_goes_by_and_changes_with_what_the_plan_rests_on(
    client: FlaskClient, ada: Headers, charger: str, smart: str, clock: ManualClock
):
    path = f"/v1/occurrences/{occurrences(client, ada, smart)[0]['id']}"
    first = client.get(path, headers=ada)
    clock.advance(MINUTE)
    later = client.get(path, headers=ada)

    restrict(client, ada, charger, "01:00", "02:00")

    assert later.get_json()["plan"]["computed_at"] == "2026-11-20T11:06:00Z"
    assert later.headers["ETag"] == first.headers["ETag"]
    assert client.get(path, headers=ada).headers["ETag"] != first.headers["ETag"]


def test_a_schedule_says_what_its_restricted_hours_cost(client: FlaskClient, ada: Headers, charger: str, smart: str):
    restrict(client, ada, charger, "01:00", "04:00")

    warnings = client.get(smart, headers=ada).get_json()["warnings"]

    assert warnings == [
        {
            "code": "restricted_hours",
            "detail": "Restricted hours lie in its time. Without them it would cost 1.25 GBP less and be done "
            "2 h sooner.",
            "schedule_id": None,
        }
    ]


def test_a_schedule_without_a_tariff_says_that_it_has_no_prices_to_go_by(
    client: FlaskClient, ada: Headers, charger: str
):
    warnings = client.post(f"{charger}/schedules", json=SMART, headers=ada).get_json()["warnings"]

    assert [(warning["code"], warning["schedule_id"]) for warning in warnings] == [("no_tariff", None)]
