"""A month over HTTP: in figures, and in charts that an app shows as they are."""

import dataclasses
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from homecharge.domain.access import MemberRole
from homecharge.domain.session_state import Status
from homecharge.services.locations import get_location
from homecharge.storage.database import Database
from homecharge.storage.models import Account
from tests.homes import join, make_session
from tests.web.conftest import SignIn
from tests.web.test_sessions import Scene

COST = {"cost": Decimal("1.2345"), "cost_currency": "GBP"}
CHARTS = ("energy", "rejections")


@pytest.fixture
def scene(database: Database, sign_in: SignIn) -> Scene:
    return Scene(database, sign_in())


def query(scene: Scene, **more: str) -> dict[str, str]:
    return {"location_id": scene.charger.location_id, **more}


def test_the_present_month_is_told_unless_another_is_named(client: FlaskClient, scene: Scene):
    scene.session(energy_wh=7_400, uncosted_wh=0, **COST)
    scene.rejected()

    month = client.get("/v1/insights", headers=scene.headers, query_string=query(scene)).get_json()
    before = client.get("/v1/insights", headers=scene.headers, query_string=query(scene, month="2026-10")).get_json()

    assert (month["month"], month["time_zone"]) == ("2026-11", "Europe/London")
    assert (month["sessions"], month["charged"], month["rejected"], month["energy_wh"]) == (2, 1, 1, 7_400)
    assert month["cost"] == {"amount": "1.23", "currency": "GBP"}
    assert month["savings"] is None
    assert month["rejections"] == [{"code": "car_unplugged", "title": "Car not plugged in", "count": 1, "share": 0.5}]
    assert month["days"][19] == {
        "date": "2026-11-20",
        "energy_wh": 7_400,
        "cost": {"amount": "1.23", "currency": "GBP"},
    }
    assert (before["sessions"], before["cost"], len(before["days"])) == (0, None, 31)


def test_a_home_of_others_does_not_exist(client: FlaskClient, scene: Scene, sign_in: SignIn):
    stranger = sign_in()

    for path in ("/v1/insights", *(f"/v1/insights/{name}.svg" for name in CHARTS)):
        assert client.get(path, headers=stranger, query_string=query(scene)).status_code == 404


@pytest.mark.parametrize("month", ["2026-13", "soon", "2026-1"])
def test_what_is_no_month_is_refused(client: FlaskClient, scene: Scene, month: str):
    answer = client.get("/v1/insights", headers=scene.headers, query_string=query(scene, month=month))

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["month"])


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize(
    ("look", "month", "language"),
    [
        ({}, "November 2026", "en"),
        ({"theme": "dark", "width": "320"}, "novembre 2026", "fr"),
        ({"month": "2026-02"}, "Februar 2026", "de"),
    ],
)
def test_a_chart_is_an_svg_document_that_tells_its_content(
    client: FlaskClient, scene: Scene, name: str, look: dict[str, str], month: str, language: str
):
    scene.headers["Accept-Language"] = language
    scene.session(energy_wh=7_400, **COST)
    scene.rejected()

    answer = client.get(f"/v1/insights/{name}.svg", headers=scene.headers, query_string=query(scene, **look))

    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    svg = ET.fromstring(answer.text)
    told = [element.text for element in svg.iter() if element.tag.endswith(("title", "desc"))]
    assert month in str(told[0])
    assert svg.get("width") == look.get("width", "720")
    assert (
        client.get(
            f"/v1/insights/{name}.svg",
            headers=scene.headers | {"If-None-Match": answer.headers["ETag"]},
            query_string=query(scene, **look),
        ).status_code
        == 304
    )


def test_a_user_is_told_of_their_own_sessions_only(
    client: FlaskClient, scene: Scene, database: Database, sign_in: SignIn
):
    scene.session(energy_wh=100)
    grace_headers = sign_in()
    with database.write() as db:
        grace_id = db.scalar(select(Account.id).where(Account.id != scene.ada.account_id))
        grace = dataclasses.replace(scene.ada, account_id=str(grace_id))
        home = get_location(db, scene.charger.location_id, caller=scene.ada)
        join(db, home, grace, MemberRole.USER)
        make_session(db, scene.charger, grace, status=Status.COMPLETED, wake_at=None, energy_wh=900)

    energy_wh = [
        client.get("/v1/insights", headers=headers, query_string=query(scene)).get_json()["energy_wh"]
        for headers in (grace_headers, scene.headers)
    ]

    assert energy_wh == [900, 1_000]
