"""Sessions that nobody planned: born with a transaction of the charger, or of one that was refused."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.session_state import Kind, Session, Status, moved
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services.bounds import note_override
from homecharge.services.planning import add_new, new_session
from homecharge.services.random_delays import delayed
from homecharge.services.tries import Try, further_try
from homecharge.storage.queries.homes import find_owner
from homecharge.storage.queries.recoveries import close_to_recovery


@dataclass(frozen=True, slots=True)
class Birthplace:
    """The connector, with the location that it belongs to."""

    location_id: str
    charger_id: str
    connector_id: int


@dataclass(frozen=True, slots=True)
class Birth:
    """What begins a session that nobody planned. `is_busy`: another one is still under way on the connector.

    `card_uid` is the card that was shown, `driver_id` the member it is assigned to.
    """

    kind: Kind
    started_at: datetime
    recovers: Session | None = None
    is_busy: bool = False
    card_uid: str | None = None
    driver_id: str | None = None


def born(db: Db, place: Birthplace, birth: Birth, *, now: datetime) -> Session:
    """A session that is charging from its first moment.

    Where the connector is busy with one that is about to end, it is planned and due instead: the alarm ends the other
    first, then finds this one with a transaction of its own.
    """
    if birth.recovers is None:
        attempt = unasked(db, place, birth, due_at=now)
    else:
        attempt = dataclasses.replace(further_try(db, birth.recovers, due_at=now), connector_id=place.connector_id)
    (attempt,) = delayed(db, [attempt])
    session = new_session(attempt, now=now)
    if not birth.is_busy:
        started_at = birth.started_at
        session = moved(session, Status.CHARGING, started_at=started_at, at=started_at, offered_at=started_at)
    (session,) = add_new(db, [session])
    if birth.kind is Kind.CARD:
        note_override(db, session, actor=Actor.CHARGER, now=now)
    if birth.recovers is not None:
        close_to_recovery(db, birth.recovers.id, now=now)
    return session


def unasked(db: Db, place: Birthplace, birth: Birth, *, due_at: datetime) -> Try:
    """A try that nobody asked us for belongs to whose card it is, else to the location's owner (api.md)."""
    return Try(
        kind=birth.kind,
        location_id=place.location_id,
        charger_id=place.charger_id,
        connector_id=place.connector_id,
        driver_id=birth.driver_id or find_owner(db, place.location_id),
        due_at=due_at,
        card_uid=birth.card_uid,
    )
