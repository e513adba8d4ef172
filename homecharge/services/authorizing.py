"""A card is shown: gathers what `domain.authorization` decides on, and records what it decided, with its trace."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.authorization import Decision, decide
from homecharge.domain.authorization_codes import REUSABLE, Code
from homecharge.domain.authorization_facts import CardFacts, EarlierGrant, OwnTag, Request
from homecharge.domain.authorization_trace import State, Step, TraceStep
from homecharge.domain.id_tokens import is_same_uid, parent_id_tag, uid_key
from homecharge.domain.live_answers import LiveAnswer, LiveWish
from homecharge.domain.rejections import Code as Reason
from homecharge.domain.session_state import Session
from homecharge.ports.charger_events import Origin, TagVerdict
from homecharge.ports.units import Db
from homecharge.services.pairing import take_tap
from homecharge.storage.queries.decided import Asked, add_authorization
from homecharge.storage.queries.deciding import (
    CardPlace,
    find_card,
    find_elsewhere,
    find_grant,
    find_place,
    find_preapproval,
    is_member,
    list_entries,
)
from homecharge.storage.queries.lines import find_line_charger, update_line
from homecharge.storage.queries.sessions import find_tagged

REUSED_AT_AUTHORIZE = timedelta(seconds=15)
REUSED_AT_START = timedelta(minutes=15)
"""At least; longer where the charger waits longer for a car after a card (ConnectionTimeOut)."""
HEARD_WITHIN = timedelta(hours=24)
FAULT = (TraceStep(Step.FAULT, State.INVALID, "fault"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A uid at a charger. `at` is the message's own instant, `starting` the session that is starting on the connector.

    `connector_id` None: not known, or any.
    """

    request: Request
    uid: str
    charger_id: str
    connector_id: int | None = None
    at: datetime
    starting: Session | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision rests on, with what it does not look at."""

    facts: CardFacts
    place: CardPlace | None
    own: Session | None = None

    def verdict(self, decision: Decision) -> TagVerdict:
        """The answer to the charger; what is accepted belongs to the location's group."""
        place = self.facts.place
        if not decision.code.is_grant or place is None:
            return TagVerdict(decision.code)
        return TagVerdict(decision.code, decision.expires_at, parent_id_tag(place.location_id))


def is_tag_valid(session: Session, *, at: datetime) -> bool:
    """Our tag is valid from minting until cancel, stop or its window's end, at the message's own instant."""
    if is_taken_back(session) and at >= (session.stop_requested_at or session.ended_at or session.updated_at):
        return False
    return not session.is_over or session.window_end is None or at < session.window_end


def is_taken_back(session: Session) -> bool:
    """Whether it was cancelled, or stopped by anybody but the charger."""
    return session.reason == Reason.CANCELLED or session.stop_requested_at is not None


def authorized(db: Db, origin: Origin, id_tag: str, *, live: LiveAnswer | None = None) -> TagVerdict | LiveWish | None:
    """Authorize: remembers its instant, which tells a card from a plug-in. None on a line that was replaced."""
    charger_id = origin.line.charger_id
    shown = Shown(request=Request.AUTHORIZE, uid=id_tag, charger_id=charger_id, at=origin.at)
    is_ours = find_line_charger(db, origin) is not None
    case = gathered(db, shown, now=origin.at)
    if not is_ours and case.place is not None:
        return None
    update_line(db, origin.line, authorized_at=origin.at)
    decision = tapped(db, shown, now=origin.at) or decide(case.facts, live)
    if isinstance(decision, LiveWish):
        return decision
    record(db, case, decision, shown, message_id=origin.message_id, now=origin.at)
    return case.verdict(decision)


def authorize_failed(db: Db, origin: Origin, id_tag: str) -> TagVerdict:
    """A fault of ours at an Authorize: recorded all the same."""
    shown = Shown(request=Request.AUTHORIZE, uid=id_tag, charger_id=origin.line.charger_id, at=origin.at)
    case, decision = faulted(shown)
    record(db, case, decision, shown, message_id=origin.message_id, now=origin.at)
    return case.verdict(decision)


def tapped(db: Db, shown: Shown, *, now: datetime) -> Decision | None:
    """The decision on a card that was held to the charger to be paired: it starts nothing. None where nobody waits."""
    outcome = take_tap(db, shown.charger_id, shown.uid, now=now)
    if outcome is None:
        return None
    step = TraceStep(Step.PAIRING, State.INVALID, outcome.tap.value)
    return Decision(code=Code.NOTHING_APPROVED, trace=(step,))


def faulted(shown: Shown, *, own: Session | None = None) -> tuple[Case, Decision]:
    """The decision where a fault of ours kept us from making one; it looks at nothing."""
    facts = CardFacts(request=shown.request, uid=shown.uid, at=shown.at, place=None)
    return Case(facts, None, own), Decision(code=Code.OUR_FAULT, trace=FAULT)


def record(
    db: Db,
    case: Case,
    decision: Decision,
    shown: Shown,
    *,
    message_id: str,
    now: datetime,
) -> str:
    """Store a decision that was made for a charger; returns its id."""
    granted_until = decision.expires_at if shown.request is Request.START_TRANSACTION else None
    is_new = decision.trace[-1].step is not Step.EARLIER_GRANT
    if shown.request is Request.AUTHORIZE and decision.code in REUSABLE and is_new and case.place is not None:
        patience = timedelta(seconds=case.place.connection_timeout_s or 0)
        granted_until = now + max(REUSED_AT_START, patience)
    asked = Asked(
        charger_id=shown.charger_id,
        connector_id=shown.connector_id,
        message_id=message_id,
        granted_until=granted_until,
    )
    return add_authorization(db, case.facts, decision, asked, now=now)


def gathered(db: Db, shown: Shown, *, now: datetime) -> Case:
    """Everything that a decision looks at, for a card shown at a charger."""
    place = find_place(db, shown.charger_id)
    if place is None:
        return Case(CardFacts(request=shown.request, uid=shown.uid, at=shown.at, place=None), None)
    key = uid_key(shown.uid)
    own = find_tagged(db, shown.charger_id, key)
    facts = CardFacts(
        request=shown.request,
        uid=shown.uid,
        at=shown.at,
        place=place.place,
        own=_own_tag(db, own, at=shown.at) if own is not None else None,
        is_remote_start_tag=is_same_uid(shown.uid, place.tag),
        is_session_starting=shown.starting is not None and not _has_driver_left(db, shown.starting),
        entries=list_entries(db, key, place.place),
        card=find_card(db, key),
        preapproved_at=find_preapproval(db, shown.charger_id, key, now=now),
        earlier=_earlier(db, shown, key, now=now),
        elsewhere=find_elsewhere(db, key, heard_since=now - HEARD_WITHIN, but=(shown.charger_id, shown.connector_id)),
    )
    return Case(facts, place, own)


def _own_tag(db: Db, session: Session, *, at: datetime) -> OwnTag:
    return OwnTag(
        reference=session.reference,
        is_valid=is_tag_valid(session, at=at),
        has_driver_left=_has_driver_left(db, session),
        expires_at=session.window_end,
    )


def _has_driver_left(db: Db, session: Session) -> bool:
    return session.driver_id is not None and not is_member(db, session.location_id, session.driver_id)


def _earlier(db: Db, shown: Shown, key: str, *, now: datetime) -> EarlierGrant | None:
    """A grant that may be rested on: of this very moment at Authorize, so long as it counts at StartTransaction."""
    match shown.request:
        case Request.AUTHORIZE:
            return find_grant(db, shown.charger_id, key, since=now - REUSED_AT_AUTHORIZE, now=now)
        case Request.START_TRANSACTION:
            return find_grant(db, shown.charger_id, key, since=now - timedelta(days=1), now=now)
        case _:
            return None
