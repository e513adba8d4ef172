"""Waiting for a card to be held to a charger, in and out of the database."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Table, insert, select, update

from homecharge.domain.home_cards import Pairing, PairingState
from homecharge.ports.units import Db
from homecharge.storage.models import CardPairing

PAIRINGS = cast("Table", CardPairing.__table__)
_C = PAIRINGS.c
_COPIED = ("id", "charger_id", "name", "driver_id", "requested_by", "card_id", "expires_at")


def _pairing_of(row: Row[Any]) -> Pairing:
    return Pairing(state=PairingState(row.state), **{name: getattr(row, name) for name in _COPIED})


def add_pairing(db: Db, pairing: Pairing, *, now: datetime) -> None:
    """Begin to wait; the charger has no other one that waits."""
    row = {name: getattr(pairing, name) for name in (*_COPIED, "state")}
    db.execute(insert(PAIRINGS).values(row | {"created_at": now}))


def find_pairing(db: Db, charger_id: str, pairing_id: str) -> Pairing | None:
    """A pairing at a charger by its id."""
    row = db.execute(select(PAIRINGS).where(_C.id == pairing_id, _C.charger_id == charger_id)).one_or_none()
    return None if row is None else _pairing_of(row)


def lock_waiting(db: Db, charger_id: str) -> Pairing | None:
    """The pairing that waits at a charger; nobody else settles it before the unit ends."""
    waiting = select(PAIRINGS).where(_C.charger_id == charger_id, _C.state == PairingState.WAITING)
    row = db.execute(waiting.with_for_update()).one_or_none()
    return None if row is None else _pairing_of(row)


def settle_pairing(db: Db, pairing_id: str, state: PairingState, *, card_id: str | None = None) -> None:
    """End the wait."""
    db.execute(update(PAIRINGS).where(_C.id == pairing_id).values(state=state, card_id=card_id))
