"""English: why a try did not charge, in the order of the codes."""

from homecharge.domain.rejections import Code
from homecharge.domain.texts.catalogue import ReasonText

EXHAUSTED = "It was tried {attempt} times; there will be no further try."
TRIED_AGAIN = "Nothing to do here: it was tried again."

REASONS = {
    Code.CANCELLED: ReasonText(
        headline="Cancelled",
        title="Cancelled",
        detail=("{who} cancelled this charge {at_at}.", "This charge was cancelled."),
        advice=("Start a Boost if you want to charge after all.",),
    ),
    Code.WINDOW_MISSED: ReasonText(
        headline="Rejected: missed by Homecharge",
        title="Missed by Homecharge",
        detail=(
            "Homecharge was out of order from {began_at} to {ended_at} and could not start this charge in time.",
            "Homecharge could not decide in time whether to start this charge.",
        ),
        advice=("Start a Boost to charge now.",),
    ),
    Code.CHARGER_OFFLINE: ReasonText(
        headline="Rejected: charger offline",
        title="Charger offline",
        detail=("Your charger has not been in touch since {since}.", "Your charger was not connected."),
        advice=(
            "Check the charger's power and Wi-Fi before {before}: the charge starts once it is back.",
            "Check the charger's power and Wi-Fi.",
        ),
    ),
    Code.ALREADY_IN_PROGRESS: ReasonText(
        headline="Rejected: another session in progress",
        title="Another session in progress",
        detail=(
            "{kind} has been {status} on this connector since {since} (session {reference}).",
            "A charge has been in progress on this connector since {since}.",
            "A charge was already in progress on this connector.",
        ),
        advice=(
            "Stop that session before {before} and this charge starts.",
            "Stop the other session before you start a new one.",
        ),
    ),
    Code.CHARGER_FAULTED: ReasonText(
        headline="Rejected: charger fault",
        title="Charger fault",
        detail=("The charger reported a fault: {error_code}.", "The charger reported a fault."),
        advice=(
            "Switch the charger off and on again before {before}: the charge starts once the fault is gone.",
            "Switch the charger off and on again.",
        ),
    ),
    Code.CHARGER_UNAVAILABLE: ReasonText(
        headline="Rejected: charger out of service",
        title="Charger out of service",
        detail=("The charger said that it was not available.",),
        advice=(
            "Contact support before {before} to have the charger put back into service.",
            "Contact support to have the charger put back into service.",
        ),
    ),
    Code.CAR_UNPLUGGED: ReasonText(
        headline="Rejected: car not plugged in",
        title="Car not plugged in",
        detail=("The car has not been plugged in since {since}.", "The car was not plugged in."),
        advice=(
            "Plug in before {before} and it will still charge until {end}.",
            "Plug in before {before} and the charge starts by itself.",
            "Plug in, and start a Boost if you cannot wait for the next charge.",
        ),
    ),
    Code.BATTERY_FULL: ReasonText(
        headline="Not needed: battery full",
        title="Battery already full",
        detail=("The car needed no energy.",),
        advice=("Nothing to do: there was nothing left to charge.",),
    ),
    Code.RESTRICTED_HOURS: ReasonText(
        headline="Rejected: restricted hours",
        title="Inside restricted hours",
        detail=("Restricted hours covered the whole time in which this charge could run.",),
        advice=(
            "Change the restricted hours before {before}, or start a Boost, which overrides them.",
            "Change the restricted hours, or the time of this schedule.",
        ),
    ),
    Code.SOLAR_UNAVAILABLE: ReasonText(
        headline="Rejected: no solar surplus",
        title="No solar surplus",
        detail=(
            "The charger only uses solar surplus. Of {surplus_w} {at_told_at} another charge took {taken_w}.",
            "The charger only uses solar surplus. It was {surplus_w} {at_told_at}, and {needed_w} are needed.",
            "The charger only uses solar surplus, and there was none.",
        ),
        advice=(
            "Nothing to do: it starts by itself with enough surplus before {before}, and a Boost charges at once.",
            "Start a Boost to charge from the grid.",
        ),
    ),
    Code.NOT_AUTHORIZED: ReasonText(
        headline="Rejected: card not accepted",
        title="Card not accepted",
        detail=(
            "The card {tag} was not accepted ({code}).",
            "The card {tag} was not accepted.",
            "The card was not accepted.",
        ),
        advice=("Pair the card with this location, then hold it to the charger again.",),
    ),
    Code.CHARGER_REFUSED: ReasonText(
        headline="Rejected: charger refused",
        title="Charger refused to start",
        detail=("The charger answered the start with “{answer}”.", "The charger refused to start."),
        advice=(
            "Switch the charger off and on again before {before}: the start is repeated by itself.",
            "Switch the charger off and on again, then start a Boost.",
        ),
    ),
    Code.NO_ANSWER: ReasonText(
        headline="Rejected: charger did not answer",
        title="Charger did not answer",
        detail=(
            "The charger was connected, but did not answer the start sent {at_at}.",
            "The charger was connected, but did not answer the start.",
        ),
        advice=(
            "Switch the charger off and on again before {before}: the start is repeated by itself.",
            "Switch the charger off and on again, then start a Boost.",
        ),
    ),
    Code.START_NOT_CONFIRMED: ReasonText(
        headline="Rejected: start not confirmed",
        title="Charger agreed, but did not start",
        detail=(
            "The charger agreed {at_at} to start, but no charge began.",
            "The charger agreed to start, but no charge began.",
        ),
        advice=(
            "Push the plug in firmly before {before}: the start is repeated by itself.",
            "Push the plug in firmly, then start a Boost.",
        ),
    ),
    Code.NO_ENERGY_DRAWN: ReasonText(
        headline="Rejected: no energy flowed",
        title="No energy flowed",
        detail=(
            "The charger had offered power since {offered_at}, but the car took none.",
            "The charger offered power, but the car took none.",
        ),
        advice=(
            "Check the car's own timer and charge limit before {before}: the start is repeated by itself.",
            "Check the car's own timer and charge limit.",
        ),
    ),
    Code.NOTHING_AFFORDABLE: ReasonText(
        headline="Rejected: budget too small",
        title="Budget buys no energy",
        detail=("At the rates of this time, the budget bought no energy.",),
        advice=("Raise the budget of this schedule.",),
    ),
}
