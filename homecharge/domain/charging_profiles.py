"""A course as a charger keeps it: OCPP 1.6 charging profiles (§3.13; chargers.md, *Charging profiles (1.6)*)."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from homecharge.domain.courses import Course, Period, limit_at
from homecharge.domain.session_state import PROFILE_REFUSED, Session
from homecharge.domain.times import Interval

SKEW_MAX_S = 60.0
"""A clock that is further off, or not known, would begin absolute periods at the wrong time."""
DEFAULT_PROFILE_ID = 1000
"""Of the TxDefaultProfile; a transaction's profile has its connector's number."""
DEFAULT_AHEAD = timedelta(days=7)
"""How far a TxDefaultProfile reaches: so many nights without a line."""
DEFAULT_RESEND = timedelta(days=1)
PERIODS_UNLESS_SAID = 24
"""In a TxDefaultProfile, where the charger does not tell how many it takes."""
ZERO_ENDS_WITHIN = timedelta(seconds=60)
_UNEXPLAINED = frozenset({None, "Other"})


class RateUnit(StrEnum):
    """What limits are written in: watts of all phases together, or amperes of each."""

    WATTS = "W"
    AMPERES = "A"


class Purpose(StrEnum):
    """What a profile binds: one transaction, or every one that has none of its own."""

    TRANSACTION = "TxProfile"
    DEFAULT = "TxDefaultProfile"


@dataclass(frozen=True, slots=True)
class ProfilePeriod:
    """From `start_s` seconds after the profile's start: at most `limit`, in the profile's unit."""

    start_s: int
    limit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingProfile:
    """What a charger is given to keep. `starts_at` None: its periods count from the transaction's start."""

    id: int
    purpose: Purpose
    unit: RateUnit
    phases: int
    periods: tuple[ProfilePeriod, ...]
    starts_at: datetime | None
    transaction_id: int | None = None


@dataclass(frozen=True, slots=True)
class FittedProfile:
    """A profile with as much of a course as its charger can hold.

    `resend_at` is when it has to be told the rest; None: it holds all there is.
    """

    profile: ChargingProfile
    resend_at: datetime | None


@dataclass(frozen=True, slots=True)
class Begun:
    """The running transaction that a profile is for."""

    transaction_id: int
    at: datetime


def told_smart_charging(capabilities: Mapping[str, Any] | None) -> bool | None:
    """Whether SupportedFeatureProfiles names Smart Charging; None where that was not read."""
    if capabilities is None or not capabilities.get("feature_profiles"):
        return None
    return bool(capabilities["smart_charging"])


def is_trusted(skew_s: float | None) -> bool:
    """Whether a clock that is so far off can be trusted with instants; None: nobody knows how far."""
    return skew_s is not None and abs(skew_s) < SKEW_MAX_S


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartCharging:
    """A charger's ratings, what it told of its Smart Charging, and what it was seen to take.

    `told_smart_charging` as the function of that name. `rate_units` is ChargingScheduleAllowedChargingRateUnit;
    `taken_unit` that of the last profile that was accepted. `has_default`: it may keep a TxDefaultProfile of ours,
    which binds transactions that have no profile of their own. `restarts` as in `ChargerState`.
    """

    phases: int
    voltage_v: int
    min_current_a: int
    max_current_a: int
    told_smart_charging: bool | None
    rate_units: str | None
    taken_unit: RateUnit | None
    max_periods: int | None
    max_profiles: int | None
    skew_s: float | None
    has_default: bool = False
    restarts: bool = False

    @property
    def is_absolute(self) -> bool:
        """Whether its clock can be trusted with instants."""
        return is_trusted(self.skew_s)

    @property
    def units(self) -> tuple[RateUnit, ...]:
        """In the order in which they are to be tried; without Smart Charging none.

        Where it allows both or does not say, amperes: every charger thinks in them.
        """
        if self.told_smart_charging is False or self.max_profiles == 0:
            return ()
        allowed = set(re.findall("[a-z]+", (self.rate_units or "").lower()))
        takes_watts_only = bool(allowed & {"power", "w"}) and not allowed & {"current", "a"}
        suggested = RateUnit.WATTS if takes_watts_only else RateUnit.AMPERES
        first = self.taken_unit or suggested
        return (first, *(unit for unit in RateUnit if unit is not first))

    @property
    def ampere_w(self) -> int:
        """One ampere on each of its phases."""
        return self.voltage_v * self.phases

    @property
    def minimum_w(self) -> int:
        """The least it gives, if it gives any."""
        return self.min_current_a * self.ampere_w

    @property
    def full_w(self) -> int:
        """The most it gives."""
        return self.max_current_a * self.ampere_w

    def offered_w(self, limit_w: int) -> int:
        """What it offers under a limit: nothing below its minimum (6 A per phase or more), never above its maximum."""
        return 0 if limit_w < self.minimum_w else min(limit_w, self.full_w)

    def limit(self, offered_w: int, unit: RateUnit) -> Decimal:
        """A limit as it is written: whole watts, or amperes in tenths (OCPP 1.6 §7.14), rounded down."""
        if unit is RateUnit.WATTS:
            return Decimal(offered_w)
        return Decimal(offered_w * 10 // self.ampere_w) / 10


def keeps_course(charger: SmartCharging, session: Session) -> bool:
    """Whether a session can be held by charging profiles, as far as its charger has told and answered."""
    return bool(charger.units) and PROFILE_REFUSED not in session.flags


def transaction_profile(
    course: Course, charger: SmartCharging, unit: RateUnit, *, connector_id: int, begun: Begun | None, now: datetime
) -> FittedProfile:
    """The profile that keeps a course; `begun` None: for a RemoteStart, whose transaction has no id yet.

    Its id stays the same as long as the transaction, so that each replaces the one before. Relative periods count from
    the transaction's start. Some chargers count them from when they get the profile: so the first period always is the
    present one, and the profile is sent again at each change, which is right for both.
    """
    changes = _changes(course, charger, since=now)
    base = now if charger.is_absolute or begun is None else begun.at
    profile = ChargingProfile(
        id=connector_id,
        purpose=Purpose.TRANSACTION,
        unit=unit,
        phases=charger.phases,
        periods=(),
        starts_at=None,
        transaction_id=None if begun is None else begun.transaction_id,
    )
    fitted = _fitted(profile, changes, charger, base=base)
    is_recounted = not charger.is_absolute and len(changes) > 1
    return dataclasses.replace(fitted, resend_at=changes[1].start) if is_recounted else fitted


def own_course(course: Course | None, charger: SmartCharging, *, now: datetime) -> Course | None:
    """What a transaction's own profile keeps it to; None: it needs none.

    A session without a course is bound by nothing: where the charger's default would bind it, it has full power.
    """
    return (Period(now, charger.full_w),) if course is None and charger.has_default else course


def default_profile(
    restricted: Sequence[Interval], charger: SmartCharging, unit: RateUnit, *, now: datetime
) -> FittedProfile | None:
    """Restricted hours for transactions without a profile of their own, as instants over the days ahead.

    Weekly recurrence would be an hour off from one clock change to the next profile; instants are right across it, and
    are sent again every day, or when the last that found room has come. None where nothing is restricted, where the
    charger's clock cannot be trusted, and where it takes one profile only, which belongs to transactions. What it holds
    ends unrestricted: a charger that is never reached again still charges. `restricted` is ascending and disjoint.
    """
    if not restricted or not charger.is_absolute or charger.max_profiles == 1:
        return None
    edges = [
        Period(at, limit_w) for each in restricted for at, limit_w in ((each.start, 0), (each.end, charger.full_w))
    ]
    changes = _changes((Period(min(now, restricted[0].start), charger.full_w), *edges), charger, since=now)
    kept = changes[: charger.max_periods or PERIODS_UNLESS_SAID]
    if kept[-1].limit_w == 0:
        del kept[-1]
    if not any(period.limit_w == 0 for period in kept):
        return None
    fitted = _fitted(_default(charger, unit), kept, charger, base=now)
    is_cut = len(kept) < len(changes)
    daily = now + DEFAULT_RESEND
    return dataclasses.replace(fitted, resend_at=min(daily, kept[-1].start) if is_cut else daily)


def holding_profile(charger: SmartCharging, unit: RateUnit, *, now: datetime) -> FittedProfile | None:
    """Holds what a free-vend charger begins by itself until it has a profile of its own (chargers.md, *Free-vend*).

    It ends like `default_profile` where the charger can be told when; None where it takes one profile only.
    """
    if charger.max_profiles == 1:
        return None
    ending = default_profile((Interval(now, now + DEFAULT_AHEAD),), charger, unit, now=now)
    return ending or _fitted(_default(charger, unit), [Period(now, 0)], charger, base=now)


def _default(charger: SmartCharging, unit: RateUnit) -> ChargingProfile:
    return ChargingProfile(
        id=DEFAULT_PROFILE_ID, purpose=Purpose.DEFAULT, unit=unit, phases=charger.phases, periods=(), starts_at=None
    )


def ended_at_zero(
    course: Course,
    charger: SmartCharging,
    *,
    told_at: datetime,
    stopped_at: datetime,
    reason: str | None,
) -> bool:
    """Whether a charger ended a transaction because it was held: unexplained, and just after the limit became 0.

    `told_at` is when it took the profile, or began the transaction that came with one; `reason` is the charger's own.
    """
    if reason not in _UNEXPLAINED or charger.offered_w(limit_at(course, stopped_at)) > 0:
        return False
    offering = [period.start for period in course if charger.offered_w(period.limit_w) > 0]
    last_offered = max((start for start in offering if start <= stopped_at), default=None)
    ends = [p.start for p in course if last_offered is not None and last_offered < p.start <= stopped_at]
    held_since = max(min(ends, default=told_at), told_at)
    return stopped_at - held_since <= ZERO_ENDS_WITHIN


def _changes(course: Course, charger: SmartCharging, *, since: datetime) -> list[Period]:
    """What the charger offers from `since` on, that instant first, then every change."""
    changes = [Period(since, charger.offered_w(limit_at(course, since)))]
    for period in course:
        offered_w = charger.offered_w(period.limit_w)
        if period.start > since and offered_w != changes[-1].limit_w:
            changes.append(Period(period.start, offered_w))
    return changes


def _fitted(
    profile: ChargingProfile, changes: Sequence[Period], charger: SmartCharging, *, base: datetime
) -> FittedProfile:
    """As many periods as the charger takes, the nearest ones; the last of them lasts until the rest is sent."""
    room = charger.max_periods or len(changes)
    kept, dropped = changes[:room], changes[room:]
    base = base.replace(microsecond=0) if charger.is_absolute else base
    limits = {0: charger.limit(kept[0].limit_w, profile.unit)}
    for period in kept[1:]:
        limits[round((period.start - base).total_seconds())] = charger.limit(period.limit_w, profile.unit)
    resend_at = None
    if dropped:
        resend_at = kept[-1].start if len(kept) > 1 else dropped[0].start
    return FittedProfile(
        dataclasses.replace(
            profile,
            periods=tuple(ProfilePeriod(start_s, limit) for start_s, limit in limits.items()),
            starts_at=base if charger.is_absolute else None,
        ),
        resend_at,
    )
