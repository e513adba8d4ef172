"""What goes on in a session right now: live figures, progress towards its limit, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from homecharge.domain.boosting import boost_end
from homecharge.domain.bounds import Bounds, is_moved, restricted_until
from homecharge.domain.charger_state import ChargerState, ConnectorState, ConnectorStatus, is_of_line
from homecharge.domain.courses import next_change
from homecharge.domain.durations import duration_end, lasted
from homecharge.domain.following import is_held_by_plan
from homecharge.domain.free_vend import is_waiting
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.needs import RESTRICTED_HOURS
from homecharge.domain.random_delay import closes_at, delay_of, delayed_until
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import BOUNDED, SOLAR_ONLY, UNPLANNED, Kind, Session, Status
from homecharge.domain.targets import BudgetTarget, EnergyTarget, SocTarget

STALE_AFTER = timedelta(minutes=3)
"""Three meter values at the interval we ask chargers for (60 s, chargers.md, *Set up at boot*)."""
_RUNNING = frozenset({Status.CHARGING, Status.PAUSED})
_WAITS_FOR = {
    Code.CAR_UNPLUGGED.value: "plug",
    Code.START_NOT_CONFIRMED.value: "plug",
    Code.CHARGER_OFFLINE.value: "charger_online",
    Code.BATTERY_FULL.value: "car",
    Code.SOLAR_UNAVAILABLE.value: "surplus",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest meter value of a session's transaction; a charger need not send every measurand."""

    at: datetime
    power_w: int | None
    soc_percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around a session that is not over; `cost` is the exact one so far.

    `spent` is what a budget has gone on, earlier rounds of the same day included. `bounds` are known of what is in
    solar-only mode, whose course does not tell what holds it.
    """

    charger: ChargerState | None = None
    connector: ConnectorState | None = None
    sample: Sample | None = None
    cost: Decimal | None = None
    spent: Decimal = Decimal(0)
    bounds: Bounds | None = None

    @property
    def is_online(self) -> bool:
        """Whether the charger has a line."""
        return self.charger is not None and self.charger.is_online

    @property
    def status(self) -> ConnectorStatus | None:
        """The connector's status, if it was reported on the present line."""
        if self.charger is None or self.connector is None:
            return None
        is_fresh = is_of_line(self.connector.reported_at, connected_at=self.charger.connected_at)
        return self.connector.status if is_fresh else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The newest figures; `stale` when the charger has said nothing for a while."""

    power_w: int | None
    energy_wh: int
    soc_percent: int | None
    at: datetime
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is towards its target or limit: a fraction of 1, and when it will be there if all stays as it is.

    `remaining_wh` is what is missing; towards a budget or a state of charge, what the plan still buys.
    """

    fraction: float
    remaining_wh: int | None
    estimated_end_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a session waits for, by the contract's code, and until when where that is known."""

    code: str
    until: datetime | None = None


def live_of(session: Session, around: Around, *, now: datetime) -> Live | None:
    """The live figures of a session that is charging or paused, None before the first meter value."""
    sample = around.sample
    if session.status not in _RUNNING or sample is None:
        return None
    return Live(
        power_w=sample.power_w,
        energy_wh=session.energy_wh,
        soc_percent=sample.soc_percent,
        at=sample.at,
        stale=not around.is_online or now - sample.at > STALE_AFTER,
    )


def progress_of(session: Session, around: Around, *, now: datetime) -> Progress | None:
    """Progress of a session that is charging or paused; None without a target or a limit that is measured."""
    if session.status not in _RUNNING or session.started_at is None:
        return None
    if isinstance(session.target, BudgetTarget):
        remaining_wh = _planned_wh(session, now=now)
        spent = _fraction(float(around.spent / session.target.amount), 1)
        return _progress(session, spent, remaining_wh, _ends_by(session, around, remaining_wh, now=now))
    if (wanted_wh := _energy_wanted(session, now=now)) is not None:
        missing_wh = max(0, wanted_wh - session.energy_wh)
        end = _ends_by(session, around, missing_wh, now=now)
        return _progress(session, _fraction(session.energy_wh, wanted_wh), missing_wh, end)
    match session.limit:
        case CostLimit(amount=amount) if around.cost is not None:
            return _progress(session, _fraction(float(around.cost / amount), 1))
        case DurationLimit(seconds=seconds):
            return _time_progress(session, lasted(session, until=now), seconds, duration_end(session))
        case _:
            return None


def boost_progress_of(session: Session, around: Around, *, now: datetime) -> Progress | None:
    """How far the boost of a session that is under way is towards its own limit; None without either."""
    if session.status not in _RUNNING or not session.is_boosted or session.boosted_at is None:
        return None
    match session.boost_limit:
        case EnergyLimit(energy_wh=wanted_wh):
            given_wh = session.energy_wh - (session.boost_from_wh or 0)
            missing_wh = max(0, wanted_wh - given_wh)
            end = _at_present_power(around, missing_wh, now=now)
            return _progress(session, _fraction(given_wh, wanted_wh), missing_wh, end)
        case CostLimit(amount=amount):
            spent = (around.cost or 0) - (session.boost_from_cost or 0)
            return _progress(session, _fraction(float(spent / amount), 1))
        case DurationLimit(seconds=seconds):
            return _time_progress(session, now - session.boosted_at, seconds, boost_end(session))
        case _:
            return None


def waiting_of(session: Session, around: Around, *, now: datetime) -> Waiting | None:
    """What a session waits for; one that is over waits while it may still be recovered."""
    return (
        _waiting_for_surplus(session, around, now=now)
        or _waiting_for_start_time(session)
        or _waiting_for_hours(session, around, now=now)
        or _waiting_by_status(session, around, now=now)
    )


def _waiting_by_status(session: Session, around: Around, *, now: datetime) -> Waiting | None:
    match session.status:
        case Status.PLANNED if session.due_at > now:
            is_again = session.recovers_session_id is not None and session.due_at != session.window_start
            return Waiting("recovery" if is_again else "start_time", session.due_at)
        case Status.PLANNED:
            return None if around.is_online else Waiting("charger_online", session.last_feasible_start)
        case Status.STARTING if around.status is ConnectorStatus.AVAILABLE:
            return Waiting("plug")
        case Status.CHARGING if around.status is ConnectorStatus.SUSPENDED_EV:
            return Waiting("car")
        case Status.REJECTED | Status.COMPLETED if session.open_until is not None and session.open_until > now:
            return Waiting(_WAITS_FOR.get(session.reason or "", "recovery"), session.open_until)
        case _:
            return None


def _waiting_for_surplus(session: Session, around: Around, *, now: datetime) -> Waiting | None:
    """In solar-only mode: paused until there is enough of it, or due on a charger that cannot be held.

    Where restricted hours hold it anyway, more surplus would not help.
    """
    is_paused = session.status is Status.PAUSED and is_held_by_plan(session, around.charger, now=now)
    is_due = session.status is Status.PLANNED and session.due_at <= now and around.is_online
    if SOLAR_ONLY not in session.flags or not (is_paused or is_due):
        return None
    until = restricted_until(session, around.bounds, now=now) if around.bounds is not None else None
    return Waiting("surplus", session.window_end) if until is None else Waiting(RESTRICTED_HOURS, until)


def _waiting_for_start_time(session: Session) -> Waiting | None:
    """Begun by a charger itself, and held until something is due."""
    is_kept = session.kind is Kind.PLUG_IN and session.status is Status.PAUSED and is_waiting(session.course)
    return Waiting("start_time") if is_kept else None


def _waiting_for_hours(session: Session, around: Around, *, now: datetime) -> Waiting | None:
    """What holds a charge that is planned or paused: its random delay, its plan, or restricted hours."""
    if (delayed := delayed_until(session, now=now)) is not None:
        return Waiting("random_delay", delayed)
    if session.kind in UNPLANNED:
        return _waiting_for_restricted_hours(session, around, now=now)
    is_waiting = session.status is Status.PAUSED or (session.status is Status.PLANNED and session.due_at > now)
    if not is_waiting or session.plan is None or not is_held_by_plan(session, around.charger, now=now):
        return None
    until = next_change(session.course or (), now)
    if until is None:
        return None
    planned_at = now - delay_of(session)
    is_blocked = any(each.code == RESTRICTED_HOURS and planned_at in each.interval for each in session.plan.blocked)
    return Waiting(RESTRICTED_HOURS if is_blocked else "cheaper_hours", until)


def _waiting_for_restricted_hours(session: Session, around: Around, *, now: datetime) -> Waiting | None:
    """Until they end: what the random delay adds is told from then on."""
    until = session.due_at if session.status is Status.PLANNED else next_change(session.course or (), now)
    is_paused = session.status is Status.PAUSED and is_held_by_plan(session, around.charger, now=now)
    is_planned = session.status is Status.PLANNED and is_moved(session) and now < session.due_at
    if not is_paused and not is_planned:
        return None
    return Waiting(RESTRICTED_HOURS, None if until is None else until - delay_of(session))


def _energy_wanted(session: Session, *, now: datetime) -> int | None:
    """The energy at which it ends, by its target or its limit; None where neither says."""
    named = [each for each in (session.target, session.limit) if isinstance(each, EnergyTarget | EnergyLimit)]
    wanted = [each.energy_wh for each in named]
    if isinstance(session.target, SocTarget) and (planned_wh := _planned_wh(session, now=now)) is not None:
        wanted.append(session.energy_wh + planned_wh)
    return min(wanted, default=None)


def _planned_wh(session: Session, *, now: datetime) -> int | None:
    """What its plan still buys; None where it follows none."""
    if session.plan is None or session.is_boosted:
        return None
    return session.plan.energy_after(now - delay_of(session))


def _ends_by(session: Session, around: Around, missing_wh: int | None, *, now: datetime) -> datetime | None:
    """It ends as its plan does, without one when the present power has given the rest.

    Nobody knows what is planned once a boost with a limit is over.
    """
    if session.is_boosted and session.boost_limit is not None:
        return None
    if session.plan is not None and session.plan.finishes_at is not None and not session.is_boosted:
        return session.plan.finishes_at + delay_of(session)
    return _at_present_power(around, missing_wh, now=now)


def _at_present_power(around: Around, missing_wh: int | None, *, now: datetime) -> datetime | None:
    power_w = around.sample.power_w if around.sample is not None else None
    return now + timedelta(hours=missing_wh / power_w) if power_w and missing_wh is not None else None


def _time_progress(session: Session, passed: timedelta, seconds: int, end: datetime | None) -> Progress:
    return _progress(session, _fraction(passed.total_seconds(), seconds), end=end)


def _progress(
    session: Session, fraction: float, remaining_wh: int | None = None, end: datetime | None = None
) -> Progress:
    return Progress(fraction=fraction, remaining_wh=remaining_wh, estimated_end_at=_within_window(session, end))


def _fraction(done: float, wanted: int) -> float:
    return round(min(1.0, max(0.0, done / wanted)), 3)


def _within_window(session: Session, end: datetime | None) -> datetime | None:
    ends_at = closes_at(session) if session.kind in BOUNDED else None
    return end if end is None or ends_at is None else min(end, ends_at)
