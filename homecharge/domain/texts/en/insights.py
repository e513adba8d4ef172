"""English: what stands in the charts of a month."""

INSIGHTS = {
    "energy_title": "Energy in {month}",
    "energy_empty": "Nothing was charged in {month}",
    "energy_total": "{energy_wh} in {charged} charges",
    "energy_total_priced": "{energy_wh} in {charged} charges, {cost}",
    "energy_axis": "kWh a day",
    "energy_day": "{day}: {energy_wh}",
    "rejections_title": "Why charges did not happen in {month}",
    "rejections_empty": "No charge was rejected in {month}",
    "rejections_total": "{rejected} of {sessions} tries",
}
