"""A home with a night tariff, and a Smart schedule there, for tests over HTTP."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from homecharge.domain.plans import Plan
from homecharge.domain.session_state import Status
from homecharge.domain.stored_plans import plan_json
from homecharge.domain.timeline import Actor
from homecharge.services.occurrence_supply import try_of
from homecharge.services.planning import plan_session
from homecharge.storage.database import Database
from homecharge.storage.models import ChargingSession
from homecharge.storage.queries.occurrences import find_occurrence, mark_decided
from homecharge.storage.queries.schedules import lock_active
from tests.web.conftest import SignIn
from tests.web.homes import HOME, Headers

Json = dict[str, Any]
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NIGHT_RATE = {
    "name": "Night",
    "currency": "GBP",
    "kind": "time_of_use",
    "periods": [{"start": "00:30", "end": "04:30", "rate": "0.0750"}],
    "other_rate": "0.2450",
}
SMART: Json = {
    "kind": "smart",
    "on": {"weekdays": EVERY_DAY},
    "ready_by": "07:30",
    "target": {"kind": "energy", "energy_wh": 14_720},
}
"""Two hours at 7.36 kW, which is what a charger of 32 A gives; the night to 21 November is the first."""
TAKEN_BY_THE_NIGHT: Json = {
    "start": "2026-11-21T00:30:00Z",
    "end": "2026-11-21T02:30:00Z",
    "power_w": 7360,
    "energy_wh": 14_720,
    "rate": "0.0750",
    "cost": "1.1040",
    "estimated": False,
}


@pytest.fixture
def ada(sign_in: SignIn) -> Headers:
    return sign_in()


@pytest.fixture
def home(client: FlaskClient, ada: Headers) -> str:
    return client.post("/v1/locations", json=HOME, headers=ada).headers["Location"]


@pytest.fixture
def tariff(client: FlaskClient, ada: Headers, home: str) -> str:
    """What the home pays by."""
    path = client.post("/v1/tariffs", json=NIGHT_RATE, headers=ada).headers["Location"]
    client.put(f"{home}/tariff", json={"tariff_id": path.rpartition("/")[2]}, headers=ada)
    return path


@pytest.fixture
def charger(client: FlaskClient, ada: Headers, home: str) -> str:
    body = {"location_id": home.rpartition("/")[2], "identity": "CP1", "name": "Drive"}
    hours = {"restricted_hours": {"choice": "none"}}
    return client.post("/v1/chargers", json=body | hours, headers=ada).headers["Location"]


@pytest.fixture
def smart(client: FlaskClient, ada: Headers, charger: str, tariff: str) -> str:
    """A Smart schedule whose first window has begun; nothing is plugged in."""
    assert tariff
    return client.post(f"{charger}/schedules", json=SMART, headers=ada).headers["Location"]


def restrict(client: FlaskClient, headers: Headers, charger: str, start: str, end: str) -> None:
    windows = [{"weekdays": EVERY_DAY, "start": start, "end": end}]
    body = {"choice": "custom", "windows": windows}
    assert client.put(f"{charger}/restricted-hours", json=body, headers=headers).status_code == 200


def occurrences(client: FlaskClient, headers: Headers, schedule: str) -> list[Json]:
    found: list[Json] = client.get(schedule, headers=headers).get_json()["occurrences"]
    return found


def take_up(database: Database, occurrence_id: str, plan: Plan, status: Status = Status.PAUSED) -> str:
    """Give an occurrence that waits for its car a session under way, with a plan; its id."""
    with database.write() as db:
        occurrence = find_occurrence(db, occurrence_id)
        assert occurrence is not None
        [schedule] = lock_active(db, [occurrence.schedule_id])
        attempt = try_of(schedule, occurrence, due_at=occurrence.window_start)
        session = plan_session(db, attempt, actor=Actor.SCHEDULER, now=occurrence.window_start)
        kept = {"status": status, "plan": plan_json(plan), "wake_at": occurrence.window_end}
        db.execute(update(ChargingSession).where(ChargingSession.id == session.id).values(kept))
        mark_decided(db, [occurrence_id], now=occurrence.window_start)
        return session.id
