"""Pair a card by holding it to a charger: somebody waits, and the next tap makes the card the home's."""

import dataclasses
from datetime import datetime

from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import Charger
from homecharge.domain.errors import NotFound, Refused
from homecharge.domain.home_cards import (
    MAX_CARDS,
    PAIRING_WINDOW,
    Pairing,
    PairingOutcome,
    PairingState,
    Tap,
    is_card_uid,
)
from homecharge.domain.id_tokens import is_same_uid
from homecharge.domain.times import rfc3339
from homecharge.ports.units import Db
from homecharge.services.home_cards import find_driver, make_card, refuse_more_cards
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import card_pairings as queries
from homecharge.storage.queries import home_cards
from homecharge.storage.queries.card_locks import lock_home
from homecharge.storage.queries.deciding import find_place
from homecharge.storage.queries.sessions import find_tagged
from homecharge.storage.types import new_id


class ChargerAway(Refused):
    """The charger is offline, so that no tap would reach us; nothing was recorded."""

    code = "charger_offline"
    title = "The charger is offline: a card held to it would not be noticed"
    advice = "Say so; type the card's uid in, or try again when the charger is online."


class PairingInProgress(Refused):
    """Somebody else waits for a card at this charger; `expires_at` says until when."""

    code = "pairing_in_progress"
    title = "Somebody else is pairing a card at this charger; try again in half a minute"
    advice = "Try again at `expires_at`."


def bell_of(pairing_id: str) -> str:
    """The topic that rings when a pairing is settled."""
    return f"card-pairing:{pairing_id}"


def begin_pairing(
    db: Db, charger: Charger, *, name: str, driver_id: str | None, caller: Caller, now: datetime
) -> Pairing:
    """Wait for a card at a charger read with `for_update`; an older wait of the same person ends.

    Raises ChargerAway, PairingInProgress, TooManyCards, and Invalid for a driver who is no member.
    """
    find_driver(db, charger.location_id, driver_id)
    if charger.connection.connected_at is None:
        raise ChargerAway
    refuse_more_cards(db, charger.location_id)
    _end_older(db, charger.id, caller=caller, now=now)
    pairing = Pairing(
        id=new_id(),
        charger_id=charger.id,
        name=name,
        driver_id=driver_id,
        requested_by=caller.account_id,
        state=PairingState.WAITING,
        card_id=None,
        expires_at=now + PAIRING_WINDOW,
    )
    queries.add_pairing(db, pairing, now=now)
    return pairing


def _end_older(db: Db, charger_id: str, *, caller: Caller, now: datetime) -> None:
    older = queries.lock_waiting(db, charger_id)
    if older is None:
        return
    is_over = now >= older.expires_at
    if not is_over and older.requested_by != caller.account_id:
        raise PairingInProgress(expires_at=rfc3339(older.expires_at))
    _settle(db, older, PairingState.EXPIRED if is_over else PairingState.CANCELLED)


def get_pairing(db: Db, charger: Charger, pairing_id: str, *, now: datetime) -> Pairing:
    """A pairing at a charger; one whose time is over has expired, whether anybody wrote that down or not.

    Raises NotFound.
    """
    found = queries.find_pairing(db, charger.id, pairing_id)
    if found is None:
        raise NotFound
    if found.state is PairingState.WAITING and now >= found.expires_at:
        return dataclasses.replace(found, state=PairingState.EXPIRED)
    return found


def take_tap(db: Db, charger_id: str, uid: str, *, now: datetime) -> PairingOutcome | None:
    """What a card held to a charger is to whoever waits there; None where nobody does, or for what is no card.

    The unit is locked as by `lock_for_messages`. A tap that was taken starts nothing and is answered Invalid
    (authorization.md, *Who may do what*).
    """
    shown = uid.strip()
    pairing = queries.lock_waiting(db, charger_id)
    if pairing is None or now >= pairing.expires_at or not is_card_uid(shown):
        return None
    place = find_place(db, charger_id)
    if place is None or is_same_uid(shown, place.tag) or find_tagged(db, charger_id, shown) is not None:
        return None
    tap, card_id = _taken(db, pairing, place.place.location_id, shown, now=now)
    _settle(db, pairing, tap.settles, card_id=card_id)
    return PairingOutcome(pairing_id=pairing.id, tap=tap, card_id=card_id)


def _taken(db: Db, pairing: Pairing, location_id: str, uid: str, *, now: datetime) -> tuple[Tap, str | None]:
    lock_home(db, location_id)
    homes = home_cards.list_homes_with(db, uid)
    if location_id in homes:
        return Tap.PAIRED, homes[location_id]
    if homes:
        return Tap.IN_USE_ELSEWHERE, None
    if home_cards.count_cards(db, location_id) >= MAX_CARDS:
        return Tap.FULL, None
    driver = home_cards.find_member(db, location_id, pairing.driver_id) if pairing.driver_id else None
    card = make_card(db, location_id, uid=uid, name=pairing.name, driver=driver, now=now)
    return Tap.PAIRED, card.id


def _settle(db: Db, pairing: Pairing, state: PairingState, *, card_id: str | None = None) -> None:
    queries.settle_pairing(db, pairing.id, state, card_id=card_id)
    ring_after_commit(db, bell_of(pairing.id))
