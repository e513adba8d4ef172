"""What sessions cost: reckoned while they run, stored with the rates that applied once they are over."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from homecharge.domain.boosting import most_cost
from homecharge.domain.costs import Cost, CostNote, applying, cost_lines, span_of
from homecharge.domain.facts import Spending
from homecharge.domain.session_state import Session
from homecharge.domain.spending import spending_of
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.queries.costs import list_without_cost, read_cost_lines, read_curves, write_costs
from homecharge.storage.queries.location_tariffs import read_prices
from homecharge.storage.queries.sessions import TABLE, list_sessions

AT_ONCE = 100
AHEAD = timedelta(hours=2)
"""Prices that lie further ahead are looked at when their time comes."""


def reckon(db: Db, sessions: Sequence[Session]) -> dict[str, tuple[Cost, str]]:
    """What sessions have cost so far, each with its currency, by the session's id; those without energy are left out.

    Where one was charged before, the rates that applied then stay.
    """
    curves = {session_id: found for session_id, found in read_curves(db, sessions).items() if found}
    spans = {session_id: span for session_id, found in curves.items() if (span := span_of(found)) is not None}
    charged = [session for session in sessions if session.id in spans and session.energy_wh > 0]
    if not charged:
        return {}
    whole = Interval(min(span.start for span in spans.values()), max(span.end for span in spans.values()))
    prices = read_prices(db, {session.location_id for session in charged}, whole)
    before = read_cost_lines(db, [session.id for session in charged if session.cost is not None])
    reckoned = {}
    for session in charged:
        here, span, lines = prices[session.location_id], spans[session.id], before.get(session.id, [])
        has_tariff = bool(lines) or here.has_tariff(span)
        rates = applying(here.over(span), lines)
        cost = Cost(
            lines=cost_lines(curves[session.id], rates) if has_tariff else (),
            has_tariff=has_tariff,
            has_estimated_times=CostNote.ESTIMATED_TIMES in session.flags,
        )
        reckoned[session.id] = cost, session.cost_currency or here.currency
    return reckoned


def read_spending(db: Db, sessions: Sequence[Session], *, now: datetime) -> dict[str, Spending]:
    """What those of the sessions that money ends have spent, and when to look again, by the session's id."""
    limits = {session.id: most for session in sessions if (most := most_cost(session)) is not None}
    limited = [session for session in sessions if session.id in limits]
    if not limited:
        return {}
    spent = reckon(db, limited)
    heard_at = {session_id: cost.lines[-1].interval.end for session_id, (cost, _) in spent.items() if cost.lines}
    ahead = Interval(min([now, *heard_at.values()]), now + AHEAD)
    prices = read_prices(db, {session.location_id for session in limited}, ahead)
    found = {}
    for session in limited:
        cost = spent[session.id][0].amount or Decimal(0) if session.id in spent else Decimal(0)
        since = min(now, heard_at.get(session.id, now))
        rates = prices[session.location_id].over(Interval(since, ahead.end))
        found[session.id] = spending_of(limits[session.id], cost, session.energy_wh, rates, now=now, until=ahead.end)
    return found


def settle_costs(db: Db, session_ids: Collection[str]) -> dict[str, Decimal | None]:
    """Store what sessions that are over have cost; once more, where more of their energy has become known.

    The exact amounts, by the session's id.
    """
    if not session_ids:
        return {}
    sessions = list_sessions(db, TABLE.c.id.in_(session_ids))
    costs = reckon(db, [session for session in sessions if session.is_over])
    write_costs(db, costs)
    return {session_id: cost.amount for session_id, (cost, _) in costs.items()}


def settle_past(db: Db, location_id: str, *, since: datetime) -> None:
    """Store what a location's sessions have cost that ended after an instant and have no cost."""
    found = list_without_cost(db, location_id, since=since)
    for place in range(0, len(found), AT_ONCE):
        settle_costs(db, found[place : place + AT_ONCE])
