"""What a plan or restricted hours say against a start: nothing is missing or to be bought, or no time is left."""

from collections.abc import Sequence
from datetime import datetime

from homecharge.domain.bounds import may_draw
from homecharge.domain.facts import Facts
from homecharge.domain.plans import ShortfallCode
from homecharge.domain.rejections import Category, Code, Evidence, Rejection
from homecharge.domain.session_state import Session
from homecharge.domain.smart_facts import COMMON_BATTERY, SmartFacts, is_reached
from homecharge.domain.targets import BudgetTarget, SocTarget
from homecharge.domain.times import Interval


def plan_reasons(facts: Facts, *, now: datetime) -> list[Rejection]:
    """Of a Smart try whose plan is empty, and of any that restricted hours leave no time: why; else nothing."""
    session, smart = facts.session, facts.smart
    if facts.bounds is not None and not may_draw(session, facts.bounds, now=now):
        return [_restricted(facts.bounds.restricted, now=now)]
    if smart is not None and facts.solar is not None:
        return _reached(facts, smart, now=now)
    if smart is None or session.plan is None or session.plan.slots:
        return []
    if (full := charged_already(facts, now=now)) is not None:
        return [full]
    shortfall = session.plan.shortfall
    if shortfall is not None and shortfall.code is ShortfallCode.RESTRICTED_HOURS:
        return [_restricted([each.interval for each in session.plan.blocked], now=now)]
    return _unaffordable(session, now=now)


def _reached(facts: Facts, smart: SmartFacts, *, now: datetime) -> list[Rejection]:
    """Of one that follows surplus, and no plan: whether there is anything to do."""
    full = charged_already(facts, now=now)
    if full is None and is_reached(facts.session, smart):
        return _unaffordable(facts.session, now=now)
    return [] if full is None else [full]


def _unaffordable(session: Session, *, now: datetime) -> list[Rejection]:
    if not isinstance(session.target, BudgetTarget):
        return []
    fact = Evidence(at=now, fact="budget", value=str(session.target.amount), source="driver")
    return [Rejection(code=Code.NOTHING_AFFORDABLE, evidence=(fact,))]


def _restricted(hours: Sequence[Interval], *, now: datetime) -> Rejection:
    until = max(each.end for each in hours)
    fact = Evidence(at=now, fact="restricted_until", value=until.isoformat(), source="scheduler")
    return Rejection(code=Code.RESTRICTED_HOURS, evidence=(fact,))


def charged_already(facts: Facts, *, now: datetime) -> Rejection | None:
    """Of a charge to a state of charge that is reached: there is nothing to do."""
    session, smart = facts.session, facts.smart
    if smart is None or not isinstance(session.target, SocTarget) or not is_reached(session, smart):
        return None
    battery = smart.battery or COMMON_BATTERY
    said = Evidence(at=battery.said_at or now, fact="state_of_charge", value=battery.percent, source=battery.said_by)
    percent = battery.present_percent
    return Rejection(
        code=Code.BATTERY_FULL,
        variant="soc",
        category=Category.SATISFIED,
        params={"percent": session.target.percent if percent is None else percent},
        evidence=(said,),
    )
