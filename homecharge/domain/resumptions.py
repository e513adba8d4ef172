"""Sessions without a transaction between two: their charger ended the first when it was held (`zero_limit_ends_tx`)."""

from datetime import datetime

from homecharge.domain.boosting import boost_end
from homecharge.domain.charger_state import Transaction
from homecharge.domain.charging_rules import stop_due, window_end
from homecharge.domain.facts import Facts
from homecharge.domain.session_state import Answer, Session
from homecharge.domain.start_outcomes import confirm_deadline


def may_go_on(facts: Facts, ended: Transaction, *, now: datetime) -> bool:
    """Whether the session is not over with the transaction that its charger ended: it waits, or starts another."""
    session, connector = facts.session, facts.fresh
    is_gone = connector is not None and connector.is_plugged_in is False
    if not ended.is_ended_by_zero or session.stop_requested_at is not None or is_gone:
        return False
    if stop_due(facts, now=now) is not None:
        return False
    is_refused = session.command_answer in {Answer.REJECTED, Answer.ERROR}
    return not is_commanded(session, ended) or not (is_refused or now >= confirm_deadline(facts))


def is_commanded(session: Session, ended: Transaction) -> bool:
    """Whether the charger has been told to start the next transaction."""
    return (
        session.commanded_at is not None and ended.stopped_at is not None and session.commanded_at >= ended.stopped_at
    )


def resumes_at(session: Session, ended: Transaction) -> datetime | None:
    """When the course next lets it draw; None: it never does.

    Only a period that began after the end counts: what ended a transaction once would end the next one, too.
    """
    if session.course is None or ended.stopped_at is None:
        return ended.stopped_at
    return next((p.start for p in session.course if p.start > ended.stopped_at and p.limit_w > 0), None)


def next_look(facts: Facts, ended: Transaction, *, now: datetime) -> datetime | None:
    """What to wait for meanwhile: the next transaction, the course, the boost's end, the window's end."""
    begins_at = confirm_deadline(facts) if is_commanded(facts.session, ended) else resumes_at(facts.session, ended)
    ahead = [at for at in (begins_at, window_end(facts), boost_end(facts.session)) if at is not None and at > now]
    return min(ahead, default=None)
