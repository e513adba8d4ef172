"""What is to be tried: the wish behind a session, before there is one."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.limits import Limit
from homecharge.domain.recoveries import remaining_limit, remaining_target
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.targets import Target
from homecharge.domain.times import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What is to be tried. `window` None means there is none (plug-in, card); `recovers` links a further try.

    `due_at` is without the random delay. `is_by_clock`: it comes later by it, because nobody but the clock starts it; a
    Smart charge has its delay in its plan.
    """

    kind: Kind
    location_id: str
    charger_id: str
    connector_id: int
    driver_id: str | None
    due_at: datetime
    window: Interval | None = None
    last_feasible_start: datetime | None = None
    target: Target | None = None
    limit: Limit | None = None
    schedule_id: str | None = None
    occurrence_id: str | None = None
    recovers: Session | None = None
    random_delay_s: int = 0
    is_by_clock: bool = False


def further_try(over: Session, *, due_at: datetime, is_by_clock: bool = False) -> Try:
    """The try that recovers a session which is over, within the same window and for what is left of its limit."""
    return Try(
        kind=over.kind,
        location_id=over.location_id,
        charger_id=over.charger_id,
        connector_id=over.connector_id,
        driver_id=over.driver_id,
        due_at=due_at,
        window=over.window,
        last_feasible_start=over.last_feasible_start,
        target=remaining_target(over),
        limit=remaining_limit(over),
        schedule_id=over.schedule_id,
        occurrence_id=over.occurrence_id,
        recovers=over,
        is_by_clock=is_by_clock,
    )
