"""Plans in answers: when a Smart charge draws power, what that costs, and the proof that nothing is cheaper."""

from homecharge.domain.plans import PlanWarning, ShortfallCode
from homecharge.web import fields, household
from homecharge.web.api.sessions.schemas import Money, Window
from homecharge.web.schemas import Schema, only

_PER_KWH = {"description": "Per kWh, exact; null: none is known."}


class PlanSlot(Schema):
    """Charge at this power."""

    EXAMPLES = only(start="2026-11-23T00:30:00Z", end="2026-11-23T01:53:20Z", rate="0.075", cost="0.75")

    start = fields.Instant(attribute="interval.start", required=True)
    end = fields.Instant(attribute="interval.end", required=True)
    power_w = fields.Whole(required=True)
    energy_wh = fields.Whole(required=True)
    rate = fields.Amount(required=True, allow_none=True, metadata=_PER_KWH)
    cost = fields.Amount(required=True, allow_none=True)
    estimated = fields.Flag(attribute="is_estimated", required=True)


class PlanRate(Schema):
    """A price that the plan was made with."""

    EXAMPLES = only(start="2026-11-23T00:30:00Z", end="2026-11-23T04:30:00Z", rate="0.075")

    start = fields.Instant(attribute="interval.start", required=True)
    end = fields.Instant(attribute="interval.end", required=True)
    rate = fields.Amount(attribute="per_kwh", required=True, metadata={"description": "Per kWh, exact."})
    estimated = fields.Flag(attribute="is_estimated", required=True)


class PlanBlocked(Schema):
    """Time in which it may not charge."""

    EXAMPLES = only(start="2026-11-22T16:00:00Z", end="2026-11-22T22:00:00Z")

    start = fields.Instant(attribute="interval.start", required=True)
    end = fields.Instant(attribute="interval.end", required=True)
    code = fields.String(required=True, metadata={"example": "restricted_hours"})


class PlanShortfall(Schema):
    """Why the plan gives less than was asked of it."""

    EXAMPLES = only(code="not_enough_time", energy_wh=1_200, detail="There is not enough time for 1.2 kWh of it.")

    code = fields.String(required=True, metadata={"enum": list(ShortfallCode)})
    energy_wh = fields.Whole(
        required=True, allow_none=True, metadata={"description": "What is missing; null where a budget is left over."}
    )
    detail = fields.String(required=True)


class PlanNotice(Schema):
    """What to know of the plan."""

    EXAMPLES = only(detail="Some prices are not known yet.")

    code = fields.String(required=True, metadata={"enum": list(PlanWarning)})
    detail = fields.String(required=True)


class Plan(Schema):
    """When it charges, what that costs, and the proof that nothing is cheaper. Times are without the random delay."""

    EXAMPLES = only(
        computed_at=household.NOW,
        window={"start": "2026-11-22T07:30:00Z", "end": "2026-11-23T07:30:00Z"},
        blocked=[],
        cost="0.75",
        lower_bound="0.75",
        finishes_at="2026-11-23T01:53:20Z",
        shortfall=None,
        warnings=[],
    )

    computed_at = fields.Instant(attribute="plan.computed_at", required=True)
    window = fields.Nested(Window, attribute="plan.window", required=True)
    currency = fields.String(attribute="plan.currency", required=True, metadata={"example": "GBP"})
    slots = fields.List(fields.Nested(PlanSlot), attribute="plan.slots", required=True)
    rates = fields.List(
        fields.Nested(PlanRate),
        attribute="plan.rates",
        required=True,
        metadata={"description": "Of the whole window; where there is none, no price is known."},
    )
    blocked = fields.List(fields.Nested(PlanBlocked), attribute="plan.blocked", required=True)
    energy_wh = fields.Whole(attribute="plan.energy_wh", required=True)
    cost = fields.Amount(
        attribute="plan.cost",
        required=True,
        allow_none=True,
        metadata={"description": "Of the energy with a known price, exact; null where no price is known."},
    )
    total = fields.Nested(Money, required=True, allow_none=True, metadata={"description": "The cost, rounded."})
    lower_bound = fields.Amount(
        attribute="plan.lower_bound",
        required=True,
        allow_none=True,
        metadata={"description": "No plan for the same energy costs less, exact."},
    )
    finishes_at = fields.Instant(attribute="plan.finishes_at", required=True, allow_none=True)
    shortfall = fields.Nested(PlanShortfall, required=True, allow_none=True)
    warnings = fields.List(fields.Nested(PlanNotice), required=True)


class Compared(Schema):
    """The same need met in other ways; each differs from the plan in one thing."""

    charge_now = fields.Nested(Plan, required=True)
    without_restricted_hours = fields.Nested(Plan, required=True)


class Preview(Schema):
    """What a Smart schedule would do in its first window if its car came now."""

    plan = fields.Nested(
        Plan,
        required=True,
        allow_none=True,
        metadata={"description": "Null in solar-only mode, where nothing is bought."},
    )
    compare = fields.Nested(Compared, required=True)
