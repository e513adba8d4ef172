"""What a charge in solar-only mode waits for, and why it did not charge (rejections.md, row 10)."""

from datetime import datetime

from homecharge.domain.facts import Facts
from homecharge.domain.random_delay import closes_at
from homecharge.domain.recoveries import WITHOUT_WINDOW
from homecharge.domain.rejections import Code, Evidence, Rejection
from homecharge.domain.surplus import SolarFacts


def surplus_until(facts: Facts, *, now: datetime) -> datetime | None:
    """Until when a due try waits for surplus that its charger cannot be held for; None: it does not wait."""
    solar = facts.solar
    if solar is None or solar.keeps_courses or solar.usable_w(facts.timing, now=now) > 0:
        return None
    deadline = _deadline(facts)
    return deadline if now < deadline else None


def is_past_waiting(facts: Facts, *, now: datetime) -> bool:
    """Whether a try has waited for surplus until its time was over."""
    return facts.solar is not None and not facts.solar.keeps_courses and now >= _deadline(facts)


def never_enough(facts: Facts, *, now: datetime) -> Rejection | None:
    """Its time is over, and the surplus it has waited for has not come."""
    is_over = facts.solar is not None and is_past_waiting(facts, now=now)
    return no_surplus(facts, facts.solar, now=now) if is_over and facts.solar is not None else None


def _deadline(facts: Facts) -> datetime:
    session = facts.session
    return closes_at(session) or session.due_at + WITHOUT_WINDOW


def no_surplus(facts: Facts, solar: SolarFacts, *, now: datetime) -> Rejection:
    """With the newest reading as evidence; the variant says that there is none, or only an old one."""
    surplus = solar.surplus
    if surplus is None:
        untold = Evidence(at=now, fact="surplus", value=None, source="meter")
        return Rejection(code=Code.SOLAR_UNAVAILABLE, variant="untold", evidence=(untold,))
    told = Evidence(at=surplus.at, fact="surplus", value=surplus.power_w, source="meter")
    if not solar.is_fresh(facts.timing, now=now):
        return Rejection(code=Code.SOLAR_UNAVAILABLE, variant="untold", params={"since": surplus.at}, evidence=(told,))
    taken_w = solar.taken_w or None
    return Rejection(
        code=Code.SOLAR_UNAVAILABLE,
        params={"surplus_w": surplus.power_w, "told_at": surplus.at, "needed_w": solar.least_w, "taken_w": taken_w},
        evidence=(told,),
    )
