"""What a plan or restricted hours say against a start: nothing is missing or to be bought, or no time is left."""

from collections.abc import Sequence
from datetime import datetime

from homecharge.domain.bounds import may_draw
from homecharge.domain.facts import Facts
from homecharge.domain.plans import ShortfallCode
from homecharge.domain.rejections import Category, Code, Evidence, Rejection
from homecharge.domain.smart_facts import COMMON_BATTERY, is_reached
from homecharge.domain.targets import BudgetTarget, SocTarget
from homecharge.domain.times import Interval


def plan_reasons(facts: Facts, *, now: datetime) -> list[Rejection]:
    """Of a Smart try whose plan is empty, and of any that restricted hours leave no time: why; else nothing."""
    session, smart = facts.session, facts.smart
    if facts.bounds is not None and not may_draw(session, facts.bounds, now=now):
        return [_restricted(facts.bounds.restricted, now=now)]
    if smart is None or session.plan is None or session.plan.slots:
        return []
    if (full := charged_already(facts, now=now)) is not None:
        return [full]
    shortfall = session.plan.shortfall
    if shortfall is not None and shortfall.code is ShortfallCode.RESTRICTED_HOURS:
        return [_restricted([each.interval for each in session.plan.blocked], now=now)]
    if isinstance(session.target, BudgetTarget):
        fact = Evidence(at=now, fact="budget", value=str(session.target.amount), source="driver")
        return [Rejection(code=Code.NOTHING_AFFORDABLE, evidence=(fact,))]
    return []


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
