"""A home's own cards: type one in or pair it by tap, name it, give it to a member, take it away."""

from typing import Any

from homecharge.domain.access import Action
from homecharge.domain.errors import Forbidden
from homecharge.domain.home_cards import HomeCard
from homecharge.domain.homes import Location
from homecharge.domain.pages import Page
from homecharge.services import home_cards, pairing
from homecharge.services.chargers import get_charger
from homecharge.services.home_cards import CardExists, CardInUseElsewhere, TooManyCards
from homecharge.services.locations import get_location
from homecharge.services.pairing import ChargerAway, PairingInProgress
from homecharge.web import etags
from homecharge.web.answers import Answer
from homecharge.web.api.cards import schemas
from homecharge.web.auth import SIGNED_IN
from homecharge.web.context import Ask
from homecharge.web.limits import TooManyAttempts
from homecharge.web.operations import Area
from homecharge.web.paging import keyset
from homecharge.web.schemas import PageQuery, page_of

area = Area("cards", "Cards that a home accepts by itself.")


@area.post(
    "/locations/<id:location_id>/cards",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
    body=schemas.CardBody,
    answer=schemas.Card,
    status=201,
    has_etag=True,
    refuses=[Forbidden, CardExists, CardInUseElsewhere, TooManyCards, TooManyAttempts],
)
def add_card(ask: Ask, body: dict[str, Any], location_id: str) -> Answer:
    """Add a card to a home by its code; the home's chargers accept it from then on."""
    _count(ask)
    card = home_cards.add_card(ask.db, _home(ask, location_id, for_update=True), **body, now=ask.now)
    return Answer(value=card, location=f"/v1/locations/{location_id}/cards/{card.id}")


@area.get(
    "/locations/<id:location_id>/cards",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
    query=PageQuery,
    answer=page_of(schemas.Card),
)
def list_cards(ask: Ask, query: dict[str, Any], location_id: str) -> Page[HomeCard]:
    """List the cards of a home, oldest first; for owners and admins."""
    return home_cards.list_cards(ask.db, _home(ask, location_id), keyset(query))


@area.get(
    "/locations/<id:location_id>/cards/<id:card_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
    answer=schemas.Card,
    has_etag=True,
    refuses=[Forbidden],
)
def get_card(ask: Ask, location_id: str, card_id: str) -> HomeCard:
    """Look at a card of a home."""
    return home_cards.get_card(ask.db, _home(ask, location_id), card_id)


@area.patch(
    "/locations/<id:location_id>/cards/<id:card_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
    body=schemas.CardChanges,
    answer=schemas.Card,
    has_etag=True,
    refuses=[Forbidden],
)
def change_card(ask: Ask, body: dict[str, Any], location_id: str, card_id: str) -> HomeCard:
    """Change a card: what it is called, whose it is, and whether it is accepted."""
    card = home_cards.get_card(ask.db, _home(ask, location_id, for_update=True), card_id)
    etags.require_match(schemas.Card, card)
    return home_cards.change_card(ask.db, card, body, now=ask.now)


@area.delete(
    "/locations/<id:location_id>/cards/<id:card_id>", access=SIGNED_IN, actions=[Action.EDIT_CARDS], refuses=[Forbidden]
)
def remove_card(ask: Ask, location_id: str, card_id: str) -> None:
    """Take a card away; what was charged with it stays in History."""
    card = home_cards.get_card(ask.db, _home(ask, location_id, for_update=True), card_id)
    etags.require_match(schemas.Card, card)
    home_cards.remove_card(ask.db, card, now=ask.now)


@area.post(
    "/chargers/<id:charger_id>/card-pairing",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
    body=schemas.PairingBody,
    answer=schemas.Pairing,
    status=202,
    also=[200],
    refuses=[Forbidden, ChargerAway, PairingInProgress, TooManyCards, TooManyAttempts],
)
def pair_card(ask: Ask, body: dict[str, Any], charger_id: str) -> Answer:
    """Pair the card that is held to this charger within 30 seconds with the charger's home.

    With `Prefer: wait=N` it comes back settled (200), or as it is after N seconds (202). The tap itself is refused by
    the charger and starts nothing. A card that the home has already is `paired`, and stays as it is.
    """
    _count(ask)
    charger = get_charger(ask.db, charger_id, caller=ask.caller, action=Action.EDIT_CARDS, for_update=True)
    begun = pairing.begin_pairing(ask.db, charger, **body, caller=ask.caller, now=ask.now)
    location = f"/v1/chargers/{charger_id}/card-pairing/{begun.id}"
    return Answer(value=begun, location=location, bell=pairing.bell_of(begun.id))


@area.get(
    "/chargers/<id:charger_id>/card-pairing/<id:pairing_id>",
    access=SIGNED_IN,
    actions=[Action.EDIT_CARDS],
    answer=schemas.Pairing,
    refuses=[Forbidden],
)
def get_pairing(ask: Ask, charger_id: str, pairing_id: str) -> Answer:
    """Look at what has become of a pairing."""
    charger = get_charger(ask.db, charger_id, caller=ask.caller, action=Action.EDIT_CARDS)
    found = pairing.get_pairing(ask.db, charger, pairing_id, now=ask.now)
    return Answer(value=found, is_settled=found.is_settled)


def _home(ask: Ask, location_id: str, *, for_update: bool = False) -> Location:
    return get_location(ask.db, location_id, caller=ask.caller, action=Action.EDIT_CARDS, for_update=for_update)


def _count(ask: Ask) -> None:
    """Nobody tries out codes to learn which of them other homes have."""
    ask.context.rates.spend(ask.context.settings.rate_cards, "cards", ask.caller.account_id, now=ask.now)
