"""The picture of an occurrence's plan, over HTTP."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from homecharge.domain.planner import plan
from homecharge.storage.database import Database
from tests.domain.drawn_plans import MIDNIGHT, request
from tests.web.conftest import SignIn
from tests.web.homes import Headers
from tests.web.smart.conftest import SMART, occurrences, take_up


@pytest.fixture
def picture(client: FlaskClient, ada: Headers, smart: str, database: Database) -> str:
    """Of a charge that follows its plan."""
    occurrence_id: str = occurrences(client, ada, smart)[0]["id"]
    take_up(database, occurrence_id, plan(request("3-1-2", kwh=1, asked_at=MIDNIGHT)))
    return f"/v1/occurrences/{occurrence_id}/plan.svg"


def test_a_plan_is_a_picture_that_says_what_it_costs(client: FlaskClient, ada: Headers, picture: str):
    answer = client.get(picture, headers=ada)

    drawn = ET.fromstring(answer.text)
    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
    assert drawn.get("width") == "720"
    assert "1.0 kWh for 1.00 GBP" in answer.text


def test_a_charge_that_waits_for_its_car_is_drawn_as_it_would_be_also_without_a_tariff(
    client: FlaskClient, ada: Headers, charger: str
):
    shown = client.post(f"{charger}/schedules", json=SMART, headers=ada).get_json()["occurrences"]

    answer = client.get(f"/v1/occurrences/{shown[0]['id']}/plan.svg", headers=ada)

    assert answer.status_code == 200
    assert "14.7 kWh" in ET.fromstring(answer.text).findtext("{*}title", "")


def test_theme_and_width_are_as_asked(client: FlaskClient, ada: Headers, picture: str):
    light, dark = (client.get(f"{picture}?theme={theme}&width=360", headers=ada).text for theme in ("light", "dark"))

    assert ET.fromstring(dark).get("width") == "360"
    assert light != dark


@pytest.mark.parametrize(("query", "field"), [("theme=pink", "theme"), ("width=20", "width"), ("width=x", "width")])
def test_what_cannot_be_drawn_is_named(client: FlaskClient, ada: Headers, picture: str, query: str, field: str):
    refused = client.get(f"{picture}?{query}", headers=ada)

    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, [field])


def test_a_picture_that_one_has_is_not_sent_again(client: FlaskClient, ada: Headers, picture: str):
    known: dict[str, Any] = {"If-None-Match": client.get(picture, headers=ada).headers["ETag"]}

    again = client.get(picture, headers=ada | known)
    other = client.get(f"{picture}?theme=dark", headers=ada | known)

    assert (again.status_code, again.data) == (304, b"")
    assert other.status_code == 200


def test_where_there_is_no_plan_there_is_no_picture(client: FlaskClient, ada: Headers, charger: str):
    manual = {"kind": "manual", "on": {"weekdays": ["mon"]}, "start_time": "00:30"}
    shown = client.post(f"{charger}/schedules", json=manual, headers=ada).get_json()["occurrences"]

    answer = client.get(f"/v1/occurrences/{shown[0]['id']}/plan.svg", headers=ada)

    assert (answer.status_code, answer.get_json()["detail"]) == (404, "This charge has no plan.")


def test_it_is_shown_to_members_only(client: FlaskClient, picture: str, sign_in: SignIn):
    assert client.get(picture, headers=sign_in()).status_code == 404
    assert client.get(picture).status_code == 401
