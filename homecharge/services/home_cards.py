"""Cards that a home accepts by itself: type one in, name it, give it to a member, take it away."""

import dataclasses
from datetime import datetime
from typing import Any

from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.home_cards import MAX_CARDS, HomeCard
from homecharge.domain.homes import Location
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.session_view import Person
from homecharge.ports.units import Db
from homecharge.services.local_lists import owe_local_lists
from homecharge.storage.queries import home_cards as queries
from homecharge.storage.queries.card_locks import lock_for_card
from homecharge.storage.types import new_id


class CardExists(Refused):
    """The home has this card; `card_id` says which it is."""

    code = "card_exists"
    title = "This card is one of this home already"
    advice = "Show the card of `card_id`."


class CardInUseElsewhere(Refused):
    """Another home has this card; nobody is told which."""

    code = "card_in_use_elsewhere"
    title = "This card is on another home's own list; it has to be removed there first"
    advice = "Ask the person to have it removed from the other home."


class TooManyCards(Refused):
    """The home has as many cards as it may have; `limit` says how many."""

    code = "too_many_cards"
    title = f"A home has at most {MAX_CARDS} cards; remove one first"
    advice = "Offer to remove one; `limit` says how many there may be."


def add_card(
    db: Db, location: Location, *, uid: str, name: str, driver_id: str | None = None, now: datetime
) -> HomeCard:
    """A new card of a home read with `for_update`. `uid` is trimmed.

    Raises CardExists, CardInUseElsewhere, TooManyCards, and Invalid for a driver who is no member.
    """
    driver = find_driver(db, location.id, driver_id)
    lock_for_card(db, location.id, uid)
    homes = queries.list_homes_with(db, uid)
    if location.id in homes:
        raise CardExists(card_id=homes[location.id])
    if homes:
        raise CardInUseElsewhere
    refuse_more_cards(db, location.id)
    return make_card(db, location.id, uid=uid, name=name, driver=driver, now=now)


def find_driver(db: Db, location_id: str, driver_id: str | None) -> Person | None:
    """The member whose card it is to be. Raises Invalid for somebody who is none."""
    if driver_id is None:
        return None
    driver = queries.find_member(db, location_id, driver_id)
    if driver is None:
        raise Invalid(errors={"driver_id": ["Not a member of this location."]})
    return driver


def refuse_more_cards(db: Db, location_id: str) -> None:
    """Raises TooManyCards where a home has as many as it may have."""
    if queries.count_cards(db, location_id) >= MAX_CARDS:
        raise TooManyCards(limit=MAX_CARDS)


def make_card(db: Db, location_id: str, *, uid: str, name: str, driver: Person | None, now: datetime) -> HomeCard:
    """A new card of a home that is locked, and that nothing speaks against."""
    card = HomeCard(
        id=new_id(),
        uid=uid,
        name=name,
        is_valid=True,
        driver=driver,
        location_id=location_id,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    queries.add_card(db, card)
    owe_local_lists(db, location_id=location_id, now=now)
    return card


def list_cards(db: Db, location: Location, keyset: Keyset) -> Page[HomeCard]:
    """The cards of a home, oldest first."""
    return queries.list_cards(db, location.id, keyset)


def get_card(db: Db, location: Location, card_id: str) -> HomeCard:
    """A card of a home; to change it, the home is read with `for_update`. Raises NotFound."""
    card = queries.find_card(db, location.id, card_id)
    if card is None:
        raise NotFound
    return card


def change_card(db: Db, card: HomeCard, changes: dict[str, Any], *, now: datetime) -> HomeCard:
    """Edit a card (`name`, `is_valid`, `driver_id`); without a difference there is no new revision. Raises Invalid."""
    wanted = dict(changes)
    if "driver_id" in wanted:
        wanted["driver"] = find_driver(db, card.location_id, wanted.pop("driver_id"))
    changed = dataclasses.replace(card, **wanted)
    if changed == card:
        return card
    changed = dataclasses.replace(changed, revision=card.revision + 1, updated_at=now)
    queries.change_card(db, changed)
    if changed.is_valid != card.is_valid:
        owe_local_lists(db, location_id=card.location_id, now=now)
    return changed


def remove_card(db: Db, card: HomeCard, *, now: datetime) -> None:
    """Take a card away; what was charged with it stays in History."""
    queries.delete_card(db, card.id)
    owe_local_lists(db, location_id=card.location_id, now=now)
