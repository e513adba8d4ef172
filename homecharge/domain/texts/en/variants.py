"""English: what a reason says where the evidence tells more than its code."""

from homecharge.domain.rejections import Code
from homecharge.domain.texts.catalogue import ReasonText

_NOTHING_TO_DO = (
    "Nothing to do: it is tried again by itself until {before}.",
    "Start a Boost once the charger is back.",
)
_SET_PASSWORD = (
    "Set the charger's password again before {before}: the charge starts once it connects.",
    "Set the charger's password again.",
)

VARIANTS = {
    (Code.CANCELLED, "session_cancelled"): ReasonText(),
    (Code.CANCELLED, "occurrence_skipped"): ReasonText(
        headline="Skipped",
        title="Skipped",
        detail=("{who} skipped this charge {at_at}.", "This charge was skipped."),
        advice=("Nothing to do: the schedule goes on with its next date.",),
    ),
    (Code.CANCELLED, "schedule_deleted"): ReasonText(
        title="Schedule deleted",
        detail=("{who} deleted its schedule {at_at}.", "Its schedule was deleted."),
        advice=("Make a new schedule if you want to charge at this time again.",),
    ),
    (Code.CANCELLED, "schedule_disabled"): ReasonText(
        title="Schedule switched off",
        detail=("{who} switched its schedule off {at_at}.", "Its schedule was switched off."),
        advice=("Switch the schedule on to charge at this time again.",),
    ),
    (Code.CANCELLED, "schedule_changed"): ReasonText(
        title="Schedule changed",
        detail=("{who} gave its schedule other times {at_at}.", "Its schedule was given other times."),
        advice=("Nothing to do: the schedule goes on at its new times.",),
    ),
    (Code.CANCELLED, "time_zone_changed"): ReasonText(
        title="Time zone changed",
        detail=("{who} changed the location's time zone {at_at}.", "The location's time zone was changed."),
        advice=("Nothing to do: the schedule goes on at its times in the new zone.",),
    ),
    (Code.CANCELLED, "account_deleted"): ReasonText(
        title="Account deleted",
        detail=("The account of the driver who planned it was deleted.",),
        advice=("Make a new schedule if you want to charge at this time again.",),
    ),
    (Code.CANCELLED, "member_left"): ReasonText(
        title="Left the home",
        detail=("{who}, who planned it, left this home {at_at}.", "The driver who planned it left this home."),
        advice=("Make a schedule of your own if you want to charge at this time.",),
    ),
    (Code.CANCELLED, "member_removed"): ReasonText(
        title="Removed from the home",
        detail=(
            "{who} removed the driver who planned it from this home {at_at}.",
            "The driver who planned it was removed from this home.",
        ),
        advice=("Make a schedule of your own if you want to charge at this time.",),
    ),
    (Code.CANCELLED, "charger_deleted"): ReasonText(
        title="Charger removed",
        detail=("{who} removed the charger {at_at}.", "The charger was removed."),
        advice=("Add the charger again if you want to charge with it.",),
    ),
    (Code.CANCELLED, "stopped_before_start"): ReasonText(
        title="Stopped before it charged",
        detail=(
            "{who} stopped this charge {at_at}, before any energy flowed.",
            "This charge was stopped {at_at}, before any energy flowed.",
            "This charge was stopped before any energy flowed.",
        ),
    ),
    (Code.CHARGER_OFFLINE, "never_connected"): ReasonText(
        headline="Rejected: charger never connected",
        title="Charger never connected",
        detail=("Your charger has never been in touch with Homecharge.",),
        advice=(
            "Finish the charger's set-up before {before}: the charge starts once it connects.",
            "Finish the charger's set-up: it needs its address and password.",
        ),
    ),
    (Code.CHARGER_OFFLINE, "wrong_password"): ReasonText(
        headline="Rejected: charger's password refused",
        title="Charger's password refused",
        detail=(
            "Your charger tried to connect {at_at}, and its password was refused.",
            "Your charger tried to connect, and its password was refused.",
        ),
        advice=_SET_PASSWORD,
    ),
    (Code.CHARGER_OFFLINE, "password_missing"): ReasonText(
        headline="Rejected: charger without a password",
        title="Charger without a password",
        detail=(
            "Your charger tried to connect {at_at}, and gave no password.",
            "Your charger tried to connect, and gave no password.",
        ),
        advice=_SET_PASSWORD,
    ),
    (Code.CHARGER_OFFLINE, "unsupported_protocol"): ReasonText(
        headline="Rejected: charger's protocol refused",
        title="Charger's protocol refused",
        detail=(
            "Your charger tried to connect {at_at}, and offered no version of OCPP that Homecharge speaks.",
            "Your charger tried to connect, and offered no version of OCPP that Homecharge speaks.",
        ),
        advice=(
            "Set the charger to OCPP 1.6-J before {before}: the charge starts once it connects.",
            "Set the charger to OCPP 1.6-J.",
        ),
    ),
    (Code.CHARGER_OFFLINE, "outage"): ReasonText(
        headline="Rejected: connection lost by Homecharge",
        title="Connection lost by Homecharge",
        detail=(
            "Homecharge lost the connection to your charger {at_began_at}, and the charger has not been back since.",
            "Homecharge lost the connection to your charger, and the charger has not been back since.",
        ),
        advice=_NOTHING_TO_DO,
    ),
    (Code.CHARGER_OFFLINE, "after_command"): ReasonText(
        title="Charger lost during the start",
        detail=(
            "Your charger was told to start and has not been in touch since {since}.",
            "Your charger was told to start and has not been in touch since.",
        ),
    ),
    (Code.ALREADY_IN_PROGRESS, "session"): ReasonText(),
    (Code.ALREADY_IN_PROGRESS, "transaction"): ReasonText(
        detail=(
            "The charger has been busy with a charge that Homecharge did not start since {since}.",
            "The charger was busy with a charge that Homecharge did not start.",
        ),
        advice=(
            "End that charge at the charger before {before} and this one starts.",
            "End the other charge at the charger before you start a new one.",
        ),
    ),
    (Code.CHARGER_FAULTED, "fault_during"): ReasonText(
        detail=(
            "The charger reported a fault before any energy flowed: {error_code}.",
            "The charger reported a fault before any energy flowed.",
        ),
    ),
    (Code.CHARGER_FAULTED, "power_lost"): ReasonText(
        headline="Rejected: charger lost power",
        title="Charger lost power",
        detail=("The charger lost its power before any energy flowed.",),
        advice=(
            "Check the charger's fuse before {before}: the charge starts once the power is back.",
            "Check the charger's fuse.",
        ),
    ),
    (Code.CHARGER_FAULTED, "restart"): ReasonText(
        headline="Rejected: charger restarted",
        title="Charger restarted",
        detail=("The charger restarted before any energy flowed.",),
        advice=_NOTHING_TO_DO,
    ),
    (Code.CHARGER_UNAVAILABLE, "unavailable"): ReasonText(
        detail=("The charger said that it was out of service.",),
    ),
    (Code.CHARGER_UNAVAILABLE, "reserved"): ReasonText(
        headline="Rejected: charger reserved",
        title="Charger reserved",
        detail=("The charger said that it was reserved for somebody else.",),
        advice=(
            "Contact support before {before} to have the reservation lifted.",
            "Contact support to have the reservation lifted.",
        ),
    ),
    (Code.CHARGER_UNAVAILABLE, "firmware"): ReasonText(
        headline="Rejected: charger updating",
        title="Charger updating its firmware",
        detail=("The charger was installing new firmware.",),
        advice=_NOTHING_TO_DO,
    ),
    (Code.CAR_UNPLUGGED, "before_energy"): ReasonText(
        title="Unplugged before it charged",
        detail=(
            "The car was unplugged {at_since}, before any energy flowed.",
            "The car was unplugged before any energy flowed.",
        ),
    ),
    (Code.BATTERY_FULL, "known"): ReasonText(
        detail=(
            "The car stopped charging by itself {at_since} and has been plugged in ever since.",
            "The car has stopped charging by itself since it was plugged in.",
        ),
    ),
    (Code.BATTERY_FULL, "soc"): ReasonText(
        detail=("The battery was at {percent} % already.", "The battery was as full as asked for already."),
    ),
    (Code.BATTERY_FULL, "inferred"): ReasonText(
        headline="The car took no power",
        title="The car took no power",
        detail=(
            "The charger had offered power since {offered_at}; the car took none and said that it was waiting.",
            "The charger offered power; the car took none and said that it was waiting.",
        ),
        advice=("It is full, or its own timer or limit holds it back: check the car.",),
    ),
    (Code.NOT_AUTHORIZED, "deauthorized"): ReasonText(
        detail=(
            "The charger ended the charge {at_at}, because the card was no longer accepted.",
            "The charger ended the charge, because the card was no longer accepted.",
        ),
    ),
    (Code.NOT_AUTHORIZED, "free_vend"): ReasonText(
        headline="Rejected: charger started by itself",
        title="Charger started by itself",
        detail=(
            "This charger starts by itself, and the tag {tag} that it gave was not accepted ({code}).",
            "This charger starts by itself, and the tag that it gave was not accepted.",
        ),
        advice=("Set its start mode (start_mode) to free_vend, or turn off the charger's own free-vend mode.",),
    ),
    (Code.SOLAR_UNAVAILABLE, "untold"): ReasonText(
        title="Solar surplus not known",
        detail=(
            "The charger only uses solar surplus, and the home's meter has told of none since {since}.",
            "The charger only uses solar surplus, and the home's meter has never told of any.",
        ),
        advice=("See that the home's meter tells of its surplus, or start a Boost to charge from the grid.",),
    ),
    (Code.CHARGER_REFUSED, "error"): ReasonText(
        detail=(
            "The charger answered the start with an error: {answer}.",
            "The charger answered the start with an error.",
        ),
    ),
    (Code.CHARGER_REFUSED, "ended_by_us"): ReasonText(
        headline="Rejected: no energy flowed",
        title="Charger let no energy flow",
        detail=(
            "The charger had let no energy flow when the time or limit of this charge ended it {at_at}.",
            "The charger had let no energy flow when the time or limit of this charge ended it.",
        ),
    ),
    (Code.CHARGER_REFUSED, "ended"): ReasonText(
        title="Charger ended it at once",
        detail=(
            "The charger ended the charge before any energy flowed: {answer}.",
            "The charger ended the charge before any energy flowed.",
        ),
    ),
}
