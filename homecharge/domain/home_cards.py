"""Cards that a home accepts by itself, and the wait for one to be held to a charger (authorization.md)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from homecharge.domain.id_tokens import MAX_ID_TAG
from homecharge.domain.session_view import Person

MAX_CARDS = 100
"""Of one home: many times what a family holds, and few enough for any charger's own list."""
PAIRING_WINDOW = timedelta(seconds=30)
_UID = re.compile(rf"[!-~]{{1,{MAX_ID_TAG}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCard:
    """A card of a home; what is charged with it belongs to `driver`, else to the home's owner."""

    id: str
    uid: str
    name: str
    is_valid: bool
    driver: Person | None
    location_id: str
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def driver_id(self) -> str | None:
        """Of the member whose card it is."""
        return None if self.driver is None else self.driver.id


class PairingState(StrEnum):
    """What has become of waiting for a tap."""

    WAITING = "waiting"
    PAIRED = "paired"
    EXPIRED = "expired"
    IN_USE_ELSEWHERE = "in_use_elsewhere"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Somebody waits for a card to be held to a charger until `expires_at`; `card_id` is what came of it."""

    id: str
    charger_id: str
    name: str
    driver_id: str | None
    requested_by: str
    state: PairingState
    card_id: str | None
    expires_at: datetime

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.state is not PairingState.WAITING


class Tap(StrEnum):
    """What a tap was to a pairing: the findings of the step `pairing`."""

    PAIRED = "paired"
    IN_USE_ELSEWHERE = "in_use_elsewhere"
    FULL = "full"

    @property
    def settles(self) -> PairingState:
        """How the pairing ends."""
        return PairingState.CANCELLED if self is Tap.FULL else PairingState(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingOutcome:
    """A tap was taken for a pairing: it starts nothing, and is answered Invalid."""

    pairing_id: str
    tap: Tap
    card_id: str | None


def is_card_uid(uid: str) -> bool:
    """Whether a home may have a card with this uid, trimmed: visible ASCII, as long as OCPP 1.6 allows."""
    return _UID.fullmatch(uid) is not None
