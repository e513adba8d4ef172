"""English: what stands in the picture of a plan."""

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
