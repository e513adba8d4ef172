"""StartTransaction: which session a transaction belongs to, and what the charger is told (chargers.md, *Starting*)."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.authorization import Decision, decide
from homecharge.domain.authorization_codes import Code as AuthorizationCode
from homecharge.domain.authorization_facts import Request
from homecharge.domain.charger_clock import corrected, is_guessed, skew_of_start
from homecharge.domain.charger_state import StartMode
from homecharge.domain.costs import CostNote
from homecharge.domain.id_tokens import is_same_uid
from homecharge.domain.live_answers import LiveAnswer, LiveWish
from homecharge.domain.own_tags import Turn, by_session
from homecharge.domain.plug_in import is_recent
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import LIVE, Kind, Session, Status
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Begun, Origin, TransactionStart
from homecharge.ports.units import Db
from homecharge.services.authorizing import Case, Shown, faulted, gathered, is_taken_back, record, tapped
from homecharge.services.births import Birth, Birthplace, born
from homecharge.services.default_profiles import skew_learnt
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import wake
from homecharge.services.refused_cards import CardRefusal, charged_offline, refused_card
from homecharge.services.repeated_starts import find_repeated_start
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.charger_reports import learn_restart, propose_free_vend
from homecharge.storage.queries.costs import add_flag
from homecharge.storage.queries.decided import link_session
from homecharge.storage.queries.lines import LineCharger, find_line_charger, find_removed_charger
from homecharge.storage.queries.recoveries import hasten_try
from homecharge.storage.queries.sessions import add_steps, find_last_try, find_on_connector, find_tagged
from homecharge.storage.queries.transactions import add_transaction, lose_open

_AGAINST_ITS_SESSION = frozenset({AuthorizationCode.DRIVER_LEFT, AuthorizationCode.OUR_FAULT})
"""Codes that refuse the tag of a session which is under way."""
_LOOKED_NOWHERE = frozenset({AuthorizationCode.UNKNOWN_CHARGER, AuthorizationCode.OUR_FAULT})
"""Codes of decisions that were made before anybody looked for the card."""


@dataclass(frozen=True, slots=True)
class _Start:
    """A StartTransaction with what is known around it, and what was decided about its card."""

    origin: Origin
    message: TransactionStart
    charger: LineCharger
    started_at: datetime
    timing: Timing
    shown: Shown
    case: Case
    decision: Decision
    is_guess: bool

    @property
    def now(self) -> datetime:
        return self.origin.at

    @property
    def is_granted(self) -> bool:
        return self.decision.code.is_grant

    @property
    def birthplace(self) -> Birthplace:
        return Birthplace(self.charger.location_id, self.charger.id, self.message.connector_id)


def transaction_started(
    db: Db,
    origin: Origin,
    message: TransactionStart,
    timing: Timing,
    *,
    live: LiveAnswer | None = None,
    is_faulty: bool = False,
) -> Begun | LiveWish | None:
    """Bind a new transaction to its session and answer; the same message again gets the same answer.

    A wish, and nothing stored, where the card's provider is to be asked first. `is_faulty`: a fault of ours kept us
    from deciding, and the card is refused. None on a line that a newer one has replaced.
    """
    charger = find_line_charger(db, origin) or find_removed_charger(db, origin)
    if charger is None:
        return None
    if (repeated := find_repeated_start(db, charger, message)) is not None:
        return repeated
    skew_s = _skew_s(db, origin, message, charger)
    started_at = corrected(message.timestamp, skew_s, received_at=origin.at)
    shown = Shown(
        request=Request.START_TRANSACTION,
        uid=message.id_tag,
        charger_id=charger.id,
        connector_id=message.connector_id,
        at=started_at,
        starting=find_on_connector(db, charger.id, message.connector_id, Status.STARTING),
    )
    if is_faulty:
        case, decision = faulted(shown, own=_find_told(db, charger, shown))
    else:
        case = gathered(db, shown, now=origin.at)
        decided = _tapped(db, charger, shown, now=origin.at) or decide(case.facts, live)
        if isinstance(decided, LiveWish):
            return decided
        decision = decided
    is_guess = is_guessed(message.timestamp, skew_s, received_at=origin.at)
    return _begun(db, _Start(origin, message, charger, started_at, timing, shown, case, decision, is_guess))


def _find_told(db: Db, charger: LineCharger, shown: Shown) -> Session | None:
    """The session that the charger was told to start with this tag, where no decision says whose it is."""
    starting = shown.starting
    tags = (starting.card_uid, charger.remote_start_tag) if starting is not None else ()
    is_its_tag = any(is_same_uid(shown.uid, tag) for tag in tags)
    return starting if is_its_tag else find_tagged(db, charger.id, shown.uid)


def _tapped(db: Db, charger: LineCharger, shown: Shown, *, now: datetime) -> Decision | None:
    """A card that is held to a charger to be paired; a tag that the charger shows by itself is none."""
    is_by_itself = shown.starting is not None or charger.start_mode == StartMode.FREE_VEND
    return None if is_by_itself else tapped(db, shown, now=now)


def _begun(db: Db, start: _Start) -> Begun:
    """Store the transaction with its session, the decision and the step that tells of it."""
    origin, charger = start.origin, start.charger
    session, told = _session_for(db, start)
    is_accepted = told.code.is_grant
    if is_accepted:
        learn_restart(db, charger.id, start.message.connector_id)
        _lose_forgotten(db, start)
    transaction_id = _store(db, start, session, is_refused=not is_accepted)
    step = Step(
        at=origin.at,
        kind=StepKind.TRANSACTION_STARTED,
        actor=Actor.CHARGER,
        cause=None if is_accepted else "refused",
        detail={"transaction_id": transaction_id, "started_at": start.started_at.isoformat()},
        message_id=origin.message_id,
    )
    add_steps(db, [(session.id, step)])
    if start.is_guess:
        add_flag(db, session, CostNote.ESTIMATED_TIMES)
    wake(db, charger.id, now=origin.at)
    ring_after_commit(db, ALARMS)
    return Begun(transaction_id, start.case.verdict(told))


def _skew_s(db: Db, origin: Origin, message: TransactionStart, charger: LineCharger) -> float | None:
    """How far the charger's clock is off, as a start tells that we asked for: no status need have told of it."""
    session, known_s = find_tagged(db, charger.id, message.id_tag), charger.clock_skew_s
    if session is None or session.status is not Status.STARTING or session.commanded_at is None:
        return known_s
    skew_s = skew_of_start(
        known_s,
        timestamp=message.timestamp,
        commanded_at=session.commanded_at,
        connected_at=charger.connected_at or origin.at,
        received_at=origin.at,
    )
    skew_learnt(db, origin.line, known_s, skew_s, now=origin.at)
    return skew_s


def _lose_forgotten(db: Db, start: _Start) -> None:
    """Another StartTransaction on the connector: what was open there has ended, its StopTransaction never came.

    One that is refused, or that is replayed late and began before the open one, ends nothing.
    """
    lose_open(db, start.charger.id, start.message.connector_id, begun_before=start.started_at)


def _session_for(db: Db, start: _Start) -> tuple[Session, Decision]:
    """The session and what is told; sessions are born here for cards, free-vend and late starts.

    What is told of our own tag goes by its session; that is what is recorded.
    """
    own = start.case.own
    if own is not None:
        session, told = _for_own_tag(db, start, own)
        authorization_id = _record(db, start, told)
    else:
        told = start.decision
        authorization_id = _record(db, start, told)
        session = _for_card(db, start, authorization_id)
    link_session(db, authorization_id, session.id, is_card=session.kind is Kind.CARD)
    return session, told


def _record(db: Db, start: _Start, told: Decision) -> str:
    return record(db, start.case, told, start.shown, message_id=start.origin.message_id, now=start.now)


def _for_card(db: Db, start: _Start, authorization_id: str) -> Session:
    """Any tag but a known card is that of the session which is starting; a card starts its own.

    A charger may be set to start with a card that is known: one that it has on a list of its own.
    """
    if not start.is_granted:
        return _refused(db, start, authorization_id)
    facts, starting = start.case.facts, start.shown.starting
    is_card = facts.is_known_card and not facts.is_remote_start_tag
    if starting is not None and (not is_card or is_same_uid(start.message.id_tag, starting.card_uid)):
        return starting
    is_by_itself = start.charger.start_mode == StartMode.FREE_VEND and not facts.is_known_card
    return _born(db, start, Kind.PLUG_IN if is_by_itself else Kind.CARD)


def _refused(db: Db, start: _Start, authorization_id: str) -> Session:
    """Nobody showed a card, lately or ever: then the charger starts by itself, and that is what its owner is told."""
    is_unknown = not start.case.facts.is_known_card and start.decision.code not in _LOOKED_NOWHERE
    is_by_itself = is_unknown and not is_recent(start.charger.authorized_at, now=start.now)
    if is_by_itself:
        propose_free_vend(db, start.charger.id)
    is_proposed = is_unknown and start.charger.proposed_start_mode == StartMode.FREE_VEND
    refusal = CardRefusal(
        start.message.id_tag,
        start.decision,
        authorization_id,
        is_free_vend=is_by_itself or is_proposed,
    )
    message_id = start.origin.message_id
    session = refused_card(db, start.birthplace, refusal, at=start.started_at, message_id=message_id, now=start.now)
    if _began_offline(start):
        charged_offline(db, session, start.decision.code, now=start.now)
    return session


def _began_offline(start: _Start) -> bool:
    """Whether the charger let the card charge by itself, before it had this line."""
    connected_at = start.charger.connected_at
    return connected_at is not None and start.started_at < connected_at and not start.is_guess


def _for_own_tag(db: Db, start: _Start, session: Session) -> tuple[Session, Decision]:
    """A late start of a session that is over is its last try's, if that is still to begin or another may follow.

    One that is refused, by a fault of ours too, ends its transaction; the session may be tried again.
    """
    decided = start.decision
    if not session.is_over:
        is_to_stop = not start.is_granted and decided.code not in _AGAINST_ITS_SESSION
        return session, by_session(decided, Turn.TO_STOP, reference=session.reference) if is_to_stop else decided
    last = find_last_try(db, session)
    if not start.is_granted:
        return session, decided
    if is_taken_back(session) or is_taken_back(last):
        return session, by_session(decided, Turn.OVER, reference=session.reference)
    if last.status in {Status.PLANNED, Status.STARTING}:
        hasten_try(db, last.id, now=start.now)
        return last, decided
    if _find_live(db, start) is not None:
        return session, by_session(decided, Turn.OVERTAKEN, reference=session.reference)
    return _born(db, start, session.kind, recovers=last), decided


def _find_live(db: Db, start: _Start) -> Session | None:
    return find_on_connector(db, start.charger.id, start.message.connector_id, *LIVE)


def _born(db: Db, start: _Start, kind: Kind, *, recovers: Session | None = None) -> Session:
    birth = Birth(
        kind,
        started_at=start.started_at,
        recovers=recovers,
        is_busy=_find_live(db, start) is not None,
        card_uid=start.message.id_tag if kind is Kind.CARD else None,
        driver_id=start.decision.driver_id,
    )
    return born(db, start.birthplace, birth, now=start.now)


def _store(db: Db, start: _Start, session: Session, *, is_refused: bool) -> int:
    """Insert the transaction; one of a session that is to stop is owed a RemoteStop, and so is a refused one.

    One of a session with a course, or that the charger's default profile would bind, is owed its own profile, also
    where the remote start carried it: some chargers take no notice of that. One that keeps a refused card's transaction
    open for 60 s is told to stop it (authorization.md).
    """
    stop_at = None
    if is_refused:
        is_card = session.kind is Kind.CARD and session.reason == Code.NOT_AUTHORIZED
        stop_at = start.now + start.timing.refused_grace if is_card else start.now
    elif session.stop_requested_at is not None:
        stop_at = start.now
    needs_profile = session.course is not None or start.charger.has_default_profile
    return add_transaction(
        db,
        start.origin,
        start.message,
        session_id=session.id,
        is_refused=is_refused,
        started_at=start.started_at,
        stop_at=stop_at,
        profile_at=start.now if needs_profile and not is_refused else None,
    )
