"""What is asked of a month, and what it came to."""

from marshmallow import fields as plain
from marshmallow.validate import OneOf, Range

from homecharge.web import fields
from homecharge.web.api.sessions.schemas import Money
from homecharge.web.pictures.plan_picture import NARROWEST, WIDEST
from homecharge.web.pictures.themes import Theme
from homecharge.web.schemas import Schema, only


class InsightsQuery(Schema):
    """Which month, and where."""

    location_id = fields.Id(required=True)
    month = fields.String(
        load_default=None,
        metadata={
            "pattern": r"^(19[7-9][0-9]|2[01][0-9][0-9])-(0[1-9]|1[0-2])$",
            "example": "2026-11",
            "description": "Of the location's calendar; the present one unless said.",
        },
    )


class ChartQuery(InsightsQuery):
    """Which month, and how it is drawn."""

    theme = fields.String(load_default=Theme.LIGHT, validate=OneOf(list(Theme)), metadata={"enum": list(Theme)})
    width = fields.Integer(load_default=720, validate=Range(NARROWEST, WIDEST), metadata={"description": "In pixels."})


class Savings(Schema):
    """What charging in the cheap hours saved."""

    EXAMPLES = only(
        sessions=9,
        at_once={"amount": "22.05", "currency": "GBP"},
        paid={"amount": "6.75", "currency": "GBP"},
        amount={"amount": "15.30", "currency": "GBP"},
    )

    sessions = fields.Whole(
        required=True,
        metadata={"description": "The Smart charges of which it is known: with a plan, a final cost and all prices."},
    )
    at_once = fields.Nested(
        Money, required=True, metadata={"description": "Had each charged at full power from its plug-in."}
    )
    paid = fields.Nested(Money, required=True)
    amount = fields.Nested(Money, required=True, metadata={"description": "`at_once` less `paid`; may be negative."})


class Rejected(Schema):
    """How often a reason kept a charge from happening."""

    EXAMPLES = only(code="car_unplugged", title="Car not plugged in", count=2, share=0.125)

    code = fields.String(required=True)
    title = fields.String(required=True)
    count = fields.Whole(required=True)
    share = plain.Float(required=True, metadata={"description": "Of all tries of the month, 0 to 1."})


class Day(Schema):
    """A day of the location's calendar."""

    EXAMPLES = only(date="2026-11-20", cost={"amount": "0.75", "currency": "GBP"})

    date = fields.Day(required=True)
    energy_wh = fields.Whole(required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)


class Insights(Schema):
    """A month at a location, of the sessions that you may see there."""

    EXAMPLES = only(sessions=16, charged=14, rejected=2, energy_wh=140_000, cost={"amount": "19.00", "currency": "GBP"})

    location_id = fields.Id(required=True)
    month = fields.String(required=True)
    time_zone = fields.String(required=True)
    sessions = fields.Whole(required=True, metadata={"description": "Tries that are over."})
    charged = fields.Whole(required=True)
    rejected = fields.Whole(required=True)
    energy_wh = fields.Whole(required=True)
    uncosted_wh = fields.Whole(required=True, metadata={"description": "Of it, without a known price."})
    cost = fields.Nested(
        Money, required=True, allow_none=True, metadata={"description": "null where nothing has a price."}
    )
    savings = fields.Nested(
        Savings, required=True, allow_none=True, metadata={"description": "null where none can be told."}
    )
    rejections = fields.List(
        fields.Nested(Rejected), required=True, metadata={"description": "The most frequent first."}
    )
    days = fields.List(fields.Nested(Day), required=True, metadata={"description": "Every day of the month."})
