"""What the console says of a session: its outcome, and what to tell the driver."""

from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.session_state import Status
from homecharge.domain.texts import ENGLISH
from homecharge.services.support import tell_story
from homecharge.storage.database import Database
from homecharge.web.console.words import advice_of, kw, kwh, outcome_of, sentence, when
from tests.homes import NOW, make_charger, make_home, make_session, sign_up

REJECTION = {
    "code": "car_unplugged",
    "category": "retriable",
    "exhausted": False,
    "params": {},
    "also": [],
    "fix_by": "driver",
    "tone": "warning",
    "evidence": [],
}
SHORTFALL = {"code": "unplugged_early", "missing_wh": 1000, "params": {}, "evidence": []}
OVER = {"wake_at": None, "started_at": NOW, "ended_at": NOW, "energy_wh": 7250}
PAID = {"cost": Decimal("1.2345"), "cost_currency": "GBP"}


def told(database: Database, columns: dict[str, Any]) -> tuple[str, str]:
    with database.write() as db:
        ada = sign_up(db)
        session = make_session(db, make_charger(db, ada, make_home(db, ada)), ada, **columns)
        view = tell_story(db, session.id, language=ENGLISH, now=NOW).session
    return outcome_of(view), " ".join(advice_of(view))


@pytest.mark.parametrize(
    ("columns", "outcome", "advice"),
    [
        ({}, "Planned", "Waiting"),
        (
            {"status": Status.REJECTED, "rejection": REJECTION, "reason": "car_unplugged"} | OVER,
            "Rejected: car not plugged in",
            "Plug in",
        ),
        (
            {"status": Status.COMPLETED, "result": "short", "shortfall": SHORTFALL} | OVER,
            "Charged 7.25 kWh, less than asked for: ",
            "unplugged",
        ),
        (
            {"status": Status.COMPLETED, "result": "met"} | OVER | PAID,
            "Charged 7.25 kWh, as much as asked for",
            "The car took 7.25 kWh, from Fri 20 Nov 2026 11:05:00 to Fri 20 Nov 2026 11:05:00. It cost 1.23 GBP.",
        ),
        ({"status": Status.COMPLETED} | OVER, "Charged 7.25 kWh", "About the cost: no tariff."),
        ({"status": Status.CHARGING, "started_at": NOW, "energy_wh": 500}, "Charging: 0.50 kWh so far", ""),
    ],
)
def test_an_outcome_is_a_heading_with_sentences_for_the_driver(
    database: Database, columns: dict[str, Any], outcome: str, advice: str
):
    heading, sentences = told(database, columns)

    assert heading.startswith(outcome)
    assert advice in sentences


def test_what_is_not_known_is_a_dash():
    assert (when(None), kwh(None), kw(None), sentence(None)) == ("–", "–", "–", "–")


def test_instants_are_on_the_wall_of_their_zone():
    assert when(NOW, "Europe/Berlin") == "Fri 20 Nov 2026 12:05:00"
    assert (kw(7360), sentence("car_unplugged")) == ("7.4 kW", "Car unplugged")
