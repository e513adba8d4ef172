"""A plan as people are shown it: its cost rounded, what is missing from it and what to know of it in words."""

from dataclasses import dataclass
from typing import Any

from homecharge.domain.money import Money, rounded
from homecharge.domain.plans import Plan, Shortfall
from homecharge.domain.texts.catalogue import first_known
from homecharge.domain.texts.values import Reader, spoken
from homecharge.domain.wording_notices import warning_text


@dataclass(frozen=True, slots=True)
class PlanShortfall:
    """What is missing; `energy_wh` None: of a budget, which names no energy."""

    code: str
    energy_wh: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """What a reader of the plan must know of it."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """The contract's plan."""

    plan: Plan
    shortfall: PlanShortfall | None
    warnings: tuple[PlanNotice, ...]

    @property
    def total(self) -> Money | None:
        """The cost, rounded; None where no price is known."""
        return None if self.plan.cost is None else rounded(self.plan.cost, self.plan.currency)


def view_plan(plan: Plan, reader: Reader) -> PlanView:
    """For a reader of a language."""
    warnings = tuple(PlanNotice(code.value, warning_text(code.value, {}, reader)) for code in plan.warnings)
    return PlanView(plan, _shortfall_view(plan.shortfall, plan.currency, reader), warnings)


def _shortfall_view(shortfall: Shortfall | None, currency: str, reader: Reader) -> PlanShortfall | None:
    if shortfall is None:
        return None
    unspent = None if shortfall.unspent is None else rounded(shortfall.unspent, currency)
    known = spoken({"energy_wh": shortfall.energy_wh, "unspent": unspent}, reader, about=reader.now)
    detail = first_known(reader.language.plan_shortfalls[shortfall.code], known)
    return PlanShortfall(shortfall.code.value, shortfall.energy_wh, detail)


def restriction_cost(plan: Plan, free: Plan) -> dict[str, Any]:
    """What restricted hours cost a plan that would be `free` without them: energy, money and time, where they do."""
    found: dict[str, Any] = {}
    if plan.energy_wh < free.energy_wh:
        found["missing_wh"] = free.energy_wh - plan.energy_wh
    if plan.cost is not None and free.cost is not None and plan.cost > free.cost:
        found["saved"] = rounded(plan.cost - free.cost, plan.currency)
    if plan.finishes_at is not None and free.finishes_at is not None and plan.finishes_at > free.finishes_at:
        found["sooner_s"] = int((plan.finishes_at - free.finishes_at).total_seconds())
    return found


def window_cost(plan: Plan, free: Plan, *, full_w: int) -> dict[str, Any]:
    """What restricted hours cost a Manual, which charges at full power from its start on: `free` is it without them.

    The time and the energy that it loses and what those would have cost; else how much later it is done, and for what.
    """
    found = restriction_cost(plan, free)
    if "missing_wh" in found:
        found["lost_s"] = round(found["missing_wh"] * 60 / full_w) * 60
    if not plan.slots:
        found["covered_s"] = found["lost_s"]
    if plan.cost is not None and free.cost is not None and plan.cost < free.cost:
        found["less"] = rounded(free.cost - plan.cost, plan.currency)
    return found
