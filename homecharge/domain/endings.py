"""How a charge ended: its stop reason, whether it gave what was asked, and why it fell short."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from homecharge.domain.charger_state import ConnectorState, ConnectorStatus, Transaction
from homecharge.domain.connector_rules import status_evidence
from homecharge.domain.courses import next_drawing
from homecharge.domain.durations import lasted
from homecharge.domain.facts import Facts
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.metering import FLOW_WH
from homecharge.domain.random_delay import closes_at
from homecharge.domain.rejections import Code, Evidence, Rejection, stored_evidence
from homecharge.domain.session_state import PROFILE_REFUSED, SOLAR_ONLY, Result, Session, StopReason
from homecharge.domain.smart_facts import is_reached
from homecharge.domain.targets import EnergyTarget, SocTarget

DURATION_SLACK = timedelta(seconds=5)
"""A charge this little shorter than its duration limit has met it."""

_OCPP_REASONS = {
    "EVDisconnected": StopReason.UNPLUGGED,
    "Local": StopReason.STOPPED_AT_CHARGER,
    "PowerLoss": StopReason.POWER_LOST,
    "Reboot": StopReason.CHARGER_RESTART,
    "HardReset": StopReason.CHARGER_RESTART,
    "SoftReset": StopReason.CHARGER_RESTART,
    "EmergencyStop": StopReason.EMERGENCY,
    "DeAuthorized": StopReason.NOT_AUTHORIZED,
}
_ENDED_BY_CHARGER = frozenset(
    {
        StopReason.POWER_LOST,
        StopReason.CHARGER_RESTART,
        StopReason.EMERGENCY,
        StopReason.LOST,
        StopReason.OTHER,
    }
)
"""Not a refused card: what is not authorized is over (rejections.md, row 11)."""


class ShortfallCode(StrEnum):
    """Why less was charged than was needed; public contract."""

    UNPLUGGED_EARLY = "unplugged_early"
    CAR_STOPPED = "car_stopped"
    CHARGER_OFFLINE = "charger_offline"
    CHARGER_FAULTED = "charger_faulted"
    POWER_LOST = "power_lost"
    STOPPED_BY_DRIVER = "stopped_by_driver"
    RESTRICTED_HOURS = "restricted_hours"
    NOT_ENOUGH_TIME = "not_enough_time"
    BUDGET_SPENT = "budget_spent"
    SOLAR_UNAVAILABLE = "solar_unavailable"


_AS_ASKED = frozenset(
    {StopReason.TARGET_REACHED, StopReason.LIMIT_ENERGY, StopReason.LIMIT_DURATION, StopReason.LIMIT_COST}
)


@dataclass(frozen=True, slots=True)
class Ending:
    """The verdict on a charge that ended."""

    stop_reason: StopReason
    result: Result | None
    shortfall: dict[str, Any] | None
    is_recoverable: bool


def has_drawn(session: Session, transaction: Transaction) -> bool:
    """Whether energy counted: it was seen to flow, or the register rose by 50 Wh."""
    return session.drew_at is not None or session.energy_wh >= FLOW_WH or metered_at(session, transaction) is not None


def metered_at(session: Session, transaction: Transaction) -> datetime | None:
    """When its energy was first seen to flow in this session; what flowed before it was taken over is another's."""
    drew_at, since = transaction.drew_at, session.started_at
    if drew_at is None or since is None:
        return drew_at
    is_taken_over = since > transaction.started_at
    return None if is_taken_over and drew_at < since else drew_at


def stop_reason(session: Session, transaction: Transaction) -> StopReason:
    """What we or the driver asked for first, else what the charger says (OCPP 1.6 §7.36 `Reason`)."""
    if transaction.is_lost:
        return StopReason.LOST
    if session.stop_requested_as is not None:
        return session.stop_requested_as
    return _OCPP_REASONS.get(transaction.stop_reason or "", StopReason.OTHER)


def ending(facts: Facts, transaction: Transaction, *, ended_at: datetime) -> Ending:
    """Judge a charge in which energy flowed."""
    session = facts.session
    reason = stop_reason(session, transaction)
    result = _result(facts, reason, ended_at=ended_at)
    by_charger = reason in _ENDED_BY_CHARGER and not (reason is StopReason.OTHER and _is_cars_choice(facts))
    shortfall = _shortfall(facts, reason, ended_at=ended_at) if result is Result.SHORT else None
    is_cut = by_charger or _has_time_left(session, reason, ended_at=ended_at)
    return Ending(reason, result, shortfall, is_recoverable=is_cut and result is not Result.MET)


def _has_time_left(session: Session, reason: StopReason, *, ended_at: datetime) -> bool:
    """Whether it was stopped for restricted hours that leave time behind them, or for surplus: another try follows."""
    if reason is not StopReason.WINDOW_END or session.course is None or session.plan is not None:
        return False
    closed_at, resumes_at = closes_at(session), next_drawing(session.course, ended_at)
    if SOLAR_ONLY in session.flags and PROFILE_REFUSED in session.flags:
        resumes_at = ended_at
    return resumes_at is not None and (closed_at is None or resumes_at < closed_at)


def _result(facts: Facts, reason: StopReason, *, ended_at: datetime) -> Result | None:
    session, spending = facts.session, facts.spending
    if session.target is not None:
        return Result.MET if reason in _AS_ASKED or _has_target(facts) else Result.SHORT
    match session.limit:
        case EnergyLimit(energy_wh=wanted):
            return Result.MET if session.energy_wh >= wanted else Result.SHORT
        case CostLimit(amount=amount) if spending is not None:
            is_met = reason is StopReason.LIMIT_COST or spending.cost >= amount
            return Result.MET if is_met else Result.SHORT
        case DurationLimit(seconds=seconds):
            is_long = lasted(session, until=ended_at) >= timedelta(seconds=seconds) - DURATION_SLACK
            return Result.MET if is_long or reason is StopReason.LIMIT_DURATION else Result.SHORT
        case _:
            return None


def _has_target(facts: Facts) -> bool:
    session, smart = facts.session, facts.smart
    if isinstance(session.target, SocTarget):
        return smart is not None and is_reached(session, smart)
    return isinstance(session.target, EnergyTarget) and session.energy_wh >= session.target.energy_wh


def _missing_wh(facts: Facts) -> int | None:
    """What is missing of the need: the target, else the limit (rejections.md, *Falling short*)."""
    session = facts.session
    need = session.target or session.limit
    if isinstance(need, SocTarget) and facts.smart is not None and facts.smart.battery is not None:
        return facts.smart.battery.missing_wh(need.percent)
    return need.energy_wh - session.energy_wh if isinstance(need, EnergyTarget | EnergyLimit) else None


def _shortfall(facts: Facts, reason: StopReason, *, ended_at: datetime) -> dict[str, Any]:
    code = _shortfall_code(facts, reason)
    ended = Evidence(at=ended_at, fact="stop_reason", value=reason.value, source="charger")
    evidence = (ended, *_last_status(facts))
    faulted = _faulted(facts)
    params = {"ended_at": {"instant": ended_at.isoformat()}, "stop_reason": reason.value}
    return {
        "code": code.value,
        "variant": reason.value if faulted is None else None,
        "missing_wh": _missing_wh(facts),
        "params": params if faulted is None else params | {"error_code": faulted.error_code},
        "evidence": stored_evidence(evidence),
    }


_PLAIN_SHORTFALLS = {
    StopReason.UNPLUGGED: ShortfallCode.UNPLUGGED_EARLY,
    StopReason.DRIVER: ShortfallCode.STOPPED_BY_DRIVER,
    StopReason.STOPPED_AT_CHARGER: ShortfallCode.STOPPED_BY_DRIVER,
    StopReason.POWER_LOST: ShortfallCode.POWER_LOST,
    StopReason.LOST: ShortfallCode.CHARGER_OFFLINE,
    StopReason.LIMIT_COST: ShortfallCode.BUDGET_SPENT,
}


def _shortfall_code(facts: Facts, reason: StopReason) -> ShortfallCode:
    if reason in _PLAIN_SHORTFALLS:
        return _PLAIN_SHORTFALLS[reason]
    is_car = _is_cars_choice(facts)
    if reason is StopReason.WINDOW_END:
        return ShortfallCode.CAR_STOPPED if is_car else _too_little_time(facts)
    if reason is StopReason.OTHER and is_car:
        return ShortfallCode.CAR_STOPPED
    return ShortfallCode.CHARGER_FAULTED


def _too_little_time(facts: Facts) -> ShortfallCode:
    """What took the time of a charge whose window has ended."""
    session = facts.session
    if facts.solar is not None and session.course is not None:
        return ShortfallCode.SOLAR_UNAVAILABLE
    planned = session.plan.shortfall if session.plan is not None else None
    if planned is not None:
        return ShortfallCode(planned.code.value)
    is_bound = facts.bounds is not None and session.course is not None
    return ShortfallCode.RESTRICTED_HOURS if is_bound else ShortfallCode.NOT_ENOUGH_TIME


def _is_cars_choice(facts: Facts) -> bool:
    """The car takes nothing, or has stopped by itself since it was plugged in."""
    connector = facts.connector
    return connector is not None and (connector.status is ConnectorStatus.SUSPENDED_EV or connector.full_at is not None)


def ended_without_energy(facts: Facts, transaction: Transaction, *, ended_at: datetime) -> Rejection:
    """The reason of a try whose transaction ended before energy flowed (rejections.md, last list)."""
    asked = facts.session.stop_requested_as
    reason = StopReason.DRIVER if asked is StopReason.DRIVER else stop_reason(facts.session, transaction)
    fact = Evidence(
        at=ended_at,
        fact="transaction_stopped",
        value=transaction.stop_reason,
        source="charger",
        message_id=transaction.stop_message_id,
    )
    faults = {
        StopReason.POWER_LOST: "power_lost",
        StopReason.CHARGER_RESTART: "restart",
        StopReason.EMERGENCY: "fault_during",
    }
    if reason is StopReason.UNPLUGGED:
        return Rejection(code=Code.CAR_UNPLUGGED, variant="before_energy", params={"since": ended_at}, evidence=(fact,))
    if reason in {StopReason.DRIVER, StopReason.STOPPED_AT_CHARGER}:
        evidence = (*_stop_request(facts.session), fact)
        return Rejection(
            code=Code.CANCELLED, variant="stopped_before_start", params={"at": ended_at}, evidence=evidence
        )
    if reason in faults or _faulted(facts) is not None:
        variant = faults.get(reason, "fault_during")
        error = facts.connector.error_code if facts.connector else None
        return Rejection(
            code=Code.CHARGER_FAULTED, variant=variant, params={"error_code": error, "at": ended_at}, evidence=(fact,)
        )
    if reason is StopReason.NOT_AUTHORIZED:
        return Rejection(code=Code.NOT_AUTHORIZED, variant="deauthorized", params={"at": ended_at}, evidence=(fact,))
    if reason is asked:
        told = (*_last_status(facts), fact)
        return Rejection(code=Code.CHARGER_REFUSED, variant="ended_by_us", params={"at": ended_at}, evidence=told)
    return Rejection(
        code=Code.CHARGER_REFUSED, variant="ended", params={"answer": transaction.stop_reason}, evidence=(fact,)
    )


def _last_status(facts: Facts) -> tuple[Evidence, ...]:
    """What the connector said last, where it has said anything."""
    is_told = facts.connector is not None and facts.connector.reported_at is not None
    return (status_evidence(facts.connector),) if facts.connector is not None and is_told else ()


def _stop_request(session: Session) -> tuple[Evidence, ...]:
    """Who asked for it, and when; nobody did where it was stopped at the charger."""
    at = session.stop_requested_at
    if at is None:
        return ()
    return (Evidence(at=at, fact="stop_requested", value=session.stop_requested_by, source="driver"),)


def _faulted(facts: Facts) -> ConnectorState | None:
    """What reports a fault on the present line: the connector, else the whole charger."""
    reported = (facts.fresh, facts.fresh_station)
    return next((c for c in reported if c is not None and c.status is ConnectorStatus.FAULTED), None)
