"""Sessions without a transaction between two: their charger ended the first when it was held, or we stopped it.

A charger that keeps no course, and was seen to start again with the cable in, is paused by a stop and resumed by a
start (chargers.md, *Charging profiles*); one that ends what is held (`zero_limit_ends_tx`) resumes in the same way.
"""

from datetime import datetime

from homecharge.domain.boosting import boost_end
from homecharge.domain.charger_state import Transaction
from homecharge.domain.charging_rules import stop_due, stopped_by_window_at
from homecharge.domain.courses import limit_at
from homecharge.domain.facts import Facts
from homecharge.domain.following import is_held_by_plan
from homecharge.domain.session_state import PROFILE_REFUSED, Answer, Session, Status, StopReason
from homecharge.domain.start_outcomes import confirm_deadline

_OBEYED = frozenset({None, "Remote", "Other"})
"""What a charger says of an end that we asked for; every other reason is somebody else's."""


def is_to_pause(facts: Facts, transaction: Transaction, *, now: datetime) -> bool:
    """Whether a running transaction is to be stopped although its session goes on."""
    session = facts.session
    if session.stop_requested_at is not None or transaction.is_stop_owed:
        return False
    is_unkept = facts.charger.restarts and PROFILE_REFUSED in session.flags
    return is_unkept and is_held_by_plan(session, facts.charger, now=now)


def is_to_go_on(facts: Facts, transaction: Transaction, *, now: datetime) -> bool:
    """Whether a stop that is still owed for a pause is taken back: the pause is over."""
    is_owed = transaction.is_paused and transaction.is_stop_owed and facts.session.stop_requested_at is None
    return is_owed and not is_held_by_plan(facts.session, facts.charger, now=now)


def may_go_on(facts: Facts, ended: Transaction, *, now: datetime) -> bool:
    """Whether the session is not over with the transaction that was ended: it waits, or starts another."""
    session = facts.session
    if not _is_pause(ended) or session.stop_requested_at is not None or over_by(facts, ended, now=now) is not None:
        return False
    is_refused = session.command_answer in {Answer.REJECTED, Answer.ERROR}
    return not is_commanded(session, ended) or not (is_refused or now >= confirm_deadline(facts))


def over_by(facts: Facts, ended: Transaction, *, now: datetime) -> StopReason | None:
    """What ends a session that waits for its next transaction; None where nothing does."""
    if facts.session.status is not Status.PAUSED or not _is_pause(ended):
        return None
    if facts.fresh is not None and facts.fresh.is_plugged_in is False:
        return StopReason.UNPLUGGED
    return stop_due(facts, now=now)


def _is_pause(ended: Transaction) -> bool:
    return ended.is_ended_by_zero or (ended.is_paused and ended.stop_reason in _OBEYED)


def is_commanded(session: Session, ended: Transaction) -> bool:
    """Whether the charger has been told to start the next transaction."""
    return (
        session.commanded_at is not None and ended.stopped_at is not None and session.commanded_at >= ended.stopped_at
    )


def resumes_at(session: Session, ended: Transaction) -> datetime | None:
    """When the course next lets it draw; None: it never does.

    What a limit of 0 ended once would end the next one, too: only a period that began after that end counts.
    """
    if session.course is None or ended.stopped_at is None:
        return ended.stopped_at
    if not ended.is_ended_by_zero and limit_at(session.course, ended.stopped_at) > 0:
        return ended.stopped_at
    return next((p.start for p in session.course if p.start > ended.stopped_at and p.limit_w > 0), None)


def next_look(facts: Facts, ended: Transaction, *, now: datetime) -> datetime | None:
    """What to wait for meanwhile: the next transaction, the course, the boost's end, the window's end."""
    begins_at = confirm_deadline(facts) if is_commanded(facts.session, ended) else resumes_at(facts.session, ended)
    ends = (begins_at, stopped_by_window_at(facts), boost_end(facts.session))
    return min((at for at in ends if at is not None and at > now), default=None)
