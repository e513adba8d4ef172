"""English: what a decision about a card says, by its code; `{contact}` is how people reach the card's provider."""

from homecharge.domain.authorization_codes import Code
from homecharge.domain.authorization_trace import Step
from homecharge.domain.live_answers import LiveVerdict
from homecharge.domain.texts.catalogue import ReasonText
from homecharge.domain.texts.en import card_words

AUTHORIZATION_PENDING = "The card's provider is being asked."

AUTHORIZATIONS = {
    Code.ANY_TOKEN: ReasonText(detail=("Any card is accepted here.",)),
    Code.LOCAL_GROUP: ReasonText(
        detail=(
            "The card is in the local group “{group}”, which covers this charger.",
            "The card is in a local group that covers this charger.",
        )
    ),
    Code.REIMBURSEMENT: ReasonText(detail=("The card is linked for reimbursement at this location.",)),
    Code.REMOTE_START: ReasonText(
        detail=(
            "It belongs to session {reference}, which was started remotely.",
            "The charge was started remotely.",
        )
    ),
    Code.WHITELIST: ReasonText(
        detail=(
            "{provider} lets the card charge without being asked.",
            "The card's provider lets it charge without being asked.",
        )
    ),
    Code.PROVIDER: ReasonText(detail=("{provider} allowed the card.", "The card's provider allowed it.")),
    Code.PROVIDER_AWAY: ReasonText(
        detail=(
            "{provider} could not be asked, and lets the card charge all the same.",
            "The card's provider could not be asked, and lets it charge all the same.",
        )
    ),
    Code.UNKNOWN_CHARGER: ReasonText(
        detail=("The charger is not known to Homecharge.",),
        advice=card_words.ADD_CHARGER,
    ),
    Code.MALFORMED_UID: ReasonText(
        detail=(
            "The card's code has {length} characters, and a code has 1 to {most}.",
            "The card's code has too many characters, or none at all.",
        ),
        advice=card_words.HOLD_AGAIN,
    ),
    Code.UNKNOWN_CARD: ReasonText(
        detail=("The card is not in the system: no mobility provider has published it.",),
        advice=card_words.PUBLISH,
    ),
    Code.NOT_VALID: ReasonText(
        detail=(
            "The card is known, but {provider} does not mark it valid.",
            "The card is known, but not marked valid.",
        ),
        advice=card_words.MARK_VALID,
    ),
    Code.EXPIRED: ReasonText(
        detail=("The card is known, but expired {at_expires_at}.", "The card is known, but has expired."),
        advice=card_words.NEW_CARD,
    ),
    Code.PLACE_CLOSED: ReasonText(
        detail=(
            "This location takes neither roaming nor guest cards, and the card is one of {provider}.",
            "This location takes neither roaming nor guest cards, and the card is a provider's.",
        ),
        advice=card_words.OPEN_PLACE,
    ),
    Code.PRIVATE_PLACE: ReasonText(
        detail=("The card is unknown here, and this location takes neither roaming nor guest cards.",),
        advice=("Pair the card with this location, if its holder is to charge here.",),
    ),
    Code.LOCAL_NOT_VALID: ReasonText(
        detail=(
            "The card is in the local group “{group}”, but not marked valid there.",
            "The card is in a local group of this charger, but not marked valid there.",
        ),
        advice=card_words.MARK_LOCALLY,
    ),
    Code.OTHER_GROUP: ReasonText(
        detail=(
            "The card is in the local group “{group}”, which does not cover this charger.",
            "The card is in a local group that does not cover this charger.",
        ),
        advice=card_words.COVER,
    ),
    Code.PROVIDER_BLOCKED: ReasonText(
        detail=(
            "The card's mobility provider, {provider} ({party}), is blocked: none of its cards is accepted.",
            "The card's mobility provider is blocked: none of its cards is accepted.",
        ),
        advice=card_words.UNBLOCK,
    ),
    Code.NOT_LINKED: ReasonText(
        detail=("This location pays certain cards back, and the card is not linked for it.",),
        advice=("Link the card's contract with this location's reimbursement, or add the card to its local group.",),
    ),
    Code.ROAMING_OFF: ReasonText(
        detail=("The provider's remote start was refused: roaming is off at this location.",),
        advice=card_words.ROAM,
    ),
    Code.DRIVER_LEFT: ReasonText(
        detail=(
            "Session {reference} is that of a driver who is no longer a member of this location.",
            "The charge is that of a driver who is no longer a member of this location.",
        ),
        advice=card_words.REJOIN,
    ),
    Code.PROVIDER_SILENT: ReasonText(
        detail=(
            "{provider} could not be asked about the card in time.",
            "The card's provider could not be asked about it in time.",
        ),
        advice=card_words.SHORTLY,
    ),
    Code.PROVIDER_SAYS_BLOCKED: ReasonText(
        detail=("{provider} says that the card is blocked.", "The card's provider says that it is blocked."),
        advice=(
            "Contact {provider} ({contact}), which alone can unblock the card.",
            "Contact {provider}, which alone can unblock the card.",
            "Contact the card's provider, which alone can unblock it.",
        ),
    ),
    Code.PROVIDER_SAYS_EXPIRED: ReasonText(
        detail=("{provider} says that the card has expired.", "The card's provider says that it has expired."),
        advice=card_words.NEW_CARD,
    ),
    Code.PROVIDER_SAYS_NO_CREDIT: ReasonText(
        detail=(
            "{provider} says that the card has no credit left.",
            "The card's provider says that no credit is left.",
        ),
        advice=(
            "Contact {provider} ({contact}) to top the account up.",
            "Contact {provider} to top the account up.",
            "Contact the card's provider to top the account up.",
        ),
    ),
    Code.PROVIDER_SAYS_NOT_HERE: ReasonText(
        detail=(
            "{provider} does not let the card charge at this charger.",
            "The card's provider does not let it charge at this charger.",
        ),
        advice=(
            "Contact {provider} ({contact}) about where the card may charge.",
            "Contact {provider} about where the card may charge.",
            "Contact the card's provider about where it may charge.",
        ),
    ),
    Code.PROVIDER_FAILED: ReasonText(
        detail=(
            "{provider} was asked about the card, and gave no answer that can be used: {said}.",
            "{provider} was asked about the card, and gave no answer that can be used.",
            "The card's provider gave no answer that can be used.",
        ),
        advice=(
            "Try the card again, and contact {provider} ({contact}) if it recurs.",
            "Try the card again, and contact {provider} if it recurs.",
            "Try the card again, and contact its provider if it recurs.",
        ),
    ),
    Code.CHARGING_ELSEWHERE: ReasonText(
        detail=card_words.ELSEWHERE,
        advice=card_words.STOP_ELSEWHERE,
    ),
    Code.NOTHING_APPROVED: ReasonText(
        detail=("The card was looked at in every way there is, and nothing approved it.",),
        advice=("Read the trace, and have the operator set the whitelist of the card's token.",),
    ),
    Code.OUR_FAULT: ReasonText(
        detail=("Something went wrong on our side, and a card is refused when we cannot tell.",),
        advice=card_words.REPORT,
    ),
}

AUTHORIZATION_VARIANTS = {
    (Code.NOTHING_APPROVED, "paired"): ReasonText(
        detail=(
            "The card was held to the charger to be paired, and is the home's now; the tap itself starts nothing.",
        ),
        advice=card_words.TAP_AGAIN,
    ),
    (Code.NOTHING_APPROVED, "in_use_elsewhere"): ReasonText(
        detail=("The card was held to the charger to be paired, and is on another home's own list.",),
        advice=card_words.FREE_CARD,
    ),
    (Code.NOTHING_APPROVED, "full"): ReasonText(
        detail=("The card was held to the charger to be paired, and the home has as many cards as it may have.",),
        advice=card_words.MAKE_ROOM,
    ),
    (Code.NOTHING_APPROVED, "over"): ReasonText(
        detail=("The charge was cancelled or stopped before the charger began it.",),
        advice=("Start a new charge in the app.",),
    ),
    (Code.NOTHING_APPROVED, "overtaken"): ReasonText(
        detail=("The charger began the charge late, when another one was under way on the connector.",),
        advice=("Start a new charge in the app when the other one has ended.",),
    ),
    (Code.UNKNOWN_CARD, LiveVerdict.UNKNOWN.value): ReasonText(
        detail=(
            "{provider} says that it does not know the card.",
            "The card's provider says that it does not know it.",
        ),
        advice=(
            "Contact {provider} ({contact}), which published the card and now denies it.",
            "Contact {provider}, which published the card and now denies it.",
            "Contact the card's provider, which published it and now denies it.",
        ),
    ),
    (Code.PROVIDER_SILENT, LiveVerdict.TIMEOUT.value): ReasonText(
        detail=(
            "{provider} did not answer within {took_ms}.",
            "{provider} did not answer in time.",
            "The card's provider did not answer in time.",
        ),
    ),
    (Code.PROVIDER_SILENT, LiveVerdict.UNREACHABLE.value): ReasonText(
        detail=(
            "{provider} could not be reached: {said}.",
            "{provider} could not be reached.",
            "The card's provider could not be reached.",
        ),
    ),
    (Code.PROVIDER_SILENT, LiveVerdict.SHORT_CIRCUITED.value): ReasonText(
        detail=(
            "{provider} was not asked, because it has failed too often of late.",
            "The card's provider was not asked, because it has failed too often of late.",
        ),
        advice=card_words.IN_A_MINUTE,
    ),
    (Code.PROVIDER_FAILED, LiveVerdict.NO_ADDRESS.value): ReasonText(
        detail=(
            "{provider} wants to be asked about the card, and has no address for that.",
            "A provider has to be asked about the card, and there is no address for that.",
        ),
        advice=card_words.SET_ADDRESS,
    ),
}

TRACE_STEPS = {
    Step.CHARGER: "Is the charger known?",
    Step.UID: "Is the card's code well formed?",
    Step.PAIRING: "Is somebody pairing a card here?",
    Step.ANY_TOKEN: "Is any card accepted here?",
    Step.REMOTE_START: "Was the charge started remotely?",
    Step.EARLIER_GRANT: "Was the card accepted here a moment ago?",
    Step.LOCAL_GROUPS: "Is the card in a local group of this charger?",
    Step.PROVIDER: "Is the card's mobility provider allowed?",
    Step.ROAMING: "Is roaming on at this location?",
    Step.REIMBURSEMENT: "Is the card linked for reimbursement here?",
    Step.PRE_APPROVED: "Did a partner start a charge here with it?",
    Step.LOCATION: "Does this location take roaming or guest cards?",
    Step.TOKEN: "Is the card known and valid?",
    Step.WHITELIST: "May the card charge without its provider being asked?",
    Step.LIVE_CHECK: "What does the card's provider say?",
    Step.OFFLINE: "May the card charge while its provider cannot be asked?",
    Step.NOTHING: "Has anything approved the card?",
    Step.CONCURRENT: "Is the card charging nowhere else?",
    Step.FAULT: "Could the decision be made?",
}
