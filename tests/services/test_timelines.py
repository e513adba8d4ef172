"""A session's story step by step, and its meter readings."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import NotFound
from homecharge.domain.pages import Keyset
from homecharge.domain.session_state import Session
from homecharge.domain.texts import DEFAULT
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.services.timelines import list_readings, list_timeline
from homecharge.storage.database import Database
from homecharge.storage.models import Reading
from homecharge.storage.queries.sessions import add_steps
from homecharge.storage.types import new_id
from tests.homes import NOW, make_charger, make_home, make_session, sign_up


@pytest.fixture
def session(database: Database, ada: Caller) -> Session:
    with database.write() as db:
        return make_session(db, make_charger(db, ada, make_home(db, ada)), ada)


def read(db: Db, session: Session, seconds: float, energy_wh: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    row = {"id": new_id(), "session_id": session.id, "transaction_id": 1, "at": at, "received_at": at}
    db.execute(insert(Reading).values(row | {"energy_wh": energy_wh, "power_w": 7400, "soc_percent": None}))


def test_the_steps_of_a_session_come_oldest_first_page_by_page(database: Database, ada: Caller, session: Session):
    kinds = [StepKind.COMMANDED, StepKind.TRANSACTION_STARTED, StepKind.CHARGING]
    with database.write() as db:
        steps = [Step(at=NOW + timedelta(seconds=1), kind=kind, actor=Actor.CHARGER) for kind in kinds]
        add_steps(db, [(session.id, step) for step in steps])

    pages, keyset = [], Keyset(limit=3)
    with database.read() as db:
        for _ in range(2):
            page = list_timeline(db, session.reference, keyset, caller=ada, language=DEFAULT, now=NOW)
            pages.append([step.text for step in page.items])
            keyset = Keyset(limit=3, after=page.next)

    assert pages == [
        ["Planned for 11:05.", "The charger is told to start.", "The charger began a transaction."],
        ["Charging."],
    ]
    assert page.next is None


def test_of_each_bucket_the_last_reading_is_shown(database: Database, ada: Caller, session: Session):
    with database.write() as db:
        for seconds, energy_wh in [(0, 0), (30, 60), (59.9, 120), (60, 125), (61, 130), (300, 700)]:
            read(db, session, seconds, energy_wh)

        minutes = list_readings(db, session.id, resolution_s=60, caller=ada)
        seconds_ = list_readings(db, session.id, resolution_s=1, caller=ada)
        day = list_readings(db, session.id, resolution_s=86_400, caller=ada)

    assert [(reading.at - NOW, reading.energy_wh) for reading in minutes] == [
        (timedelta(seconds=59.9), 120),
        (timedelta(seconds=61), 130),
        (timedelta(seconds=300), 700),
    ]
    assert len(seconds_) == 6
    assert [reading.energy_wh for reading in day] == [700]


def test_other_peoples_stories_and_readings_are_not_found(database: Database, session: Session):
    with database.write() as db:
        eve = sign_up(db, "Eve")

        with pytest.raises(NotFound):
            list_timeline(db, session.id, Keyset(), caller=eve, language=DEFAULT, now=NOW)
        with pytest.raises(NotFound):
            list_readings(db, session.id, resolution_s=60, caller=eve)
