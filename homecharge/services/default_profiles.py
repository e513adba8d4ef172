"""What chargers keep for transactions without a profile of their own: restricted hours, and the hold of free-vend."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.charger_state import StartMode
from homecharge.domain.charging_profiles import (
    DEFAULT_AHEAD,
    DEFAULT_PROFILE_ID,
    FittedProfile,
    RateUnit,
    SmartCharging,
    default_profile,
    holding_profile,
    is_trusted,
)
from homecharge.domain.restricted_hours import RestrictedWindow, restricted_within
from homecharge.domain.times import Interval
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Line
from homecharge.ports.charger_link import ClearChargingProfile, Outcome, SetChargingProfile
from homecharge.ports.units import Db
from homecharge.services.charging_profiles import NO, Attempt, Told
from homecharge.services.planning import ALARMS
from homecharge.storage.claims import Claimant
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.charger_settings import read_windows_in_force
from homecharge.storage.queries.charging_profiles import learn_unit, owe_profiles_at, read_smart_charging
from homecharge.storage.queries.default_profiles import (
    OwedDefault,
    claim_default_profiles,
    mark_default_told,
    note_default_profile,
    owe_default_profiles,
    owe_other_default_profiles,
)
from homecharge.storage.queries.lines import lock_chargers, update_line

STATION = 0
"""Connector 0: a default profile of the whole charger holds on each connector (OCPP 1.6 §5.16.4)."""


@dataclass(frozen=True, slots=True)
class DefaultTelling:
    """What a charger is told to keep by default: the first attempt that it takes, or to forget it."""

    owed: OwedDefault
    attempts: tuple[Attempt, ...]


def defaults_changed(db: Db, charger_ids: Collection[str], *, now: datetime) -> None:
    """Somebody wants something else of these chargers: they are told, also what they refused before."""
    if charger_ids:
        lock_chargers(db, charger_ids)
        owe_other_default_profiles(db, charger_ids, now=now)
        ring_after_commit(db, ALARMS)


def skew_learnt(db: Db, line: Line, before_s: float | None, skew_s: float | None, *, now: datetime) -> None:
    """How far a charger's clock is off; instants are for clocks that can be trusted.

    One that is measured for the first time may turn out not to be one for the instants that its charger keeps.
    """
    if skew_s == before_s:
        return
    update_line(db, line, clock_skew_s=skew_s)
    if before_s is None or is_trusted(skew_s) is not is_trusted(before_s):
        owe_default_profiles(db, [line.charger_id], now=now)
        ring_after_commit(db, ALARMS)


def claim_default_tellings(
    db: Db, claimant: Claimant, *, lease: timedelta, now: datetime
) -> tuple[list[DefaultTelling], int]:
    """What chargers are to be told now, and how many were owed it; what needs no telling is settled on the spot.

    Before a charger keeps its first one, every transaction that it must not bind is owed a profile of its own.
    """
    owed = claim_default_profiles(db, claimant, lease=lease, now=now)
    charger_ids = [each.charger_id for each in owed]
    chargers = read_smart_charging(db, charger_ids) if owed else {}
    windows = read_windows_in_force(db, charger_ids) if owed else {}
    tellings = []
    for each in owed:
        attempts = _attempts(each, chargers[each.charger_id], windows[each.charger_id], now=now)
        if attempts:
            tellings.append(DefaultTelling(each, attempts))
        else:
            note_default_profile(db, each, default_profile_at=None)
    first = [t.owed.charger_id for t in tellings if not t.owed.may_keep]
    if first:
        mark_default_told(db, first)
        owe_profiles_at(db, first, now=now)
    return tellings, len(owed)


def _attempts(
    owed: OwedDefault, charger: SmartCharging, windows: Sequence[RestrictedWindow], *, now: datetime
) -> tuple[Attempt, ...]:
    """One for each unit that it may take, else the clear of what it may keep.

    A charger whose clock is not measured yet, as after a boot, goes on with what it keeps.
    """
    units = () if owed.is_refused else charger.units
    is_held = owed.start_mode is StartMode.FREE_VEND and not owed.charge_now and not owed.ends_at_zero
    if units and windows and not is_held and charger.skew_s is None:
        return ()
    span = Interval(now, now + DEFAULT_AHEAD)
    restricted = restricted_within(windows, span, owed.zone)

    def fit(unit: RateUnit) -> FittedProfile | None:
        if is_held:
            return holding_profile(charger, unit, now=now)
        return default_profile(restricted, charger, unit, now=now)

    fitted = [each for unit in units if (each := fit(unit)) is not None]
    if fitted:
        return tuple(Attempt(SetChargingProfile(STATION, each.profile), each.resend_at) for each in fitted)
    return (Attempt(ClearChargingProfile(DEFAULT_PROFILE_ID)),) if owed.may_keep else ()


def default_profiles_answered(
    db: Db, answers: Sequence[Told[DefaultTelling]], timing: Timing, *, now: datetime
) -> None:
    """Keep what chargers took, learn what they refuse: that is asked again when something else is wanted of them."""
    lock_chargers(db, {told.telling.owed.charger_id for told in answers})
    for told in answers:
        _answered(db, told, timing, now=now)


def _answered(db: Db, told: Told[DefaultTelling], timing: Timing, *, now: datetime) -> None:
    owed, outcome, unit = told.telling.owed, told.reply.outcome, told.attempt.unit
    if outcome is Outcome.NOT_SENT:
        note_default_profile(db, owed, default_profile_at=now)
    elif outcome is Outcome.NO_ANSWER:
        tries = owed.tries + 1
        again = timing.stop_again_after(tries)
        again_at = None if again is None else now + again
        note_default_profile(db, owed, default_profile_tries=tries, default_profile_at=again_at)
    elif unit is None:
        note_default_profile(db, owed, default_profile_at=None, has_default_profile=False)
    elif outcome in NO:
        forget_at = now if owed.may_keep else None
        refused = {"refuses_default_profile": True, "has_default_profile": owed.may_keep}
        note_default_profile(db, owed, **refused, default_profile_at=forget_at, default_profile_tries=0)
    else:
        taken = {"refuses_default_profile": False, "default_profile_tries": 0}
        note_default_profile(db, owed, **taken, default_profile_at=told.attempt.resend_at)
        learn_unit(db, owed.charger_id, unit)
