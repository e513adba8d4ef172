"""What a unit keeps to itself while it gives a card to a home or decides on one, and in which order.

Homes first, then chargers, then uids, each of them sorted: units that want some of the same wait for one another, and
never meet head-on. A home's row is locked by whoever changes the home or its cards; its chargers, because their local
lists change with its cards; a uid, because no constraint keeps one card from two homes or two chargers at once. On
SQLite a write has the database to itself anyway.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Text, cast, func, select

from homecharge.domain.home_cards import PairingState
from homecharge.domain.id_tokens import uid_key
from homecharge.ports.units import Db
from homecharge.storage.models import CardPairing, Charger, Location
from homecharge.storage.queries.lines import lock_chargers
from homecharge.storage.queries.listed_cards import list_chargers_at


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card is held to a charger."""

    charger_id: str
    uid: str
    at: datetime


def lock_for_messages(db: Db, charger_ids: Collection[str], shown: Collection[ShownCard]) -> None:
    """For messages of these chargers, some of which show cards.

    Where somebody waits for a card, the tap changes the home. A wait that begins between the look at it and the lock on
    its charger is not seen; its home is then locked out of turn, and a unit that meets another one there is run again.
    """
    homes = _lock_homes_that_wait(db, shown) if shown else []
    at_home = list_chargers_at(db, homes) if homes else ()
    lock_chargers(db, {*charger_ids, *at_home})
    _lock_uids(db, (card.uid for card in shown))


def lock_for_card(db: Db, location_id: str, uid: str) -> None:
    """For a new card of a home that is locked."""
    lock_chargers(db, list_chargers_at(db, [location_id]))
    _lock_uids(db, [uid])


def lock_home(db: Db, location_id: str) -> None:
    """Nobody else changes the home, or its cards, until the unit ends."""
    db.execute(select(Location.id).where(Location.id == location_id).with_for_update(key_share=True))


def _lock_homes_that_wait(db: Db, shown: Collection[ShownCard]) -> list[str]:
    p, home = CardPairing, Location
    where = (
        select(Charger.location_id)
        .join(p, p.charger_id == Charger.id)
        .where(p.charger_id.in_({card.charger_id for card in shown}), p.state == PairingState.WAITING)
        .where(p.expires_at > min(card.at for card in shown))
    )
    return list(db.scalars(select(home.id).where(home.id.in_(where)).order_by(home.id).with_for_update(key_share=True)))


def _lock_uids(db: Db, uids: Iterable[str]) -> None:
    keys = sorted({f"card {uid_key(uid)}" for uid in uids})
    if keys and db.dialect.name == "postgresql":
        key = func.unnest(cast(keys, ARRAY(Text))).column_valued("key")
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0)))).all()
