"""Which event gives a rejected try another chance, until when, and how often (design.md §3, *Recovery*)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from homecharge.domain.durations import lasted
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit, Limit
from homecharge.domain.rejections import Category, Code, Rejection
from homecharge.domain.session_state import Kind, Session, Status, StopReason
from homecharge.domain.timing import Timing

MOST_TRIES = 6
WITHOUT_WINDOW = timedelta(days=1)
MIN_SECONDS = 60
MIN_WH = 100
MIN_AMOUNT = Decimal("0.01")
_HOUR_S = 3600


class Event(StrEnum):
    """What happened that may make another try worthwhile."""

    LINE_UP = "line_up"
    SESSION_ENDED = "session_ended"
    FAULT_CLEARED = "fault_cleared"
    AVAILABLE_AGAIN = "available_again"
    PLUGGED_IN = "plugged_in"
    CAR_DRAWS = "car_draws"
    SURPLUS = "surplus"
    BACK_OFF = "back_off"
    HOURS_CHANGED = "hours_changed"


_EVENTS: dict[Code, frozenset[Event]] = {
    Code.CHARGER_OFFLINE: frozenset({Event.LINE_UP}),
    Code.ALREADY_IN_PROGRESS: frozenset({Event.SESSION_ENDED}),
    Code.CHARGER_FAULTED: frozenset({Event.FAULT_CLEARED}),
    Code.CHARGER_UNAVAILABLE: frozenset({Event.AVAILABLE_AGAIN}),
    Code.CAR_UNPLUGGED: frozenset({Event.PLUGGED_IN}),
    Code.BATTERY_FULL: frozenset({Event.CAR_DRAWS}),
    Code.RESTRICTED_HOURS: frozenset({Event.HOURS_CHANGED}),
    Code.SOLAR_UNAVAILABLE: frozenset({Event.SURPLUS}),
    Code.CHARGER_REFUSED: frozenset({Event.BACK_OFF}),
    Code.NO_ANSWER: frozenset({Event.BACK_OFF}),
    Code.START_NOT_CONFIRMED: frozenset({Event.PLUGGED_IN, Event.BACK_OFF}),
    Code.NO_ENERGY_DRAWN: frozenset({Event.BACK_OFF}),
}
_VARIANT_EVENTS: dict[tuple[Code, str | None], frozenset[Event]] = {
    (Code.CHARGER_OFFLINE, "after_command"): frozenset({Event.LINE_UP, Event.BACK_OFF}),
    (Code.CHARGER_FAULTED, "power_lost"): frozenset({Event.BACK_OFF}),
    (Code.CHARGER_FAULTED, "restart"): frozenset({Event.BACK_OFF}),
    (Code.CHARGER_UNAVAILABLE, "firmware"): frozenset({Event.AVAILABLE_AGAIN, Event.LINE_UP}),
}
"""Where the event may have come before the reason was found: the charger is back when it tells of its power loss, and a
line that hung without breaking never comes up anew. The next try then waits for what it needs."""


def open_until(session: Session, reason: Rejection | None, *, now: datetime) -> datetime | None:
    """Until when a session that is over may be recovered; None when it may not.

    `reason` None means a charge that the charger or a fault ended. Where no window bounds it, a plugged-in car keeps
    its chance for a day; unplugging ends that, since the next plug-in is a try of its own.
    """
    if reason is not None and reason.settled_category is not Category.RETRIABLE:
        return None
    if session.attempt >= MOST_TRIES or session.stop_requested_as is StopReason.DRIVER:
        return None
    last = session.last_feasible_start or _unbounded(session, reason, now=now)
    return last if last is not None and now < last else None


def is_held(due_at: datetime, held_at: datetime | None) -> bool:
    """Whether the driver's stop at `held_at` keeps a try that was due then from being recovered until a replug.

    What falls due or is asked for after the stop starts as usual, and is recovered as usual (design.md §3, *Recovery*).
    """
    return held_at is not None and due_at <= held_at


def last_chance(session: Session) -> datetime:
    """Until when a recovery that is planned waits for what it needs."""
    return session.last_feasible_start or session.due_at + WITHOUT_WINDOW


def _unbounded(session: Session, reason: Rejection | None, *, now: datetime) -> datetime | None:
    code = reason.code if reason is not None else None
    is_kept = code is Code.BATTERY_FULL or (session.kind is Kind.PLUG_IN and code is not Code.CAR_UNPLUGGED)
    return now + WITHOUT_WINDOW if is_kept else None


def is_exhausted(session: Session, reason: Rejection) -> bool:
    """Whether this was the last of the tries that a window gets."""
    return session.attempt >= MOST_TRIES and reason.settled_category is Category.RETRIABLE


def recovers_on(session: Session, event: Event) -> bool:
    """Whether the event gives this session, which is over and open, its next try."""
    if session.open_until is None:
        return False
    if session.rejection is not None:
        code, variant = Code(session.rejection["code"]), session.rejection["variant"]
        return event in _VARIANT_EVENTS.get((code, variant), _EVENTS.get(code, frozenset()))
    return event is (Event.FAULT_CLEARED if session.stop_reason is StopReason.EMERGENCY else Event.BACK_OFF)


def due_after(session: Session, event: Event, timing: Timing, *, now: datetime) -> datetime | None:
    """When the next try is due, None when that is past the last feasible start."""
    delay = {Event.BACK_OFF: timing.backoff_after(session.attempt), Event.LINE_UP: timing.stable_line}
    due = now + delay.get(event, timedelta(0))
    return due if session.open_until is not None and due <= session.open_until else None


def unless_hopeless(over: Session, timing: Timing, *, now: datetime) -> Session:
    """The session as it is, or closed where nothing but a back-off could help and that ends too late."""
    events = [event for event in Event if recovers_on(over, event)]
    has_chance = any(e is not Event.BACK_OFF or due_after(over, e, timing, now=now) is not None for e in events)
    return over if has_chance else replace(over, open_until=None)


def remaining_limit(session: Session) -> Limit | None:
    """What is still wanted after a try: all of it where none was given, else the rest.

    The time of a charge with a plan is that at full power.
    """
    if session.status is Status.REJECTED:
        return session.limit
    match session.limit:
        case EnergyLimit(energy_wh=wanted):
            return EnergyLimit(max(MIN_WH, wanted - session.energy_wh))
        case DurationLimit(seconds=seconds) if session.plan is not None and session.plan.slots:
            used = session.energy_wh * _HOUR_S // session.plan.slots[0].power_w
            return DurationLimit(max(MIN_SECONDS, seconds - used))
        case DurationLimit(seconds=seconds) if session.ended_at is not None:
            used = int(lasted(session, until=session.ended_at).total_seconds())
            return DurationLimit(max(MIN_SECONDS, seconds - used))
        case CostLimit(amount=amount):
            return CostLimit(max(MIN_AMOUNT, amount - (session.cost or 0)))
        case limit:
            return limit
