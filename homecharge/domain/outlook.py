"""Pre-flight: what would happen at the due time if nothing changed, by the very rules that will decide it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from homecharge.domain.charger_state import ConnectorStatus, StartMode
from homecharge.domain.facts import Facts
from homecharge.domain.rejections import Code, Rejection
from homecharge.domain.session_state import Session, Status
from homecharge.domain.sessions import advance
from homecharge.domain.start_rules import check_start


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
    """One thing that must be right; `rejection` says why it is not, `fix_before` until when that can be mended."""

    code: str
    state: CheckState
    rejection: Rejection | None
    fix_before: datetime | None


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
_BY_STATUS = {Code.CHARGER_FAULTED, Code.CHARGER_UNAVAILABLE, Code.CAR_UNPLUGGED, Code.BATTERY_FULL}


def outlook(facts: Facts, *, now: datetime) -> Outlook:
    """What `advance` will say of a planned session if nothing changes until it is decided."""
    session, decided_at = _decided(facts, now=now)
    reasons = {reason.code: reason for reason in check_start(facts, now=decided_at)}
    checks = tuple(_check(facts, code, reasons.get(code)) for code in CHECKED)
    if facts.charger.start_mode is StartMode.FREE_VEND:
        checks += (Check(CANNOT_HOLD, CheckState.FAILS, None, None),)
    if session.status is Status.REJECTED:
        return Outlook(Verdict.WILL_NOT_START, session, checks)
    is_unknown = any(check.state is CheckState.UNKNOWN for check in checks)
    return Outlook(Verdict.AT_RISK if is_unknown else Verdict.WILL_START, session, checks)


def _decided(facts: Facts, *, now: datetime) -> tuple[Session, datetime]:
    """Every wait is for a fixed instant that is still ahead, so the looks come to an end."""
    at = max(now, facts.session.due_at)
    session = advance(facts, now=at).session
    while session.status is Status.PLANNED and session.wake_at is not None:
        at = session.wake_at
        session = advance(facts, now=at).session
    return session, at


def _check(facts: Facts, code: Code, reason: Rejection | None) -> Check:
    fix_before = facts.session.last_feasible_start
    if reason is not None:
        return Check(code.value, CheckState.FAILS, reason, fix_before)
    is_untold = facts.fresh is None or facts.fresh.status is ConnectorStatus.UNKNOWN
    if code in _BY_STATUS and is_untold:
        return Check(code.value, CheckState.UNKNOWN, None, fix_before)
    return Check(code.value, CheckState.OK, None, None)
