"""What the console says of a session: its outcome, and what to tell the driver."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from homecharge.domain.session_state import Status
from homecharge.domain.texts import ENGLISH, Languages
from homecharge.services.support import tell_story
from homecharge.storage.database import Database
from homecharge.web.console.words import Words
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
    words = Words(ENGLISH)
    return words.outcome_of(view), " ".join(words.advice_of(view))


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
            "from Fri, 20 Nov 2026, 11:05:00 GMT to Fri, 20 Nov 2026, 11:05:00 GMT. It cost 1.23 GBP.",
        ),
        ({"status": Status.COMPLETED} | OVER, "Charged 7.25 kWh", "About the cost: No tariff."),
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
    words = Words(ENGLISH)

    assert (words.when(None), words.kwh(None), words.rate(None), words.named(None)) == ("–", "–", "–", "–")


@pytest.mark.parametrize(
    ("tag", "instant", "energy", "rate"),
    [
        ("en", "Fri, 20 Nov 2026, 12:05:00 CET", "7.36 kWh", "0.2450"),
        ("de", "Fr., 20. Nov. 2026, 12:05:00 CET", "7,36 kWh", "0,2450"),
        ("fr", "ven. 20 nov. 2026, 12:05:00 CET", "7,36 kWh", "0,2450"),
        ("nl", "vr 20 nov 2026, 12:05:00 CET", "7,36 kWh", "0,2450"),
    ],
)
def test_instants_are_on_the_wall_of_their_zone_and_numbers_as_the_language_writes_them(
    languages: Languages, tag: str, instant: str, energy: str, rate: str
):
    words = Words(languages.find(tag))

    assert words.when(NOW, "Europe/Berlin") == instant
    assert (words.kwh(7360), words.rate(Decimal("0.2450"))) == (energy, rate)


def test_a_code_that_has_no_name_is_shown_as_it_is_and_one_with_two_by_its_kind():
    words = Words(ENGLISH)

    assert words.named("profile_refused") == "Profile refused"
    assert (words.named("manual"), words.named("manual", "request")) == ("Manual", "Checked by hand")


def test_what_fills_a_sentence_is_never_markup_and_neither_is_the_sentence():
    language = dataclasses.replace(ENGLISH, elsewhere={"Card {uid}": "<b> {uid}"})

    assert Words(language).say("Card {uid}", uid="<i>") == "&lt;b&gt; &lt;i&gt;"
