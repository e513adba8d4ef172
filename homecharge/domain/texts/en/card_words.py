"""English: what a decision about a card and the step that settled it say in the same words."""

ADD_CHARGER = ("Add the charger to a location, under the identity with which it connects.",)
HOLD_AGAIN = ("Hold the card to the charger once more, and have the charger's card reader looked at if it recurs.",)
PUBLISH = ("Ask the card's provider to publish it to Homecharge, or add it to a local group of this location.",)
MARK_VALID = (
    "Contact {provider} ({contact}), which alone can mark the card valid.",
    "Contact {provider}, which alone can mark the card valid.",
    "Contact the card's provider, which alone can mark it valid.",
)
NEW_CARD = (
    "Contact {provider} ({contact}) for a card that is still good.",
    "Contact {provider} for a card that is still good.",
    "Contact the card's provider for one that is still good.",
)
OPEN_PLACE = ("Have roaming or guest cards switched on at this location, or add the card to its local group.",)
MARK_LOCALLY = (
    "Mark the card valid in “{group}”, if its holder is to charge here.",
    "Mark the card valid in its local group, if its holder is to charge here.",
)
COVER = (
    "Add this charger or its location to “{group}”, or the card to a group that covers the charger.",
    "Add the card to a local group that covers this charger.",
)
UNBLOCK = (
    "Ask the operator whether {provider} is to stay blocked, and use another card meanwhile.",
    "Ask the operator whether the provider is to stay blocked, and use another card meanwhile.",
)
ROAM = ("Have roaming switched on at this location, if partners may start charges here.",)
REJOIN = ("Make the driver a member of this location again, if they are to charge here.",)
SHORTLY = ("Try the card again shortly.",)
ELSEWHERE = (
    "The card has been charging at {charger} since {since}.",
    "The card has been charging elsewhere since {since}.",
    "The card is charging elsewhere.",
)
STOP_ELSEWHERE = (
    "Stop the charge at {charger} first, or let the card's group charge at several chargers at once.",
    "Stop the other charge first.",
)
REPORT = ("Try the card again, and report the id of this authorization if it recurs.",)
TAP_AGAIN = ("Hold the card to the charger again to charge.",)
FREE_CARD = ("Have the card removed from the other home first, or pair another card.",)
MAKE_ROOM = ("Remove a card from the home first.",)
IN_A_MINUTE = ("Try the card again in a minute, when the provider is asked again.",)
SET_ADDRESS = ("Have the operator set the provider's address for live checks.",)
