"""English: what the people of a home should look at, by code, and by code and variant."""

from homecharge.domain.texts.catalogue import ReasonText

ATTENTION = {
    "faulted": ReasonText(
        title="Charger fault",
        detail=(
            "{charger} reports a fault ({error_code}). Restart it; call support if that does not help.",
            "{charger} reports a fault. Restart it; call support if that does not help.",
            "The charger reports a fault. Restart it; call support if that does not help.",
        ),
    ),
    "offline": ReasonText(
        title="Charger offline",
        detail=(
            "{charger} has been offline since {since}. Check its power and its Wi-Fi.",
            "{charger} is offline. Check its power and its Wi-Fi.",
            "The charger is offline. Check its power and its Wi-Fi.",
        ),
    ),
    "offline_refused": ReasonText(
        title="Charger cannot connect",
        detail=(
            "{charger} tried to connect {at_refused_at} and was refused: {reason}. Set its connection up again.",
            "The charger tried to connect and was refused. Set its connection up again.",
        ),
    ),
    "never_connected": ReasonText(
        title="Charger not connected yet",
        detail=(
            "{charger} has never connected. Tell it the address and the password that it was given.",
            "The charger has never connected. Tell it the address and the password that it was given.",
        ),
    ),
    "never_connected_refused": ReasonText(
        title="Charger cannot connect",
        detail=(
            "{charger} tried to connect {at_refused_at} and was refused: {reason}. Check what it was told.",
            "The charger tried to connect and was refused. Check what it was told.",
        ),
    ),
    "unavailable": ReasonText(
        title="Charger out of service",
        detail=(
            "{charger} says that it is out of service. Call support.",
            "The charger says that it is out of service. Call support.",
        ),
    ),
    "will_not_start": ReasonText(
        title="The next charge will not start",
        detail=(
            "The charge that is to be ready by {ready_by}: {said}",
            "The charge {at_starts_at}: {said}",
            "The next charge will not start as things are.",
        ),
    ),
    "at_risk": ReasonText(
        title="The next charge may not start",
        detail=(
            "The charge that is to be ready by {ready_by}: {said}",
            "The charge {at_starts_at}: {said}",
            "The next charge may not start.",
        ),
    ),
    "no_charger": ReasonText(title="No charger yet", detail=("Add a charger to begin.",)),
    "no_tariff": ReasonText(
        title="No tariff",
        detail=("What charging costs is not shown, and nothing is planned by price, until the home has a tariff.",),
    ),
}
