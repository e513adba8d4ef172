"""English: why a charge gave less than was asked of it."""

from homecharge.domain.texts.catalogue import ReasonText

SHORTFALLS = {
    "unplugged_early": ReasonText(
        title="Unplugged early",
        detail=("The car was unplugged with {missing_wh} still to go.", "The car was unplugged before it was done."),
        advice=(
            "Plug in again before {before} and the charge goes on.",
            "Leave the car plugged in until the charge is complete.",
        ),
    ),
    "car_stopped": ReasonText(
        title="The car stopped by itself",
        detail=("The car stopped by itself with {missing_wh} still to go.", "The car stopped before it was done."),
        advice=("It is full, or its own timer or limit holds it back: check the car.",),
    ),
    "charger_offline": ReasonText(
        title="Charger went offline",
        detail=(
            "The charger went offline, and its charge ended with {missing_wh} still to go.",
            "The charger went offline before the charge was done.",
        ),
        advice=(
            "Check the charger's power and Wi-Fi before {before}: the charge goes on once it is back.",
            "Check the charger's power and Wi-Fi.",
        ),
    ),
    "charger_faulted": ReasonText(
        title="Charger fault",
        detail=(
            "The charger ended the charge with {missing_wh} still to go, because of a fault: {error_code}.",
            "The charger ended the charge with {missing_wh} still to go, because of a fault.",
            "The charger ended the charge before it was done, because of a fault.",
        ),
        advice=(
            "Switch the charger off and on again before {before}: the charge goes on once the fault is gone.",
            "Switch the charger off and on again.",
        ),
    ),
    "power_lost": ReasonText(
        title="Charger lost power",
        detail=(
            "The charger lost its power with {missing_wh} still to go.",
            "The charger lost its power before the charge was done.",
        ),
        advice=(
            "Check the charger's fuse before {before}: the charge goes on once the power is back.",
            "Check the charger's fuse.",
        ),
    ),
    "stopped_by_driver": ReasonText(
        title="Stopped by hand",
        detail=("The charge was stopped with {missing_wh} still to go.", "The charge was stopped before it was done."),
        advice=("Start a Boost if you want the rest after all.",),
    ),
    "restricted_hours": ReasonText(
        title="Restricted hours",
        detail=(
            "Restricted hours left {missing_wh} uncharged.",
            "Restricted hours left too little time to charge everything.",
        ),
        advice=("Change the restricted hours, or start a Boost for the rest.",),
    ),
    "not_enough_time": ReasonText(
        title="Not enough time",
        detail=(
            "The time was too short: {missing_wh} were still to go {at_end}.",
            "The time was too short: {missing_wh} were still to go.",
            "The time was too short to charge everything.",
        ),
        advice=("Give the schedule more time, or start a Boost for the rest.",),
    ),
    "solar_unavailable": ReasonText(
        title="Too little solar surplus",
        detail=(
            "There was too little solar surplus: {missing_wh} were still to go.",
            "There was too little solar surplus to charge everything.",
        ),
        advice=("Start a Boost to charge the rest from the grid.",),
    ),
    "budget_spent": ReasonText(
        title="Budget spent",
        detail=("The budget was spent with {missing_wh} still to go.", "The budget was spent before it was done."),
        advice=("Raise the budget of this schedule.",),
    ),
}

_AGAIN_BY_ITSELF = (
    "Nothing to do: it is tried again by itself until {before}.",
    "Start a Boost if you want the rest after all.",
)

SHORTFALL_VARIANTS = {
    ("charger_faulted", "charger_restart"): ReasonText(
        title="Charger restarted",
        detail=(
            "The charger restarted with {missing_wh} still to go.",
            "The charger restarted before the charge was done.",
        ),
        advice=_AGAIN_BY_ITSELF,
    ),
    ("charger_faulted", "emergency"): ReasonText(
        title="Emergency stop",
        detail=(
            "The emergency stop was pressed with {missing_wh} still to go.",
            "The emergency stop was pressed before the charge was done.",
        ),
        advice=(
            "Release the emergency stop once it is safe: the charge is tried again by itself until {before}.",
            "Release the emergency stop once it is safe, then start a Boost for the rest.",
        ),
    ),
    ("charger_faulted", "not_authorized"): ReasonText(
        title="Card no longer accepted",
        detail=(
            "The card was no longer accepted with {missing_wh} still to go.",
            "The card was no longer accepted before the charge was done.",
        ),
        advice=("Start a Boost if you want the rest after all.",),
    ),
    ("charger_faulted", "other"): ReasonText(
        title="Ended by the charger",
        detail=(
            "The charger ended the charge with {missing_wh} still to go and did not say why.",
            "The charger ended the charge before it was done and did not say why.",
        ),
        advice=_AGAIN_BY_ITSELF,
    ),
}
