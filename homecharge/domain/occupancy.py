"""Who has the connector: another session, or a transaction that this try takes over or must leave alone."""

from datetime import datetime

from homecharge.domain.charger_state import Transaction
from homecharge.domain.charging_rules import lost_at
from homecharge.domain.facts import Facts, OtherSession
from homecharge.domain.free_vend import begins_by_itself
from homecharge.domain.rejections import Code, Evidence, Rejection
from homecharge.domain.session_state import Kind, Status


def already_in_progress(facts: Facts, *, now: datetime) -> Rejection | None:
    """Another session, whatever the line; or, on this line, a transaction that this try does not adopt."""
    other = facts.other
    if other is not None and not _yields(facts, other):
        fact = Evidence(at=now, fact="session_in_progress", value=other.reference, source="scheduler")
        params: dict[str, str | int | datetime | None] = {
            "kind": other.kind.value,
            "status": other.status.value,
            "since": other.since,
            "reference": other.reference,
            "session_id": other.id,
        }
        return Rejection(code=Code.ALREADY_IN_PROGRESS, variant="session", params=params, evidence=(fact,))
    open_one = facts.foreign
    if open_one is None or adoptable(facts, now=now) is not None or not _is_told_of(facts, open_one, now=now):
        return None
    return occupied_by(open_one)


def occupied_by(transaction: Transaction) -> Rejection:
    """Another transaction has the connector."""
    fact = Evidence(
        at=transaction.heard_at,
        fact="transaction_open",
        value=transaction.id,
        source="charger",
        message_id=transaction.message_id,
    )
    params: dict[str, str | int | datetime | None] = {"since": transaction.started_at}
    return Rejection(code=Code.ALREADY_IN_PROGRESS, variant="transaction", params=params, evidence=(fact,))


def adoptable(facts: Facts, *, now: datetime) -> Transaction | None:
    """The open transaction of another session that this try takes over, if any.

    One that a session which is over left open because the car took nothing, or that of a session which yields.
    """
    foreign, other = facts.foreign, facts.other
    if foreign is None or foreign.is_refused:
        return None
    if other is not None:
        return foreign if _yields(facts, other) and foreign.session_id == other.id else None
    is_being_stopped = foreign.stop_tries > 0 or (foreign.stop_at is not None and foreign.stop_at <= now)
    return foreign if not is_being_stopped and _is_told_of(facts, foreign, now=now) else None


def _yields(facts: Facts, other: OtherSession) -> bool:
    """Whether the other session gives way.

    A paused one does to a Boost (rejections.md, row 4); what began by itself at plug-in on a free-vend charger does to
    whatever was asked for (chargers.md, *Free-vend*).
    """
    kind = facts.session.kind
    is_by_itself = (
        begins_by_itself(facts.charger.start_mode, other.kind)
        and other.status is not Status.STARTING
        and facts.foreign is not None
        and facts.foreign.session_id == other.id
    )
    return (kind is Kind.BOOST and other.status is Status.PAUSED) or (is_by_itself and kind is not Kind.PLUG_IN)


def _is_told_of(facts: Facts, transaction: Transaction, *, now: datetime) -> bool:
    """Whether the present line speaks for it: heard of since the connection, and not shown to be gone since then."""
    gone_at = lost_at(facts, transaction)
    return facts.is_of_this_line(transaction.heard_at) and (gone_at is None or now < gone_at)
