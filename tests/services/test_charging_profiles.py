"""What is learnt of a session's charger from what it says to charging profiles."""

from datetime import timedelta

from sqlalchemy import select, update

from homecharge.domain.charging_profiles import RateUnit
from homecharge.domain.courses import Period
from homecharge.domain.session_state import PROFILE_REFUSED
from homecharge.domain.timing import Timing
from homecharge.ports.charger_link import ClearChargingProfile, Outcome, Reply
from homecharge.ports.units import Db
from homecharge.services.charging_profiles import Telling, Told, claim_tellings, profiles_answered
from homecharge.storage.claims import Claimant
from homecharge.storage.database import Database
from homecharge.storage.models import Charger
from homecharge.storage.queries.charging_profiles import owe_profiles
from homecharge.storage.queries.sessions import TABLE, course_json
from tests.charges import Charge
from tests.homes import NOW, make_home, sign_up

HELD = (Period(NOW, 0),)


def owed(db: Db, charge: Charge, *, is_held: bool) -> Telling:
    """What the charger is told of the next course: held, or none."""
    course = course_json(HELD) if is_held else None
    changed = {"course": course, "course_revision": TABLE.c.course_revision + 1, "wake_at": NOW + timedelta(hours=1)}
    db.execute(update(TABLE).where(TABLE.c.id == charge.id).values(**changed))
    owe_profiles(db, [charge.id], now=NOW)
    gateway_id = db.scalars(select(Charger.gateway_id).where(Charger.id == charge.line.charger_id)).one()
    assert gateway_id is not None
    [telling] = claim_tellings(db, Claimant(gateway_id, takes_unheld=False), lease=timedelta(minutes=1), now=NOW)[0]
    return telling


def answer(db: Db, telling: Telling, outcome: Outcome) -> None:
    told = Told(telling, telling.attempts[-1], Reply(outcome=outcome, answered_at=NOW))
    profiles_answered(db, [told], Timing(), now=NOW)


def test_a_charger_that_refuses_profiles_still_does_when_it_has_none_to_forget(database: Database):
    with database.write() as db:
        driver = sign_up(db)
        charge = Charge(db, driver, make_home(db, driver), start=NOW)
        answer(db, owed(db, charge, is_held=True), Outcome.REJECTED)
        forget = owed(db, charge, is_held=False)
        answer(db, forget, Outcome.ACCEPTED)

        assert forget.attempts[0].command == ClearChargingProfile(1)
        assert charge.session.flags == (PROFILE_REFUSED,)


def test_a_charger_that_takes_one_after_all_refuses_them_no_more(database: Database):
    with database.write() as db:
        driver = sign_up(db)
        charge = Charge(db, driver, make_home(db, driver), start=NOW)
        answer(db, owed(db, charge, is_held=True), Outcome.REJECTED)
        again = owed(db, charge, is_held=True)
        answer(db, again, Outcome.ACCEPTED)

        assert {attempt.unit for attempt in again.attempts} == set(RateUnit)
        assert charge.session.flags == ()
