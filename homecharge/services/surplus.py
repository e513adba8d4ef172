"""The power that homes have left over, and the charges that draw nothing else."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from homecharge.domain.charging_profiles import SmartCharging
from homecharge.domain.courses import limit_at
from homecharge.domain.errors import Invalid
from homecharge.domain.homes import Location, Surplus
from homecharge.domain.observations import observation_problems, supersedes
from homecharge.domain.recoveries import Event
from homecharge.domain.session_state import PROFILE_REFUSED, SCHEDULED, Session
from homecharge.domain.surplus import Draw, SolarFacts, taken_before
from homecharge.domain.timing import Timing
from homecharge.domain.warnings import SETTLES_IN
from homecharge.ports.units import Db
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import recover_open
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import homes
from homecharge.storage.queries.charging_profiles import read_smart_charging
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.recoveries import ring_due
from homecharge.storage.queries.surplus import (
    Follower,
    SolarCharger,
    list_followers,
    read_solar_chargers,
    read_solar_chargers_at,
)
from homecharge.storage.queries.warnings import ask_again


def post_surplus(db: Db, location: Location, *, power_w: int, at: datetime, timing: Timing, now: datetime) -> None:
    """The surplus of a home read with `for_update`; what is older than is known changes nothing. Raises Invalid."""
    surplus = Surplus(power_w, at)
    if found := observation_problems(surplus, now=now):
        raise Invalid(errors=found)
    if supersedes(surplus, location.surplus):
        homes.write_surplus(db, location.id, surplus)
        _follow(db, location.id, timing, now=now)


def _follow(db: Db, location_id: str, timing: Timing, *, now: datetime) -> None:
    """Look again at what follows the surplus there, and try again what had none; one read where nothing does."""
    chargers = read_solar_chargers_at(db, location_id)
    if not chargers:
        return
    lock_chargers(db, chargers)
    ask_again(db, list(chargers), settles_in=SETTLES_IN, now=now)
    if ring_due(db, chargers, now=now):
        ring_after_commit(db, ALARMS)
    ratings = read_smart_charging(db, chargers)
    solar = {charger_id: _solar(charger, ratings[charger_id]) for charger_id, charger in chargers.items()}
    sunny = {(charger_id, 0) for charger_id, each in solar.items() if each.usable_w(timing, now=now) > 0}
    recover_open(db, sunny, (Event.SURPLUS,), timing, now=now)


def read_solar(db: Db, sessions: Sequence[Session], *, now: datetime) -> dict[str, SolarFacts]:
    """By session id, for scheduled ones that are not over on chargers in solar-only mode; three reads at most."""
    scheduled = [session for session in sessions if session.kind in SCHEDULED and not session.is_over]
    if not scheduled:
        return {}
    chargers = read_solar_chargers(db, {session.charger_id for session in scheduled})
    followed = [session for session in scheduled if session.charger_id in chargers]
    if not followed:
        return {}
    followers = list_followers(db, {session.location_id for session in followed})
    ratings = read_smart_charging(db, chargers.keys() | {each.charger_id for each in followers})
    draws = [_draw(each, ratings[each.charger_id], now=now) for each in followers]
    return {
        session.id: dataclasses.replace(
            _kept(_solar(chargers[session.charger_id], ratings[session.charger_id]), session),
            taken_w=taken_before(session, draws),
        )
        for session in followed
    }


def _draw(follower: Follower, charger: SmartCharging, *, now: datetime) -> Draw:
    power_w = charger.full_w if follower.course is None else limit_at(follower.course, now)
    return Draw(
        session_id=follower.session_id, location_id=follower.location_id, due_at=follower.due_at, power_w=power_w
    )


def _solar(charger: SolarCharger, ratings: SmartCharging) -> SolarFacts:
    return SolarFacts(
        surplus=charger.surplus,
        minimum_w=ratings.minimum_w,
        maximum_w=ratings.full_w,
        ampere_w=ratings.ampere_w,
        keeps_courses=bool(ratings.units) and not charger.refuses_profiles,
    )


def _kept(solar: SolarFacts, session: Session) -> SolarFacts:
    return dataclasses.replace(solar, keeps_courses=False) if PROFILE_REFUSED in session.flags else solar
