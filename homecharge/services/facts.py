"""Assemble the facts of many sessions from a constant number of reads."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from homecharge.domain.charger_state import Transaction
from homecharge.domain.facts import Facts, OtherSession
from homecharge.domain.session_state import Session
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.bounds import read_bounds
from homecharge.services.costs import read_spending
from homecharge.services.smart_facts import read_smart_facts
from homecharge.services.surplus import read_solar
from homecharge.storage.queries.surroundings import (
    Place,
    read_chargers,
    read_connectors,
    read_live_sessions,
    read_outages,
    read_recovered,
    read_transactions,
)


def read_facts(db: Db, sessions: Sequence[Session], timing: Timing, *, now: datetime) -> list[Facts]:
    """The facts of each session, in the order given; a constant number of reads however many there are."""
    if not sessions:
        return []
    charger_ids = {session.charger_id for session in sessions}
    chargers = read_chargers(db, charger_ids)
    connectors = read_connectors(db, charger_ids)
    transactions = read_transactions(db, charger_ids, [session.id for session in sessions])
    own = _by_session(transactions)
    live = read_live_sessions(db, charger_ids)
    recovered = read_recovered(db, [s.recovers_session_id for s in sessions if s.recovers_session_id])
    smart = read_smart_facts(db, sessions)
    outages = read_outages(db, since=min(session.due_at for session in sessions))
    spending = read_spending(db, sessions, now=now)
    solar = read_solar(db, sessions, now=now)
    bounds = read_bounds(db, sessions, unplanned=solar, now=now)

    def facts(session: Session) -> Facts:
        place = (session.charger_id, session.connector_id)
        here = transactions.get(place, [])
        return Facts(
            session=session,
            charger=chargers[session.charger_id],
            connector=connectors.get(place),
            station=connectors.get((session.charger_id, 0)),
            own=tuple(own.get(session.id, ())),
            foreign=_foreign(here, session),
            other=_other(live.get(place, []), session),
            recovers=recovered.get(session.recovers_session_id) if session.recovers_session_id else None,
            outages=tuple(outage for outage in outages if outage.end > session.due_at),
            smart=smart.get(session.id),
            timing=timing,
            spending=spending.get(session.id),
            bounds=bounds.get(session.id),
            solar=solar.get(session.id),
        )

    return [facts(session) for session in sessions]


def _by_session(transactions: Mapping[Place, Sequence[Transaction]]) -> dict[str, list[Transaction]]:
    """A charger may begin what was asked for on another connector than was named."""
    own: dict[str, list[Transaction]] = defaultdict(list)
    for each in sorted(chain.from_iterable(transactions.values()), key=lambda transaction: transaction.id):
        if each.session_id is not None:
            own[each.session_id].append(each)
    return own


def _foreign(here: Sequence[Transaction], session: Session) -> Transaction | None:
    """The newest open transaction on the connector that is another's; refused ones are being stopped."""
    open_ones = [t for t in here if t.session_id != session.id and t.stopped_at is None]
    return open_ones[-1] if open_ones else None


def _other(here: Sequence[OtherSession], session: Session) -> OtherSession | None:
    return next((other for other in here if other.id != session.id), None)
