"""Whether a Smart charge will start, over HTTP, before there is a session of it."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select, update

from homecharge.storage.database import Database
from homecharge.storage.models import Charger, ChargingSession, Connector
from tests.web.conftest import START
from tests.web.homes import Headers, id_of
from tests.web.smart.conftest import SMART, Json


def plug_in(database: Database, charger: str) -> None:
    """The charger is online, and has said that a car is there."""
    line = {"connection_id": "line", "gateway_id": "gateway", "connected_at": START, "first_seen_at": START}
    said: dict[str, Any] = {"connector_id": 1, "status": "preparing", "error_code": "NoError"}
    said |= {"reported_at": START, "changed_at": START, "charger_id": id_of(charger), "plugged_in_at": START}
    with database.write() as db:
        db.execute(update(Charger).values(line))
        db.execute(insert(Connector).values(said))


def outlook(client: FlaskClient, headers: Headers, schedule: str) -> tuple[str, Json]:
    """The verdict, and the checks by their codes."""
    found = client.get(f"{schedule}/outlook", headers=headers).get_json()
    return found["verdict"], {check["code"]: check for check in found["checks"]}


def test_a_car_that_is_there_will_be_charged(
    client: FlaskClient, ada: Headers, charger: str, smart: str, database: Database
):
    plug_in(database, charger)

    verdict, checks = outlook(client, ada, smart)

    assert (verdict, {check["state"] for check in checks.values()}) == ("will_start", {"ok"})
    assert checks["enough_time"]["detail"] == "There is enough time: it must charge from Sat 21 Nov 05:29 on."
    assert checks["tariff"]["detail"] == "What the energy will cost is known."


def test_one_that_is_not_there_must_come(client: FlaskClient, ada: Headers, smart: str):
    verdict, checks = outlook(client, ada, smart)

    assert verdict == "will_not_start"
    assert checks["charger_offline"]["state"] == "fails"
    assert checks["car_unplugged"]["fix_before"] == "2026-11-21T07:15:00Z"


def test_an_unknown_state_of_charge_and_too_little_time_are_risks(
    client: FlaskClient, ada: Headers, home: str, charger: str, tariff: str, database: Database
):
    car = client.post(f"{home}/vehicles", json={"name": "Car", "battery_wh": 60_000}, headers=ada).get_json()
    changes = {"ready_by": "13:00", "target": {"kind": "soc", "percent": 90}, "vehicle_id": car["id"]}
    schedule = client.post(f"{charger}/schedules", json=SMART | changes, headers=ada).headers["Location"]
    plug_in(database, charger)

    verdict, checks = outlook(client, ada, schedule)

    assert (verdict, checks["state_of_charge"]["state"], checks["enough_time"]["state"]) == (
        "at_risk",
        "unknown",
        "fails",
    )
    assert checks["enough_time"]["detail"].endswith("will be missing.")


def test_asking_saves_nothing(client: FlaskClient, ada: Headers, smart: str, database: Database):
    outlook(client, ada, smart)

    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(ChargingSession)) == 0


def test_in_solar_only_mode_it_says_what_the_home_has_left_over(
    client: FlaskClient, ada: Headers, home: str, charger: str, smart: str, database: Database
):
    plug_in(database, charger)
    client.patch(charger, json={"solar": "only"}, headers=ada)

    unknown = outlook(client, ada, smart)
    client.post(f"{home}/surplus", json={"power_w": 900, "at": "2026-11-20T11:04:00Z"}, headers=ada)
    little = outlook(client, ada, smart)
    client.post(f"{home}/surplus", json={"power_w": 3_000, "at": "2026-11-20T11:05:00Z"}, headers=ada)
    enough = outlook(client, ada, smart)

    assert [verdict for verdict, _ in (unknown, little, enough)] == ["at_risk", "at_risk", "will_start"]
    assert [checks["solar"]["detail"] for _, checks in (unknown, little, enough)] == [
        "How much surplus there will be is not known: the home's meter has told of none.",
        "The home has 900 W left over, and 1.4 kW are needed: it waits for surplus.",
        "The home has 3.0 kW left over.",
    ]
