"""Restricted hours of a charger: what was chosen, when, and what it stands for."""

from datetime import time, timedelta

import pytest

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import Charger
from homecharge.domain.errors import Invalid
from homecharge.domain.restricted_hours import Choice, RestrictedHours, RestrictedWindow, default_windows
from homecharge.domain.times import WallWindow
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.adding_chargers import add_charger
from homecharge.services.chargers import get_charger
from homecharge.services.restricted_hours import (
    ChargerHours,
    choose_restricted_hours,
    get_default_hours,
    get_restricted_hours,
)
from homecharge.storage.database import Database
from tests.homes import NOW, OCPP_URL, make_charger, make_home, sign_up

LATER = NOW + timedelta(hours=1)
NIGHT = RestrictedWindow(("sat", "sun"), WallWindow(time(22, 0, 30), time(6)))
CUSTOM = RestrictedHours(Choice.CUSTOM, (NIGHT,))


def choose(db: Db, charger: Charger, hours: RestrictedHours, *, caller: Caller) -> ChargerHours:
    locked = get_charger(db, charger.id, caller=caller, for_update=True)
    return choose_restricted_hours(db, locked, hours, Timing(), now=LATER)


@pytest.mark.parametrize(
    ("hours", "windows"),
    [
        (RestrictedHours(Choice.DEFAULT), default_windows("GB")),
        (RestrictedHours(Choice.NONE), ()),
        (CUSTOM, (NIGHT,)),
    ],
)
def test_the_first_choice_is_kept_with_its_instant(
    database: Database, hours: RestrictedHours, windows: tuple[RestrictedWindow, ...]
):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada), hours=hours)

    with database.read() as db:
        found = get_restricted_hours(db, get_charger(db, charger.id, caller=ada))

    assert found == ChargerHours(
        choice=hours.choice, windows=windows, chosen_at=NOW, time_zone="Europe/London", revision=1
    )


def test_where_no_law_asks_nothing_is_chosen_and_nothing_blocked(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        home = make_home(db, ada, country="FR", time_zone="Europe/Paris")
        charger = add_charger(
            db, home, identity="CP1", name="Drive", restricted_hours=None, ocpp_url=OCPP_URL, caller=ada, now=NOW
        )

        found = get_restricted_hours(db, charger)

    assert (found.choice, found.windows, found.chosen_at) == (Choice.NONE, (), None)


def test_another_choice_is_a_new_revision_and_leaves_the_charger_as_it_was(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))

        chosen = choose(db, charger, CUSTOM, caller=ada)
        read_back = get_restricted_hours(db, get_charger(db, charger.id, caller=ada))
        revision = get_charger(db, charger.id, caller=ada).revision

    assert chosen == read_back
    assert (chosen.windows, chosen.chosen_at, chosen.revision) == ((NIGHT,), LATER, 2)
    assert revision == charger.revision


def test_the_same_choice_again_changes_nothing(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada), hours=CUSTOM)

        chosen = choose(db, charger, CUSTOM, caller=ada)

    assert (chosen.chosen_at, chosen.revision) == (NOW, 1)


def test_a_choice_that_cannot_be_right_is_refused_by_its_field(database: Database):
    with database.write() as db:
        ada = sign_up(db)
        charger = make_charger(db, ada, make_home(db, ada))

        with pytest.raises(Invalid) as refused:
            choose(db, charger, RestrictedHours(Choice.NONE, (NIGHT,)), caller=ada)

    assert list(refused.value.errors) == ["windows"]


def test_the_offer_of_a_country_is_what_its_law_sets():
    in_britain, in_france = get_default_hours("GB"), get_default_hours("FR")

    assert in_britain.windows == default_windows("GB")
    assert in_france.windows == ()


def test_there_is_no_offer_of_what_is_no_country():
    with pytest.raises(Invalid) as refused:
        get_default_hours("Narnia")

    assert list(refused.value.errors) == ["country"]
