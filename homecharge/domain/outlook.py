"""Pre-flight: what would happen at the due time if nothing changed, by the very rules that will decide it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.facts import Facts
from homecharge.domain.plans import Plan, PlanWarning
from homecharge.domain.random_delay import delay_of
from homecharge.domain.rejections import Code, Rejection
from homecharge.domain.session_state import Session, Status
from homecharge.domain.sessions import advance
from homecharge.domain.smart_facts import SmartFacts
from homecharge.domain.start_rules import check_start
from homecharge.domain.targets import SocTarget


class Verdict(StrEnum):
    """The answer to "will it charge?"."""

    WILL_START = "will_start"
    AT_RISK = "at_risk"
    WILL_NOT_START = "will_not_start"


class CheckState(StrEnum):
    """`unknown`: the charger has not said, and a fact that is not known is never guessed."""

    OK = "ok"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right; `rejection` says why it is not, `fix_before` until when that can be mended.

    `params` are what its sentence needs where there is no rejection.
    """

    code: str
    state: CheckState
    rejection: Rejection | None
    fix_before: datetime | None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The verdict, the session as it would be then, and every check behind it."""

    verdict: Verdict
    session: Session
    checks: tuple[Check, ...]


CHECKED = (
    Code.CHARGER_OFFLINE,
    Code.ALREADY_IN_PROGRESS,
    Code.CHARGER_FAULTED,
    Code.CHARGER_UNAVAILABLE,
    Code.CAR_UNPLUGGED,
    Code.BATTERY_FULL,
)
CANNOT_HOLD = "cannot_hold"
ENOUGH_TIME = "enough_time"
SOLAR = "solar"
TIGHT = timedelta(minutes=30)
"""With less time than this to spare, whatever comes between leaves the car short."""
_BY_STATUS = {Code.CHARGER_FAULTED, Code.CHARGER_UNAVAILABLE, Code.CAR_UNPLUGGED, Code.BATTERY_FULL}


def outlook(facts: Facts, *, now: datetime) -> Outlook:
    """What `advance` will say of a planned session if nothing changes until it is decided."""
    facts = _without_what_ends_before(facts)
    session, decided_at = _decided(facts, now=now)
    reasons = {reason.code: reason for reason in check_start(facts, now=decided_at)}
    checks = tuple(_check(facts, code, reasons.get(code)) for code in CHECKED)
    if facts.charger.start_mode is StartMode.FREE_VEND and not facts.charger.can_hold:
        checks += (Check(CANNOT_HOLD, CheckState.FAILS, None, None),)
    checks += _hours_checks(facts, session, reasons.get(Code.RESTRICTED_HOURS))
    checks += _smart_checks(facts, session, now=now)
    checks += _solar_checks(facts, now=decided_at)
    if session.status is Status.REJECTED:
        return Outlook(Verdict.WILL_NOT_START, session, checks)
    is_at_risk = any(check.state is CheckState.UNKNOWN or _is_risk(check) for check in checks)
    return Outlook(Verdict.AT_RISK if is_at_risk else Verdict.WILL_START, session, checks)


def _without_what_ends_before(facts: Facts) -> Facts:
    """A charge whose window ends before this one is due is not in its way."""
    other, foreign = facts.other, facts.foreign
    if other is None or other.ends_at is None or other.ends_at > facts.session.due_at:
        return facts
    is_its_own = foreign is not None and foreign.session_id == other.id
    return replace(facts, other=None, foreign=None if is_its_own else foreign)


def _is_risk(check: Check) -> bool:
    return check.code in {ENOUGH_TIME, SOLAR} and check.state is CheckState.FAILS


def _decided(facts: Facts, *, now: datetime) -> tuple[Session, datetime]:
    """Every wait is for a fixed instant that is still ahead, so the looks come to an end."""
    at = max(now, facts.session.due_at)
    session = advance(facts, now=at).session
    while session.status is Status.PLANNED and session.wake_at is not None:
        at = session.wake_at
        session = advance(replace(facts, session=session), now=at).session
    return session, at


def _check(facts: Facts, code: Code, reason: Rejection | None) -> Check:
    fix_before = facts.session.last_feasible_start
    if reason is not None:
        return Check(code.value, CheckState.FAILS, reason, fix_before)
    is_untold = facts.fresh is None or facts.fresh.status is ConnectorStatus.UNKNOWN
    if code in _BY_STATUS and is_untold:
        return Check(code.value, CheckState.UNKNOWN, None, fix_before)
    return Check(code.value, CheckState.OK, None, None)


def _hours_checks(facts: Facts, decided: Session, reason: Rejection | None) -> tuple[Check, ...]:
    """Where restricted hours lie in the time of a Manual or a plug-in: whether they leave it any."""
    if facts.bounds is None or not facts.bounds.restricted:
        return ()
    if reason is not None:
        return (_check(facts, Code.RESTRICTED_HOURS, reason),)
    return (Check(Code.RESTRICTED_HOURS.value, CheckState.OK, None, None, {"due_at": decided.due_at}),)


def _smart_checks(facts: Facts, decided: Session, *, now: datetime) -> tuple[Check, ...]:
    """What else must be right of a Smart charge, which is `decided` to follow a plan; none of every other one."""
    plan, smart = decided.plan, facts.smart
    if plan is None or smart is None:
        return ()
    has_prices = PlanWarning.NO_TARIFF not in plan.warnings
    checks = [
        _enough_time(plan, delay_of(decided), now=now),
        Check("tariff", CheckState.OK if has_prices else CheckState.FAILS, None, None),
    ]
    if isinstance(decided.target, SocTarget):
        checks.append(Check("state_of_charge", _is_known(smart), None, None))
    return tuple(checks)


def _solar_checks(facts: Facts, *, now: datetime) -> tuple[Check, ...]:
    """In solar-only mode: whether there is surplus to begin with; it comes and goes, and nobody can mend it."""
    solar = facts.solar
    if solar is None:
        return ()
    state = CheckState.FAILS if solar.is_fresh(facts.timing, now=now) else CheckState.UNKNOWN
    if solar.usable_w(facts.timing, now=now) > 0:
        state = CheckState.OK
    told = {} if solar.surplus is None else {"surplus_w": solar.surplus.power_w, "told_at": solar.surplus.at}
    told["taken_w"] = solar.taken_w or None
    return (Check(SOLAR, state, None, None, told | {"needed_w": solar.least_w}),)


def _enough_time(plan: Plan, delay: timedelta, *, now: datetime) -> Check:
    if plan.shortfall is not None:
        return Check(ENOUGH_TIME, CheckState.FAILS, None, None, {"missing_wh": plan.shortfall.energy_wh})
    assert plan.last_feasible_start is not None  # noqa: S101 - only a shortfall leaves none
    before = plan.last_feasible_start + delay
    is_tight = before - now < TIGHT
    fix_before = before if is_tight else None
    return Check(ENOUGH_TIME, CheckState.FAILS if is_tight else CheckState.OK, None, fix_before, {"before": before})


def _is_known(smart: SmartFacts) -> CheckState:
    is_known = smart.battery is not None and smart.battery.percent is not None
    return CheckState.OK if is_known else CheckState.UNKNOWN
