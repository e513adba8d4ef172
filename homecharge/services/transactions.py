"""StartTransaction: which session a transaction belongs to, and what the charger is told (chargers.md, *Starting*)."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.authorization import Grant, authorize_start
from homecharge.domain.charger_clock import corrected, is_guessed, skew_of_start
from homecharge.domain.charger_state import StartMode
from homecharge.domain.costs import CostNote
from homecharge.domain.plug_in import is_recent
from homecharge.domain.rejections import Code
from homecharge.domain.session_state import LIVE, Kind, Session, Status
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Origin, TagStatus, TagVerdict, TransactionStart
from homecharge.ports.units import Db
from homecharge.services.authorizing import INVALID, is_same_tag, is_tag_valid, is_taken_back
from homecharge.services.births import Birthplace, born, refused_card
from homecharge.services.default_profiles import skew_learnt
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import wake
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.charger_reports import learn_restart, propose_free_vend
from homecharge.storage.queries.costs import add_flag
from homecharge.storage.queries.homes import accepts_any
from homecharge.storage.queries.lines import LineCharger, find_line_charger
from homecharge.storage.queries.recoveries import hasten_try
from homecharge.storage.queries.sessions import add_steps, find_last_try, find_on_connector, find_tagged
from homecharge.storage.queries.transactions import add_transaction, find_repeated, lose_open


@dataclass(frozen=True, slots=True)
class Started:
    """The answer: our transaction id, and the verdict on the tag."""

    transaction_id: int
    verdict: TagVerdict


@dataclass(frozen=True, slots=True)
class _Start:
    """A StartTransaction with what is known around it."""

    origin: Origin
    message: TransactionStart
    charger: LineCharger
    location_accepts_any: bool
    started_at: datetime
    timing: Timing

    @property
    def now(self) -> datetime:
        return self.origin.at

    @property
    def birthplace(self) -> Birthplace:
        return Birthplace(self.charger.location_id, self.charger.id, self.message.connector_id)


def transaction_started(db: Db, origin: Origin, message: TransactionStart, timing: Timing) -> Started | None:
    """Bind a new transaction to its session and answer; the same message again gets the same answer.

    None on a line that a newer one has replaced.
    """
    charger = find_line_charger(db, origin)
    if charger is None:
        return None
    if (repeated := _find_repeated(db, charger, message)) is not None:
        return repeated
    skew_s = _skew_s(db, origin, message, charger)
    started_at = corrected(message.timestamp, skew_s, received_at=origin.at)
    start = _Start(origin, message, charger, accepts_any(db, charger.location_id), started_at, timing)
    session, is_accepted = _session_for(db, start)
    if is_accepted:
        learn_restart(db, charger.id, message.connector_id)
        _lose_forgotten(db, start)
    transaction_id = _store(db, start, session, is_refused=not is_accepted)
    if session is not None:
        step = Step(
            at=origin.at,
            kind=StepKind.TRANSACTION_STARTED,
            actor=Actor.CHARGER,
            cause=None if is_accepted else "refused",
            detail={"transaction_id": transaction_id, "started_at": started_at.isoformat()},
            message_id=origin.message_id,
        )
        add_steps(db, [(session.id, step)])
        if is_guessed(message.timestamp, skew_s, received_at=origin.at):
            add_flag(db, session, CostNote.ESTIMATED_TIMES)
    wake(db, charger.id, now=origin.at)
    ring_after_commit(db, ALARMS)
    return Started(transaction_id, TagVerdict(TagStatus.ACCEPTED) if is_accepted else INVALID)


def _find_repeated(db: Db, charger: LineCharger, message: TransactionStart) -> Started | None:
    """Same charger, connector, tag, timestamp and meterStart is the same transaction (chargers.md, *Offline*)."""
    found = find_repeated(db, charger.id, message)
    if found is None:
        return None
    transaction_id, is_refused = found
    return Started(transaction_id, INVALID if is_refused else TagVerdict(TagStatus.ACCEPTED))


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


def _session_for(db: Db, start: _Start) -> tuple[Session | None, bool]:
    """The session and whether the tag is accepted; sessions are born here for cards, free-vend and late starts."""
    by_tag = find_tagged(db, start.charger.id, start.message.id_tag)
    starting = _find_on_connector(db, start, Status.STARTING)
    grant = authorize_start(
        tag=start.message.id_tag,
        accepts_any=start.charger.accept_any or start.location_accepts_any,
        is_free_vend=start.charger.start_mode == StartMode.FREE_VEND,
        is_remote_start_tag=is_same_tag(start.message.id_tag, start.charger.remote_start_tag),
        is_valid_session_tag=by_tag is not None and is_tag_valid(by_tag, at=start.started_at),
        is_session_starting=starting is not None,
    )
    if by_tag is not None:
        return _for_own_tag(db, start, by_tag, grant)
    if starting is not None and grant is not None:
        return starting, True
    if grant is not None:
        kind = Kind.PLUG_IN if start.charger.start_mode == StartMode.FREE_VEND else Kind.CARD
        return _born(db, start, kind), True
    return _refused(db, start), False


def _refused(db: Db, start: _Start) -> Session:
    """Nobody showed a card, lately or ever: then the charger starts by itself, and that is what its owner is told."""
    is_by_itself = not is_recent(start.charger.authorized_at, now=start.now)
    if is_by_itself:
        propose_free_vend(db, start.charger.id)
    return refused_card(
        db,
        start.birthplace,
        start.message.id_tag,
        is_free_vend=is_by_itself or start.charger.proposed_start_mode == StartMode.FREE_VEND,
        at=start.started_at,
        message_id=start.origin.message_id,
        now=start.now,
    )


def _find_on_connector(db: Db, start: _Start, *statuses: Status) -> Session | None:
    return find_on_connector(db, start.charger.id, start.message.connector_id, *statuses)


def _for_own_tag(db: Db, start: _Start, session: Session, grant: Grant | None) -> tuple[Session, bool]:
    """A late start of a session that is over is its last try's, if that is still to begin or another may follow."""
    if not session.is_over:
        return session, True
    last = find_last_try(db, session)
    if grant is None or is_taken_back(session) or is_taken_back(last):
        return session, False
    if last.status in {Status.PLANNED, Status.STARTING}:
        hasten_try(db, last.id, now=start.now)
        return last, True
    if _find_on_connector(db, start, *LIVE) is not None:
        return session, False
    return _born(db, start, session.kind, recovers=last), True


def _born(db: Db, start: _Start, kind: Kind, *, recovers: Session | None = None) -> Session:
    is_busy = _find_on_connector(db, start, *LIVE) is not None
    return born(
        db, start.birthplace, kind, started_at=start.started_at, recovers=recovers, is_busy=is_busy, now=start.now
    )


def _store(db: Db, start: _Start, session: Session | None, *, is_refused: bool) -> int:
    """Insert the transaction; one of a session that is to stop is owed a RemoteStop, and so is a refused one.

    One of a session with a course, or that the charger's default profile would bind, is owed its own profile, also
    where the remote start carried it: some chargers take no notice of that. One that keeps a refused card's transaction
    open for 60 s is told to stop it (authorization.md).
    """
    stop_at = None
    if is_refused:
        is_card = session is not None and session.kind is Kind.CARD and session.reason == Code.NOT_AUTHORIZED
        stop_at = start.now + start.timing.refused_grace if is_card else start.now
    elif session is not None and session.stop_requested_at is not None:
        stop_at = start.now
    needs_profile = session is not None and (session.course is not None or start.charger.has_default_profile)
    return add_transaction(
        db,
        start.origin,
        start.message,
        session_id=session.id if session is not None else None,
        is_refused=is_refused,
        started_at=start.started_at,
        stop_at=stop_at,
        profile_at=start.now if needs_profile and not is_refused else None,
    )
