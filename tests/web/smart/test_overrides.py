"""One night of a Smart schedule, changed over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from homecharge.domain.access import MemberRole
from homecharge.domain.planner import plan
from homecharge.domain.session_state import Status
from homecharge.observability.clock import ManualClock
from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession
from tests.domain.drawn_plans import MIDNIGHT, request
from tests.web.conftest import START, SignIn
from tests.web.homes import Headers, id_of, join
from tests.web.smart.conftest import Json, occurrences, take_up

Later = Callable[[timedelta], Headers]
EARLIER = {"ready_by": "06:00", "target": {"kind": "energy", "energy_wh": 7_360}}


@pytest.fixture
def occurrence(client: FlaskClient, ada: Headers, smart: str) -> str:
    """The first one, which waits for its car."""
    return f"/v1/occurrences/{occurrences(client, ada, smart)[0]['id']}"


def override(client: FlaskClient, headers: Headers, path: str, body: Json) -> TestResponse:
    return client.put(f"{path}/override", json=body, headers=headers)


def column(database: Database, session_id: str, name: str) -> object:
    with database.read() as db:
        return db.scalar(select(getattr(ChargingSession, name)).where(ChargingSession.id == session_id))


def test_a_night_that_waits_for_its_car_is_planned_for_what_it_has_of_its_own(
    client: FlaskClient, ada: Headers, occurrence: str, smart: str
):
    answer = override(client, ada, occurrence, EARLIER)

    shown = answer.get_json()
    assert answer.status_code == 200
    assert shown["override"] == EARLIER
    assert (shown["ready_by"], shown["window"]["end"]) == ("2026-11-21T06:00:00Z", "2026-11-21T06:00:00Z")
    assert (shown["last_feasible_start"], shown["plan"]["energy_wh"]) == ("2026-11-21T05:45:00Z", 7_360)
    assert [each["override"] for each in occurrences(client, ada, smart)[1:]] == [None] * 7


@pytest.mark.parametrize("nothing", [{}, {"ready_by": None, "target": None}])
def test_without_anything_of_its_own_it_is_as_the_schedule_has_it(
    client: FlaskClient, ada: Headers, occurrence: str, nothing: Json
):
    before = client.get(occurrence, headers=ada).get_json()
    override(client, ada, occurrence, EARLIER)

    assert override(client, ada, occurrence, nothing).get_json() == before


def test_a_charge_under_way_is_looked_at_again_at_once_and_its_story_says_so(
    client: FlaskClient, ada: Headers, occurrence: str, database: Database
):
    session_id = take_up(database, id_of(occurrence), plan(request("3-1-2", asked_at=MIDNIGHT)))
    version = column(database, session_id, "version")

    override(client, ada, occurrence, EARLIER)
    override(client, ada, occurrence, {})

    session = client.get(f"/v1/sessions/{session_id}", headers=ada).get_json()
    steps = client.get(f"/v1/sessions/{session_id}/timeline", headers=ada).get_json()["items"]
    assert column(database, session_id, "wake_at") == START
    assert column(database, session_id, "version") != version
    assert session["target"] == {"kind": "energy", "energy_wh": 14_720}
    assert [step["detail"] for step in steps if step["kind"] == "overridden"] == [
        "Changed for this night: 7.4 kWh by Sat 21 Nov 06:00.",
        "Back to what its schedule says: 14.7 kWh by Sat 21 Nov 07:30.",
    ]


def test_the_session_of_the_night_has_its_end_and_its_target(
    client: FlaskClient, ada: Headers, occurrence: str, database: Database
):
    session_id = take_up(database, id_of(occurrence), plan(request("3-1-2", asked_at=MIDNIGHT)))

    override(client, ada, occurrence, EARLIER)

    session = client.get(f"/v1/sessions/{session_id}", headers=ada).get_json()
    assert (session["window"]["end"], session["target"]) == ("2026-11-21T06:00:00Z", EARLIER["target"])
    assert session["last_feasible_start"] == "2026-11-21T05:45:00Z"


def test_a_change_that_was_made_on_an_older_state_is_refused(client: FlaskClient, ada: Headers, occurrence: str):
    known: dict[str, Any] = {"If-Match": client.get(occurrence, headers=ada).headers["ETag"]}

    first = override(client, ada | known, occurrence, EARLIER)
    second = override(client, ada | known, occurrence, {})

    assert (first.status_code, second.status_code) == (200, 412)
    assert second.get_json()["current"]["override"] == EARLIER


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ready_by": "07:75"}, "ready_by"),
        ({"ready_by": "10:30", "day": "mon"}, "day"),
        ({"target": {"kind": "energy"}}, "target.energy_wh"),
        ({"target": {"kind": "soc", "percent": 80}}, "vehicle_id"),
    ],
)
def test_what_cannot_be_right_is_named(client: FlaskClient, ada: Headers, occurrence: str, body: Json, field: str):
    refused = override(client, ada, occurrence, body)

    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, [field])


@pytest.fixture
def later(client: FlaskClient, home: str, database: Database, sign_in: SignIn, clock: ManualClock) -> Later:
    """Lets time go by; the headers of an admin who has just signed in."""

    def pass_by(time: timedelta) -> Headers:
        clock.advance(time)
        admin = sign_in()
        join(client, database, id_of(home), admin, MemberRole.ADMIN)
        return admin

    return pass_by


def test_a_ready_by_that_has_passed_is_refused(client: FlaskClient, occurrence: str, later: Later):
    admin = later(timedelta(hours=18))

    refused = override(client, admin, occurrence, {"ready_by": "04:30"})

    assert (refused.status_code, refused.get_json()["code"]) == (422, "in_the_past")


def test_a_budget_needs_a_tariff(client: FlaskClient, ada: Headers, home: str, occurrence: str):
    client.put(f"{home}/tariff", json={"tariff_id": None}, headers=ada)

    refused = override(client, ada, occurrence, {"target": {"kind": "budget", "amount": "2.00"}})

    assert (refused.status_code, refused.get_json()["code"]) == (409, "no_tariff")


def test_what_is_over_stays_as_it_was(
    client: FlaskClient, ada: Headers, occurrence: str, database: Database, later: Later
):
    session_id = take_up(database, id_of(occurrence), plan(request("3-1-2", asked_at=MIDNIGHT)))
    with database.write() as db:
        db.execute(update(ChargingSession).values(status=Status.COMPLETED, wake_at=None))

    tried = override(client, ada, occurrence, EARLIER).get_json()
    late = override(client, later(timedelta(hours=24)), occurrence, EARLIER).get_json()

    assert (tried["code"], tried["session_id"], late["code"]) == ("already_decided", session_id, "too_late")


def test_a_manual_charge_has_nothing_to_be_planned(client: FlaskClient, ada: Headers, charger: str):
    manual = {"kind": "manual", "on": {"weekdays": ["mon"]}, "start_time": "00:30"}
    shown = client.post(f"{charger}/schedules", json=manual, headers=ada).get_json()["occurrences"]

    refused = override(client, ada, f"/v1/occurrences/{shown[0]['id']}", EARLIER)

    assert (refused.status_code, refused.get_json()["code"]) == (409, "not_smart")


def test_a_user_changes_their_own_nights_only(
    client: FlaskClient, ada: Headers, home: str, occurrence: str, database: Database, sign_in: SignIn
):
    bob, eve = sign_in(), sign_in()
    join(client, database, id_of(home), bob, MemberRole.USER)

    answers = [override(client, who, occurrence, EARLIER) for who in (bob, eve, {})]

    assert [answer.status_code for answer in answers] == [403, 404, 401]
