"""English: what a step of a decision about a card came upon, and what can be done about it, if anything."""

from homecharge.domain.authorization_trace import Step
from homecharge.domain.texts.catalogue import ReasonText, Sentences
from homecharge.domain.texts.en import card_words

_EXPIRED = ("The card expired {at_expires_at}.", "The card has expired.")


def _answer(long: str, short: str) -> Sentences:
    """What the provider said: with its name, what it added and how long it took, as far as that is known."""
    return (
        f"{{provider}} {long}: {{said}} ({{took_ms}}).",
        f"{{provider}} {long} ({{took_ms}}).",
        f"{{provider}} {long}.",
        short,
    )


def _contact(about: str) -> Sentences:
    return (
        f"Contact {{provider}} ({{contact}}) {about}.",
        f"Contact {{provider}} {about}.",
        f"Contact the card's provider {about}.",
    )


FINDINGS = {
    (Step.CHARGER, "known"): ReasonText(detail=("The charger is known, and has a location.",)),
    (Step.CHARGER, "unknown"): ReasonText(
        detail=("No charger of Homecharge has this id.",),
        advice=card_words.ADD_CHARGER,
    ),
    (Step.UID, "well_formed"): ReasonText(detail=("The code can be that of a card.",)),
    (Step.UID, "malformed"): ReasonText(
        detail=(
            "The code has {length} characters, and a code has 1 to {most}.",
            "The code has too many characters, or none at all.",
        ),
        advice=card_words.HOLD_AGAIN,
    ),
    (Step.PAIRING, "paired"): ReasonText(
        detail=("Somebody was pairing a card: this one is the home's now, and the tap itself starts nothing.",),
        advice=card_words.TAP_AGAIN,
    ),
    (Step.PAIRING, "in_use_elsewhere"): ReasonText(
        detail=("Somebody was pairing a card, and this one is on another home's own list.",),
        advice=card_words.FREE_CARD,
    ),
    (Step.PAIRING, "full"): ReasonText(
        detail=("Somebody was pairing a card, and the home has as many cards as it may have.",),
        advice=card_words.MAKE_ROOM,
    ),
    (Step.ANY_TOKEN, "charger"): ReasonText(detail=("The charger accepts any card.",)),
    (Step.ANY_TOKEN, "location"): ReasonText(detail=("The location accepts any card.",)),
    (Step.ANY_TOKEN, "free_vend"): ReasonText(detail=("The charger starts without a card, and this is none we know.",)),
    (Step.ANY_TOKEN, "closed"): ReasonText(detail=("Neither the charger nor its location accepts any card.",)),
    (Step.ANY_TOKEN, "known_card"): ReasonText(
        detail=("The charger starts without a card, but this one is known, so that it has to be good.",)
    ),
    (Step.REMOTE_START, "session"): ReasonText(
        detail=("It is the tag of session {reference}, and still good.", "It is the tag of a session, and still good.")
    ),
    (Step.REMOTE_START, "charger_tag"): ReasonText(detail=("It is the tag that this charger is set to start with.",)),
    (Step.REMOTE_START, "starting"): ReasonText(
        detail=("A session is being started on this connector, and the charger gives its start this code.",)
    ),
    (Step.REMOTE_START, "driver_left"): ReasonText(
        detail=(
            "It is the tag of session {reference}, whose driver is no longer a member of this location.",
            "It is the tag of a session whose driver is no longer a member of this location.",
        ),
        advice=card_words.REJOIN,
    ),
    (Step.REMOTE_START, "over"): ReasonText(
        detail=(
            "It is the tag of session {reference}, which was cancelled or stopped, or whose time was over.",
            "It is the tag of a session that was cancelled or stopped, or whose time was over.",
        ),
        advice=("Start a new charge in the app.",),
    ),
    (Step.REMOTE_START, "overtaken"): ReasonText(
        detail=("Its session is over, and another charge is under way on the connector.",),
        advice=("Start a new charge in the app when the other one has ended.",),
    ),
    (Step.REMOTE_START, "to_stop"): ReasonText(
        detail=("Its session is to stop: the charge was accepted, and is stopped at once.",)
    ),
    (Step.REMOTE_START, "not_ours"): ReasonText(detail=("It is the tag of no session.",)),
    (Step.EARLIER_GRANT, "reused"): ReasonText(
        detail=("It was accepted here {at_at}, and that still holds.", "It was accepted here, and that still holds.")
    ),
    (Step.EARLIER_GRANT, "gone"): ReasonText(
        detail=(
            "It was accepted here {at_at}, but what accepted it is gone, so it is decided anew.",
            "It was accepted here, but what accepted it is gone, so it is decided anew.",
        )
    ),
    (Step.EARLIER_GRANT, "local_not_valid"): ReasonText(
        detail=("It was accepted here a moment ago, and is no longer marked valid in its local group.",),
        advice=card_words.MARK_LOCALLY,
    ),
    (Step.EARLIER_GRANT, "expired"): ReasonText(detail=_EXPIRED, advice=card_words.NEW_CARD),
    (Step.EARLIER_GRANT, "not_valid"): ReasonText(
        detail=("It was accepted here a moment ago, and is no longer marked valid.",), advice=card_words.MARK_VALID
    ),
    (Step.LOCAL_GROUPS, "valid"): ReasonText(
        detail=(
            "It is valid in the local group “{group}”, which covers this charger.",
            "It is valid in a local group that covers this charger.",
        )
    ),
    (Step.LOCAL_GROUPS, "not_valid"): ReasonText(
        detail=(
            "It is in the local group “{group}”, which covers this charger, but not marked valid there.",
            "It is in a local group that covers this charger, but not marked valid there.",
        ),
        advice=card_words.MARK_LOCALLY,
    ),
    (Step.LOCAL_GROUPS, "other_group"): ReasonText(
        detail=(
            "It is in the local group “{group}” only, which does not cover this charger.",
            "It is only in a local group that does not cover this charger.",
        ),
        advice=card_words.COVER,
    ),
    (Step.LOCAL_GROUPS, "none"): ReasonText(
        detail=("It is in no local group that concerns this charger.",),
        advice=("Pair the card with this location, or add it to a local group, if its holder is to charge here.",),
    ),
    (Step.PROVIDER, "no_card"): ReasonText(detail=("No mobility provider has published this card.",)),
    (Step.PROVIDER, "none"): ReasonText(detail=("The card is known, but belongs to no mobility provider.",)),
    (Step.PROVIDER, "blocked"): ReasonText(
        detail=(
            "It is a card of {provider} ({party}), which is blocked: none of its cards is accepted.",
            "The provider is blocked: none of its cards is accepted.",
        ),
        advice=card_words.UNBLOCK,
    ),
    (Step.PROVIDER, "open"): ReasonText(
        detail=("It is a card of {provider} ({party}), which is not blocked.", "Its provider is not blocked.")
    ),
    (Step.ROAMING, "on"): ReasonText(detail=("Roaming is on: partners may start charges here.",)),
    (Step.ROAMING, "off"): ReasonText(
        detail=("Roaming is off, so that partners may not start charges here; nothing was sent to the charger.",),
        advice=card_words.ROAM,
    ),
    (Step.REIMBURSEMENT, "none"): ReasonText(detail=("This location pays no cards back.",)),
    (Step.REIMBURSEMENT, "not_linked"): ReasonText(
        detail=("This location pays certain cards back, and this is not one of them.",),
        advice=("Link the card's contract or organisation with this location's reimbursement.",),
    ),
    (Step.REIMBURSEMENT, "linked_unknown"): ReasonText(
        detail=("The card is linked, but no provider has published it, so that nobody can tell whether it is good.",),
        advice=("Ask the card's provider to publish it to Homecharge.",),
    ),
    (Step.REIMBURSEMENT, "linked"): ReasonText(detail=("The card is linked, and valid.",)),
    (Step.REIMBURSEMENT, "expired"): ReasonText(
        detail=("The card is linked, but expired {at_expires_at}.", "The card is linked, but has expired."),
        advice=card_words.NEW_CARD,
    ),
    (Step.REIMBURSEMENT, "not_valid"): ReasonText(
        detail=("The card is linked, but not marked valid.",), advice=card_words.MARK_VALID
    ),
    (Step.PRE_APPROVED, "none"): ReasonText(detail=("No partner has started a charge here with it of late.",)),
    (Step.PRE_APPROVED, "approved"): ReasonText(
        detail=("A partner started a charge here with it {at_at}.", "A partner started a charge here with it.")
    ),
    (Step.LOCATION, "roaming"): ReasonText(detail=("Roaming is on: cards of providers are taken here.",)),
    (Step.LOCATION, "guests"): ReasonText(detail=("Guest cards are on: cards of providers are taken here.",)),
    (Step.LOCATION, "closed"): ReasonText(
        detail=("Neither roaming nor guest cards are on: only cards of this location itself are taken.",),
        advice=card_words.OPEN_PLACE,
    ),
    (Step.TOKEN, "unknown"): ReasonText(
        detail=("The card is not in the system: no provider has published it.",),
        advice=card_words.PUBLISH,
    ),
    (Step.TOKEN, "valid"): ReasonText(detail=("The card is known, marked valid, and has not expired.",)),
    (Step.TOKEN, "expired"): ReasonText(detail=_EXPIRED, advice=card_words.NEW_CARD),
    (Step.TOKEN, "not_valid"): ReasonText(
        detail=("The card is known, but not marked valid.",), advice=card_words.MARK_VALID
    ),
    (Step.WHITELIST, "undefined"): ReasonText(
        detail=("The card's token has no whitelist setting that is defined, so that nothing can be concluded.",),
        advice=("Have the operator set the whitelist of the card's token.",),
    ),
    (Step.WHITELIST, "listed"): ReasonText(
        detail=("Its whitelist is {whitelist}: it charges without asking.", "It charges without asking.")
    ),
    (Step.WHITELIST, "ask"): ReasonText(
        detail=("Its whitelist is {whitelist}: the provider has to be asked.", "The provider has to be asked.")
    ),
    (Step.LIVE_CHECK, "allowed"): ReasonText(detail=_answer("allowed the card", "The provider allowed the card.")),
    (Step.LIVE_CHECK, "blocked"): ReasonText(
        detail=_answer("says that the card is blocked", "The provider says that the card is blocked."),
        advice=_contact("to have the card unblocked"),
    ),
    (Step.LIVE_CHECK, "expired"): ReasonText(
        detail=_answer("says that the card has expired", "The provider says that the card has expired."),
        advice=card_words.NEW_CARD,
    ),
    (Step.LIVE_CHECK, "no_credit"): ReasonText(
        detail=_answer("says that the card has no credit left", "The provider says that no credit is left."),
        advice=_contact("to top the account up"),
    ),
    (Step.LIVE_CHECK, "not_allowed"): ReasonText(
        detail=_answer("does not let the card charge here", "The provider does not let the card charge here."),
        advice=_contact("about where the card may charge"),
    ),
    (Step.LIVE_CHECK, "unknown"): ReasonText(
        detail=_answer("says that it does not know the card", "The provider says that it does not know the card."),
        advice=_contact("about a card that it published and now denies"),
    ),
    (Step.LIVE_CHECK, "error"): ReasonText(
        detail=_answer("gave no answer that can be used", "The provider gave no answer that can be used."),
        advice=_contact("if it recurs"),
    ),
    (Step.LIVE_CHECK, "timeout"): ReasonText(
        detail=(
            "{provider} did not answer within {took_ms}.",
            "{provider} did not answer in time.",
            "The provider did not answer in time.",
        ),
        advice=card_words.SHORTLY,
    ),
    (Step.LIVE_CHECK, "unreachable"): ReasonText(
        detail=_answer("could not be reached", "The provider could not be reached."),
        advice=card_words.SHORTLY,
    ),
    (Step.LIVE_CHECK, "short_circuited"): ReasonText(
        detail=(
            "{provider} has failed too often of late, and was not asked.",
            "The provider has failed too often of late, and was not asked.",
        ),
        advice=card_words.IN_A_MINUTE,
    ),
    (Step.LIVE_CHECK, "no_address"): ReasonText(
        detail=(
            "{provider} has no address for live checks, and was not asked.",
            "There is no address at which to ask about the card.",
        ),
        advice=card_words.SET_ADDRESS,
    ),
    (Step.OFFLINE, "allowed"): ReasonText(
        detail=("{provider} lets it charge when it cannot be asked.", "It may charge when nobody can be asked.")
    ),
    (Step.OFFLINE, "not_allowed"): ReasonText(
        detail=("{provider} does not let it charge unasked.", "It may not charge while nobody can be asked."),
        advice=("Try the card again once its provider can be asked.",),
    ),
    (Step.NOTHING, "nothing"): ReasonText(
        detail=("Nothing approved the card.",),
        advice=("Read the steps above for what each of them lacked.",),
    ),
    (Step.CONCURRENT, "alone"): ReasonText(detail=("The card is charging nowhere else.",)),
    (Step.CONCURRENT, "exempt"): ReasonText(
        detail=("The card is charging elsewhere, which does not matter to what is accepted by other means.",)
    ),
    (Step.CONCURRENT, "allowed"): ReasonText(
        detail=("The card is charging elsewhere, and its group may charge at several chargers at once.",)
    ),
    (Step.CONCURRENT, "elsewhere"): ReasonText(
        detail=card_words.ELSEWHERE,
        advice=card_words.STOP_ELSEWHERE,
    ),
    (Step.FAULT, "fault"): ReasonText(
        detail=("Something went wrong on our side.",),
        advice=card_words.REPORT,
    ),
}
