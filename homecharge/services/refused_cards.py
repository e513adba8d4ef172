"""Cards whose StartTransaction is refused: a row in History, and a word to operators where the charger charged them."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.auditing import Target
from homecharge.domain.authorization import Decision
from homecharge.domain.authorization_codes import Code as AuthorizationCode
from homecharge.domain.authorization_codes import category, fix_by
from homecharge.domain.authorization_trace import known_to_members
from homecharge.domain.masking import mask_tag
from homecharge.domain.rejections import Code, Evidence, FixBy, Rejection, stored
from homecharge.domain.session_state import UNAUTHORIZED_OFFLINE, Kind, Session, Status, moved
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.observability.logging import get_logger
from homecharge.ports.units import Db
from homecharge.services.auditing import note
from homecharge.services.births import Birth, Birthplace, unasked
from homecharge.services.planning import add_new, new_session
from homecharge.storage.queries.costs import add_flag
from homecharge.storage.queries.sessions import add_steps

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CardRefusal:
    """A card that may not charge: the decision, and whether the charger shows tags by itself."""

    id_tag: str
    decision: Decision
    authorization_id: str
    is_free_vend: bool


def refused_card(
    db: Db, place: Birthplace, refusal: CardRefusal, *, at: datetime, message_id: str, now: datetime
) -> Session:
    """A refused StartTransaction leaves a row in History (authorization.md); its energy, if any, is kept on it."""
    masked, code = mask_tag(refusal.id_tag), refusal.decision.code
    attempt = unasked(db, place, Birth(Kind.CARD, started_at=at, card_uid=refusal.id_tag), due_at=at)
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


def charged_offline(db: Db, session: Session, code: AuthorizationCode, *, now: datetime) -> None:
    """The charger let a card charge without a line that is refused now (authorization.md, *Offline*).

    Operators are told by a flag on the session, and by an entry in the audit log, where all of them are found.
    """
    add_flag(db, session, UNAUTHORIZED_OFFLINE)
    log.warning("authorization.unauthorized_offline", session_id=session.id, code=code.value)
    note(
        db,
        "session.unauthorized_offline",
        actor_id=None,
        target=Target("session", session.id),
        charger_id=session.charger_id,
        location_id=session.location_id,
        detail={"code": code.value, "reference": session.reference},
        now=now,
    )
