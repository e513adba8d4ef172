"""English: what stands in the picture of a plan, and why a plan gives less than was asked of it."""

from homecharge.domain.texts.catalogue import Sentences

PLANS = {
    "heading": "{energy_wh}",
    "heading_priced": "{energy_wh} for {total}",
    "heading_empty": "No charging planned",
    "title": "Charging plan: {heading}",
    "description": "Prices {window}, in {currency} per kWh. Charging: {slots}. Restricted hours: {blocked}.",
    "interval": "from {start} to {end}",
    "none": "none",
    "axis": "{currency} per kWh",
    "charging": "Charging",
    "price": "Price",
    "estimated": "Estimated price",
    "unpriced": "No price yet",
    "blocked": "Restricted",
}

PLAN_SHORTFALLS: dict[str, Sentences] = {
    "not_enough_time": (
        "There is too little time: {energy_wh} will be missing.",
        "There is too little time to spend it all: {unspent} will be left.",
        "There is too little time for all of it.",
    ),
    "restricted_hours": (
        "Restricted hours leave too little time: {energy_wh} will be missing.",
        "Restricted hours leave too little time to spend it all: {unspent} will be left.",
        "Restricted hours leave too little time for all of it.",
    ),
    "budget_spent": (
        "The money is spent before all of it is charged: {energy_wh} will be missing.",
        "The money is spent before all of it is charged.",
    ),
}
