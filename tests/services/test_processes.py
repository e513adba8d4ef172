"""Gateways that fell silent are buried by whoever is alive, and by nobody who was cut off himself."""

from datetime import datetime, timedelta

import pytest

from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Line
from homecharge.ports.units import Db
from homecharge.services import lines, processes
from homecharge.storage.database import Database
from homecharge.storage.queries.surroundings import read_chargers
from tests.homes import NOW, make_charger, make_home, sign_up

SILENT = timedelta(seconds=15)
BEAT = SILENT / 3


@pytest.fixture
def charger_id(database: Database) -> str:
    """A charger whose socket the gateway `one` holds, while `two` is alive as well."""
    with database.write() as db:
        ada = sign_up(db)
        charger_id = make_charger(db, ada, make_home(db, ada)).id
        for process_id in ("one", "two"):
            processes.beat(db, process_id, "gateway", silent=SILENT, now=NOW)
        line = Line("its connection", charger_id, "CP1", "ocpp1.6")
        lines.line_opened(db, line, gateway_id="one", timing=Timing(), now=NOW)
    return charger_id


def beat(db: Db, process_id: str, *, now: datetime) -> None:
    processes.beat(db, process_id, "gateway", silent=SILENT, now=now)


def is_online(database: Database, charger_id: str) -> bool:
    with database.read() as db:
        return read_chargers(db, [charger_id])[charger_id].is_online


def test_the_chargers_of_a_gateway_that_fell_silent_are_offline(database: Database, charger_id: str) -> None:
    with database.write() as db:
        for beats in range(1, 5):
            beat(db, "two", now=NOW + beats * BEAT)

    assert not is_online(database, charger_id)


def test_after_an_outage_of_all_the_first_to_be_back_leaves_the_others_time_to_say_so(
    database: Database, charger_id: str
) -> None:
    back_at = NOW + timedelta(minutes=1)
    with database.write() as db:
        beat(db, "two", now=back_at)
        beat(db, "one", now=back_at + timedelta(seconds=1))
        beat(db, "two", now=back_at + BEAT)

    assert is_online(database, charger_id)


def test_a_process_that_has_just_started_leaves_them_time_as_well(database: Database, charger_id: str) -> None:
    back_at = NOW + timedelta(minutes=1)
    with database.write() as db:
        beat(db, "three", now=back_at)
        beat(db, "one", now=back_at + timedelta(seconds=1))
        beat(db, "three", now=back_at + BEAT)

    assert is_online(database, charger_id)


def test_who_is_still_silent_after_that_is_dead(database: Database, charger_id: str) -> None:
    back_at = NOW + timedelta(minutes=1)
    with database.write() as db:
        beat(db, "two", now=back_at)
        beat(db, "two", now=back_at + BEAT)

    assert not is_online(database, charger_id)
