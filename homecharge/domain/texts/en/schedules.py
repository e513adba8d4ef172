"""English: a schedule in one line."""

SCHEDULES = {
    "every_day": "Every day",
    "weekdays": "Weekdays",
    "weekends": "Weekends",
    "mon": "Mon",
    "tue": "Tue",
    "wed": "Wed",
    "thu": "Thu",
    "fri": "Fri",
    "sat": "Sat",
    "sun": "Sun",
    "start": "{days} at {start}",
    "start_to_end": "{days} from {start} to {end}",
    "smart": "{days} by {ready_by}: {wanted} in the cheapest hours",
    "target_energy": "{energy_wh}",
    "target_budget": "as much as {amount} buys",
    "target_soc": "to {percent} %",
    "duration": "{when}, for {seconds_s}",
    "energy": "{when}, up to {energy_wh}",
    "cost": "{when}, up to {amount}",
}
