"""English: what a session waits for, warnings, the checks before a start, and the project's terms inside a sentence."""

from homecharge.domain.texts.catalogue import Sentences

WAITING: dict[str, Sentences] = {
    "plug": ("Waiting for the car to be plugged in, until {until}.", "Waiting for the car to be plugged in."),
    "start_time": ("Starts {at_until}.", "Waiting for its start time."),
    "random_delay": ("Starts {at_until}, after its random delay.", "Waiting for its random delay."),
    "cheaper_hours": ("Waiting for cheaper hours from {until}.", "Waiting for cheaper hours."),
    "restricted_hours": ("Restricted hours last until {until}.", "Waiting for restricted hours to end."),
    "surplus": ("Waiting for solar surplus, until {until}.", "Waiting for solar surplus."),
    "car": ("Power is offered; the car takes none at the moment.",),
    "charger_online": ("Waiting for the charger to come back, until {until}.", "Waiting for the charger to come back."),
    "recovery": (
        "It is tried again by itself {at_due_at}.",
        "It is tried again by itself, until {until}.",
        "It is tried again by itself.",
    ),
}

WARNINGS: dict[str, Sentences] = {
    "blocks_occurrence": (
        "The charge scheduled for {starts_at} cannot start while this Boost is running.",
        "A scheduled charge cannot start while this Boost is running.",
    ),
    "starts_now": (
        "The time of this schedule began {at_began_at}: the charge starts now, and ends {at_ends_at} at the latest.",
        "The time of this schedule has begun already: the charge starts now.",
    ),
    "blocks_schedule_starts_first": (
        "{starts_at}: “{other}” wants the charger too. This one starts first; “{other}” waits for its end ({until}).",
        "{starts_at}: another schedule wants the charger too. This starts first; the other waits for it ({until}).",
        "Another schedule wants the charger too; this one starts first.",
    ),
    "blocks_schedule_planned_first": (
        "{starts_at}: “{other}” starts then too. This one was planned first; “{other}” waits for its end ({until}).",
        "{starts_at}: another schedule starts then too. This was planned first; the other waits for its end ({until}).",
        "Another schedule starts at the same time; this one was planned first.",
    ),
    "blocks_schedule_at_plug_in": (
        "{starts_at}: “{other}” may find the charger taken: by this one, from the plug-in to {until} as planned now.",
        "{starts_at}: another schedule may find it taken: by this one, from the plug-in to {until} as planned now.",
        "Another schedule may find the charger taken; this one has it from the plug-in on.",
    ),
    "blocked_by_schedule_starts_first": (
        "{starts_at}: “{other}” wants the charger too. It starts first; this one waits for its end ({until}).",
        "{starts_at}: another schedule wants the charger too. It starts first; this one waits for its end ({until}).",
        "Another schedule wants the charger too and starts first.",
    ),
    "blocked_by_schedule_planned_first": (
        "{starts_at}: “{other}” starts then too. It was planned first; this one waits for its end ({until}).",
        "{starts_at}: another schedule starts then too. It was planned first; this one waits for its end ({until}).",
        "Another schedule starts at the same time and was planned first.",
    ),
    "blocked_by_schedule_at_plug_in": (
        "{starts_at}: “{other}” may have the charger: from the plug-in to {until} as planned now. This one waits.",
        "{starts_at}: another schedule may have it: from the plug-in to {until} as planned now. This one waits.",
        "Another schedule may have the charger, from the plug-in on; this one waits for its end.",
    ),
    "restricted_hours": (
        "Restricted hours lie in its time and leave {missing_wh} uncharged.",
        "Restricted hours lie in its time. Without them it would cost {saved} less and be done {sooner_s} sooner.",
        "Restricted hours lie in its time. Without them it would cost {saved} less.",
        "Restricted hours lie in its time. Without them it would be done {sooner_s} sooner.",
        "Restricted hours lie in its time. They cost it nothing.",
    ),
    "restricted_hours_manual": (
        "Restricted hours cover all of its time ({covered_s}): it cannot charge.",
        "Restricted hours take {lost_s} of its time: {missing_wh} less, for {less} less.",
        "Restricted hours take {lost_s} of its time: {missing_wh} less, for {saved} more.",
        "Restricted hours take {lost_s} of its time: {missing_wh} less.",
        "Restricted hours lie in its time. Without them it would cost {saved} less and be done {sooner_s} sooner.",
        "Restricted hours lie in its time. Without them it would cost {less} more and be done {sooner_s} sooner.",
        "Restricted hours lie in its time. Without them it would be done {sooner_s} sooner.",
        "Restricted hours lie in its time. They cost it nothing.",
    ),
    "no_tariff": ("No price is known for this time: it charges as early as it may.",),
    "solar_only": ("The charger only uses solar surplus: nothing is bought for it, and there is no plan.",),
    "partial_tariff": ("For a part of this time no price is known.",),
    "estimated_prices": (
        "Some prices are not published yet: they are estimated, and the plan is made anew when the real ones come.",
    ),
    "short_runs": ("The time is tight: it charges in shorter pieces than it should.",),
}

CHECKS: dict[tuple[str, str], Sentences] = {
    ("charger_offline", "ok"): ("The charger is online.",),
    ("charger_offline", "unknown"): ("Whether the charger will be online is not known.",),
    ("already_in_progress", "ok"): ("No other session is in the way.",),
    ("already_in_progress", "unknown"): ("Whether another session is in the way is not known.",),
    ("charger_faulted", "ok"): ("The charger reports no fault.",),
    ("charger_faulted", "unknown"): ("Whether the charger has a fault is not known.",),
    ("charger_unavailable", "ok"): ("The charger is in service.",),
    ("charger_unavailable", "unknown"): ("Whether the charger is in service is not known.",),
    ("car_unplugged", "ok"): ("The car is plugged in.",),
    ("car_unplugged", "unknown"): ("Whether the car is plugged in is not known.",),
    ("battery_full", "ok"): ("Nothing says that the battery is full.",),
    ("battery_full", "unknown"): ("Whether the battery is full is not known.",),
    ("enough_time", "ok"): ("There is enough time: it must charge from {before} on.", "There is enough time."),
    ("enough_time", "fails"): (
        "There is too little time: {missing_wh} will be missing.",
        "The time is tight: it must charge from {before} on.",
        "There is too little time for all of it.",
    ),
    ("restricted_hours", "ok"): (
        "Restricted hours lie in its time: it starts {at_due_at}.",
        "Restricted hours leave it time.",
    ),
    ("state_of_charge", "ok"): ("The car's state of charge is known.",),
    ("state_of_charge", "unknown"): (
        "The car's state of charge is not known: it is planned for as if the battery were empty.",
    ),
    ("tariff", "ok"): ("What the energy will cost is known.",),
    ("tariff", "fails"): ("No price is known for its time: it charges as early as it may.",),
    ("solar", "ok"): ("The home has {surplus_w} left over.", "The home has surplus to charge with."),
    ("solar", "fails"): (
        "The home has {surplus_w} left over, of which another charge takes {taken_w}: it waits for more.",
        "The home has {surplus_w} left over, and {needed_w} are needed: it waits for surplus.",
        "There is too little surplus: it waits for more.",
    ),
    ("solar", "unknown"): (
        "How much surplus there will be is not known: the meter told of it last {at_told_at}.",
        "How much surplus there will be is not known: the home's meter has told of none.",
    ),
    ("schedule_enabled", "fails"): ("The schedule is switched off.",),
    ("next_date", "fails"): ("Nothing is planned: the schedule has had its last date.",),
    ("cannot_hold", "fails"): ("This charger starts by itself at plug-in and cannot be held back.",),
}

MOMENTS = {
    "clock": "at {clock}",
    "dated": "on {day} at {clock}",
}

WORDS = {
    "boost": "a Boost",
    "manual": "a scheduled charge",
    "smart": "a Smart charge",
    "plug_in": "a plug-in charge",
    "card": "a charge by card",
    "starting": "starting",
    "charging": "charging",
    "paused": "paused",
    "suspended_ev": "suspended by the car",
    "suspended_evse": "suspended by the charger",
    "target_reached": "the target was reached",
    "limit_duration": "the time limit was reached",
    "limit_energy": "the energy limit was reached",
    "limit_cost": "the cost limit was reached",
    "window_end": "its time was over",
    "driver": "a driver stopped it",
    "stopped_at_charger": "it was stopped at the charger",
    "unplugged": "the car was unplugged",
    "power_lost": "the charger lost its power",
    "charger_restart": "the charger restarted",
    "emergency": "the emergency stop was pressed",
    "not_authorized": "the card was no longer accepted",
    "lost": "the charger never reported its end",
    "other": "the charger did not say why",
    "no_answer": "no answer",
    "not_sent": "not sent",
    "wrong_password": "wrong password",
    "password_missing": "no password",
    "unsupported_protocol": "no version of OCPP that Homecharge speaks",
    "former_member": "a former member",
}
