"""Sessions that nobody planned: born with a transaction of the charger, or of one that was refused."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.authorization import Decision
from homecharge.domain.authorization_codes import category, fix_by
from homecharge.domain.authorization_trace import known_to_members
from homecharge.domain.masking import mask_tag
from homecharge.domain.rejections import Code, Evidence, FixBy, Rejection, stored
from homecharge.domain.session_state import Kind, Session, Status, moved
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.services.bounds import note_override
from homecharge.services.planning import add_new, new_session
from homecharge.services.random_delays import delayed
from homecharge.services.tries import Try, further_try
from homecharge.storage.queries.homes import find_owner
from homecharge.storage.queries.recoveries import close_to_recovery
from homecharge.storage.queries.sessions import add_steps


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


@dataclass(frozen=True, slots=True)
class CardRefusal:
    """A card that may not charge: the decision, and whether the charger shows tags by itself."""

    id_tag: str
    decision: Decision
    authorization_id: str
    is_free_vend: bool


def born(db: Db, place: Birthplace, birth: Birth, *, now: datetime) -> Session:
    """A session that is charging from its first moment.

    Where the connector is busy with one that is about to end, it is planned and due instead: the alarm ends the other
    first, then finds this one with a transaction of its own.
    """
    if birth.recovers is None:
        attempt = _unasked(db, place, birth, due_at=now)
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


def _unasked(db: Db, place: Birthplace, birth: Birth, *, due_at: datetime) -> Try:
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


def refused_card(
    db: Db, place: Birthplace, refusal: CardRefusal, *, at: datetime, message_id: str, now: datetime
) -> Session:
    """A refused StartTransaction leaves a row in History (authorization.md); its energy, if any, is kept on it."""
    masked, code = mask_tag(refusal.id_tag), refusal.decision.code
    attempt = _unasked(db, place, Birth(Kind.CARD, started_at=at, card_uid=refusal.id_tag), due_at=at)
    reason = Rejection(
        code=Code.NOT_AUTHORIZED,
        variant="free_vend" if refusal.is_free_vend else code.value,
        category=category(code),
        fix_by=FixBy.DRIVER if refusal.is_free_vend else fix_by(code),
        params=known_to_members(refusal.decision.trace) | {"code": code.value, "tag": masked},
        evidence=(
            Evidence(at=now, fact="id_tag", value=masked, source="charger"),
            Evidence(at=now, fact="authorization_code", value=code.value, source="authorization"),
            Evidence(at=now, fact="authorization_id", value=refusal.authorization_id, source="authorization"),
        ),
    )
    session = moved(
        new_session(attempt, now=now),
        Status.REJECTED,
        reason=Code.NOT_AUTHORIZED.value,
        rejection=stored((reason,)),
        ended_at=now,
        wake_at=None,
    )
    (session,) = add_new(db, [session])
    step = Step(
        at=now,
        kind=StepKind.REJECTED,
        actor=Actor.SCHEDULER,
        cause=Code.NOT_AUTHORIZED.value,
        message_id=message_id,
    )
    add_steps(db, [(session.id, step)])
    return session
