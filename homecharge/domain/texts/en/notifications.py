"""English: what people are told of by themselves."""

from homecharge.domain.texts.catalogue import ReasonText

NOTIFICATIONS: dict[str, ReasonText] = {
    "started": ReasonText(
        title="Charging",
        detail=("“{charger}” began to charge {at_started_at}.", "It began to charge {at_started_at}.", "It charges."),
    ),
    "recovered": ReasonText(
        title="Charging after all",
        detail=(
            "“{charger}” began to charge {at_started_at}, after a try that failed.",
            "It began to charge {at_started_at}, after a try that failed.",
            "It charges, after a try that failed.",
        ),
    ),
    "finished": ReasonText(
        title="Charging finished",
        detail=(
            "“{charger}” gave {energy_wh} for {cost} until {ended_at}.",
            "“{charger}” gave {energy_wh} until {ended_at}.",
            "It gave {energy_wh} until {ended_at}.",
            "It has ended.",
        ),
    ),
    "ended_short": ReasonText(title="Charging ended short"),
    "rejected": ReasonText(title="Rejected"),
    "cancelled": ReasonText(
        title="Cancelled",
        detail=(
            "It was done on “{device}”. That is why History says Rejected; nothing is wrong with the charger.",
            "That is why History says Rejected; nothing is wrong with the charger.",
        ),
    ),
    "will_not_start": ReasonText(
        title="A charge would fail",
        detail=(
            "“{charger}” would not charge {at_due_at}. {problem} There is time to put it right until {before}.",
            "“{charger}” would not be ready by {ready_by}. {problem} There is time to put it right until {before}.",
            "{problem} There is time to put it right until {before}.",
            "{problem}",
        ),
    ),
    "charger_connected": ReasonText(
        title="Charger connected",
        detail=("“{charger}” has connected for the first time.", "A charger has connected for the first time."),
    ),
    "charger_offline": ReasonText(
        title="Charger offline",
        detail=(
            "“{charger}” has not been in touch since {since}. Check its power and its Wi-Fi.",
            "A charger has not been in touch since {since}. Check its power and its Wi-Fi.",
            "A charger has not been in touch for long. Check its power and its Wi-Fi.",
        ),
    ),
    "webhook_disabled": ReasonText(
        title="Webhook switched off",
        detail=(
            (
                "Your password was reset {at_reset_at}. Your webhooks were switched off, because somebody else may "
                "know their secrets. Make new ones of those that you still want."
            ),
            "Your webhook has failed since {since} and was switched off. Make a new one once it works.",
            "Your webhook has failed for long and was switched off. Make a new one once it works.",
        ),
    ),
}
