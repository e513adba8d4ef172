"""What goes on in a session right now: live figures, progress towards its limit, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from homecharge.domain.charger_state import ChargerState, ConnectorState, ConnectorStatus, is_of_line
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import Kind, Session, Status

STALE_AFTER = timedelta(minutes=3)
"""Three meter values at the interval we ask chargers for (60 s, chargers.md, *Set up at boot*)."""
_RUNNING = frozenset({Status.CHARGING, Status.PAUSED})
_WAITS_FOR = {
    Code.CAR_UNPLUGGED.value: "plug",
    Code.START_NOT_CONFIRMED.value: "plug",
    Code.CHARGER_OFFLINE.value: "charger_online",
    Code.BATTERY_FULL.value: "car",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest meter value of a session's transaction; a charger need not send every measurand."""

    at: datetime
    power_w: int | None
    soc_percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around a session that is not over; `cost` is the exact one so far."""

    charger: ChargerState | None = None
    connector: ConnectorState | None = None
    sample: Sample | None = None
    cost: Decimal | None = None

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
    """How far it is towards its limit: a fraction of 1, and when the limit will be reached if all stays as it is."""

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
    """Progress of a session that is charging or paused; None without a limit that is measured."""
    if session.status not in _RUNNING or session.started_at is None:
        return None
    match session.limit:
        case EnergyLimit(energy_wh=wanted):
            missing = max(0, wanted - session.energy_wh)
            power_w = around.sample.power_w if around.sample is not None else None
            end = now + timedelta(hours=missing / power_w) if power_w else None
            return Progress(
                fraction=_fraction(session.energy_wh, wanted),
                remaining_wh=missing,
                estimated_end_at=_within_window(session, end),
            )
        case CostLimit(amount=amount) if around.cost is not None:
            return Progress(
                fraction=_fraction(float(around.cost / amount), 1), remaining_wh=None, estimated_end_at=None
            )
        case DurationLimit(seconds=seconds):
            begun = max(session.started_at, session.boosted_at or session.started_at)
            end = begun + timedelta(seconds=seconds)
            return Progress(
                fraction=_fraction((now - begun).total_seconds(), seconds),
                remaining_wh=None,
                estimated_end_at=_within_window(session, end),
            )
        case _:
            return None


def waiting_of(session: Session, around: Around, *, now: datetime) -> Waiting | None:
    """What a session waits for; one that is over waits while it may still be recovered."""
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


def _fraction(done: float, wanted: int) -> float:
    return round(min(1.0, max(0.0, done / wanted)), 3)


def _within_window(session: Session, end: datetime | None) -> datetime | None:
    is_bounded = session.kind in {Kind.MANUAL, Kind.SMART} and session.window_end is not None
    return min(end, session.window_end) if end is not None and is_bounded and session.window_end is not None else end
