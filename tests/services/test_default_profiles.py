"""Who is told what to keep by default, when again, and what is learnt of the answers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from homecharge.domain.charger_state import StartMode
from homecharge.domain.charging_profiles import Purpose
from homecharge.domain.restricted_hours import Choice, RestrictedHours
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Line
from homecharge.ports.charger_link import ClearChargingProfile, Outcome, Reply, SetChargingProfile
from homecharge.ports.units import Db
from homecharge.services.chargers import change_charger, get_charger
from homecharge.services.charging_profiles import Told
from homecharge.services.default_profiles import (
    DefaultTelling,
    claim_default_tellings,
    default_profiles_answered,
    skew_learnt,
)
from homecharge.services.lines import line_opened
from homecharge.services.locations import change_location, get_location
from homecharge.services.restricted_hours import choose_restricted_hours
from homecharge.storage.claims import Claimant
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from tests.homes import NOW, make_charger, make_home, sign_up

LEASE = timedelta(seconds=75)
TIMING = Timing()
OURS, THEIRS = Claimant("gateway", takes_unheld=False), Claimant("another", takes_unheld=False)
SMART = {"smart_charging": True, "feature_profiles": ["Core", "SmartCharging"]}
ON = {"capabilities": SMART, "clock_skew_s": 0.2}


class Home:
    """One charger with the hours of the law, its line open."""

    def __init__(self, db: Db, **columns: Any) -> None:
        self.ada = sign_up(db)
        self.home = make_home(db, self.ada)
        self.id = make_charger(db, self.ada, self.home, hours=RestrictedHours(Choice.DEFAULT)).id
        self.line = Line(charger_id=self.id, identity="CP1", connection_id="line", protocol="ocpp1.6")
        line_opened(db, self.line, gateway_id="gateway", timing=TIMING, now=NOW)
        db.execute(update(Charger).where(Charger.id == self.id).values(**ON | columns))

    def flag(self, db: Db, name: str) -> bool | None:
        return db.scalar(select(getattr(Charger, name)).where(Charger.id == self.id))

    def owed_at(self, db: Db) -> datetime | None:
        return db.scalar(select(Charger.default_profile_at).where(Charger.id == self.id))


def claim(db: Db, claimant: Claimant = OURS, *, now: datetime = NOW) -> list[DefaultTelling]:
    return claim_default_tellings(db, claimant, lease=LEASE, now=now)[0]


def answer(db: Db, telling: DefaultTelling, outcome: Outcome, *, now: datetime = NOW) -> None:
    told = Told(telling, telling.attempts[-1], Reply(outcome=outcome))
    default_profiles_answered(db, [told], TIMING, now=now)


def kept(db: Db, home: Home) -> None:
    [telling] = claim(db)
    answer(db, telling, Outcome.ACCEPTED)
    assert home.flag(db, "has_default_profile")


def test_a_line_that_opens_is_told_the_restricted_hours_for_all_its_connectors_in_either_unit(database: Database):
    with database.write() as db:
        Home(db)
        [telling] = claim(db)

    commands = [attempt.command for attempt in telling.attempts]
    assert [type(command) for command in commands] == [SetChargingProfile] * 2
    told = commands[0]
    assert isinstance(told, SetChargingProfile)
    assert (told.connector_id, told.profile.purpose) == (0, Purpose.DEFAULT)


def test_one_claim_tells_it_and_a_crash_gives_it_back(database: Database):
    with database.write() as db:
        Home(db)
        assert not claim(db, THEIRS)
        assert len(claim(db)) == 1
        assert not claim(db)
        assert len(claim(db, now=NOW + LEASE)) == 1


def test_what_was_taken_is_sent_again_a_day_later(database: Database):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        assert not claim(db, now=NOW + timedelta(hours=23))
        assert len(claim(db, now=NOW + timedelta(days=1))) == 1


def test_an_answer_to_what_has_been_owed_anew_since_changes_nothing(database: Database):
    with database.write() as db:
        home = Home(db)
        [telling] = claim(db)
        choose(db, home, Choice.NONE)
        answer(db, telling, Outcome.REJECTED)
        [following] = claim(db)

    assert following.attempts[0].command == ClearChargingProfile(1000)


def choose(db: Db, home: Home, choice: Choice) -> None:
    charger = get_charger(db, home.id, caller=home.ada, for_update=True)
    choose_restricted_hours(db, charger, RestrictedHours(choice), Timing(), now=NOW)


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.ERROR])
def test_without_restricted_hours_it_is_to_forget_them_once(database: Database, outcome: Outcome):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        choose(db, home, Choice.NONE)
        [telling] = claim(db)
        answer(db, telling, outcome)

        assert telling.attempts[0].command == ClearChargingProfile(1000)
        assert home.flag(db, "has_default_profile") is False
        assert home.owed_at(db) is None


def test_a_refusal_is_learnt_and_not_asked_again_on_the_next_line(database: Database):
    with database.write() as db:
        home = Home(db)
        [telling] = claim(db)
        answer(db, telling, Outcome.REJECTED)
        line_opened(db, home.line, gateway_id="gateway", timing=TIMING, now=NOW)

        assert not claim(db)
        assert home.flag(db, "refuses_default_profile") is True
        assert home.flag(db, "has_default_profile") is False


def test_a_charger_that_refuses_what_replaces_its_hours_is_to_forget_them(database: Database):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        [telling] = claim(db, now=NOW + timedelta(days=1))
        answer(db, telling, Outcome.REJECTED, now=NOW + timedelta(days=1))
        [following] = claim(db, now=NOW + timedelta(days=1))

    assert following.attempts[0].command == ClearChargingProfile(1000)


def test_silence_is_repeated_thrice_and_then_given_up_until_the_next_line(database: Database):
    at, count = NOW, 0
    with database.write() as db:
        home = Home(db)
        while (owed_at := home.owed_at(db)) is not None:
            at = max(at, owed_at)
            [telling] = claim(db, now=at)
            answer(db, telling, Outcome.NO_ANSWER, now=at)
            count += 1
        line_opened(db, home.line, gateway_id="gateway", timing=TIMING, now=at)

        assert count == 4
        assert len(claim(db, now=at)) == 1


def test_what_never_left_is_due_on_the_next_line(database: Database):
    with database.write() as db:
        Home(db)
        [telling] = claim(db)
        answer(db, telling, Outcome.NOT_SENT)
        assert len(claim(db)) == 1


@pytest.mark.parametrize(
    "unable",
    [
        {"capabilities": None},
        {"capabilities": SMART | {"smart_charging": False}},
        {"refuses_profiles": True},
        {"clock_skew_s": None},
        {"clock_skew_s": 3600.0},
    ],
)
def test_who_cannot_keep_them_is_told_nothing(database: Database, unable: dict[str, Any]):
    with database.write() as db:
        Home(db, **unable)
        assert not claim(db)


def test_a_clock_that_turns_out_right_lets_it_keep_them_and_one_that_turns_out_wrong_lets_it_forget(database: Database):
    with database.write() as db:
        home = Home(db, clock_skew_s=None)
        assert not claim(db)
        skew_learnt(db, home.line, None, 0.3, now=NOW)
        kept(db, home)
        skew_learnt(db, home.line, 0.3, 3600.0, now=NOW)
        [telling] = claim(db)

    assert telling.attempts[0].command == ClearChargingProfile(1000)


def test_a_clock_that_is_not_measured_yet_leaves_what_it_keeps(database: Database):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        skew_learnt(db, home.line, 0.2, None, now=NOW)
        assert not claim(db)
        assert home.flag(db, "has_default_profile") is True


def test_a_clock_that_is_measured_after_a_boot_and_is_wrong_lets_it_forget(database: Database):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        skew_learnt(db, home.line, 0.2, None, now=NOW)
        assert not claim(db)
        skew_learnt(db, home.line, None, 3600.0, now=NOW)
        [telling] = claim(db)

    assert telling.attempts[0].command == ClearChargingProfile(1000)


def limits(telling: DefaultTelling) -> list[int]:
    command = telling.attempts[0].command
    assert isinstance(command, SetChargingProfile)
    return [int(period.limit) for period in command.profile.periods]


def test_a_free_vend_charger_is_held_until_charge_ev_now_is_on(database: Database):
    with database.write() as db:
        home = Home(db)
        change(db, home, start_mode=StartMode.FREE_VEND)
        [held] = claim(db)
        change(db, home, charge_now=True)
        [free] = claim(db)

    assert limits(held) == [0, 32]
    assert limits(free)[:2] == [32, 0]


def change(db: Db, home: Home, **settings: Any) -> None:
    charger = get_charger(db, home.id, caller=home.ada, for_update=True)
    change_charger(db, charger, settings, now=NOW)


def test_a_free_vend_charger_that_ends_what_is_held_is_not_held(database: Database):
    with database.write() as db:
        home = Home(db, zero_limit_ends_tx=True)
        change(db, home, start_mode=StartMode.FREE_VEND)
        [telling] = claim(db)

    assert limits(telling)[:2] == [32, 0]


def test_another_time_zone_moves_the_hours(database: Database):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        place = get_location(db, home.home.id, caller=home.ada, for_update=True)
        change_location(db, place, time_zone="Europe/Paris", caller=home.ada, now=NOW)
        assert len(claim(db)) == 1


def test_another_name_is_nothing_to_tell(database: Database):
    with database.write() as db:
        home = Home(db)
        kept(db, home)
        change(db, home, name="Garage")
        place = get_location(db, home.home.id, caller=home.ada, for_update=True)
        change_location(db, place, name="Cottage", caller=home.ada, now=NOW)
        assert not claim(db)
