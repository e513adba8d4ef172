"""When a session under way is looked at next if nothing happens before."""

from datetime import datetime, timedelta

from homecharge.domain.boosting import boost_end
from homecharge.domain.charger_state import Transaction
from homecharge.domain.charging_rules import lost_at, next_energy_look, stopped_by_window_at
from homecharge.domain.courses import next_change
from homecharge.domain.durations import duration_end
from homecharge.domain.facts import Facts
from homecharge.domain.surplus import next_telling

LOOK_AGAIN = timedelta(hours=1)
"""A live session always has an alarm, also when nothing is due."""


def next_look(facts: Facts, transaction: Transaction, *, now: datetime) -> datetime:
    """The first instant after `now` at which the clock alone may change what is decided of a running transaction."""
    session = facts.session
    price_at = facts.spending.look_at if facts.spending is not None else None
    deadlines: list[datetime | None] = [
        next_energy_look(facts, transaction, now=now),
        lost_at(facts, transaction),
        next_change(session.course or (), now),
        next_telling(session, facts.timing, now=now) if facts.solar is not None else None,
        boost_end(session),
        *(() if session.stop_requested_at else (duration_end(session), stopped_by_window_at(facts), price_at)),
        now + LOOK_AGAIN,
    ]
    return min(deadline for deadline in deadlines if deadline is not None and deadline > now)
