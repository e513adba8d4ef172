"""What is to be tried: the wish behind a session, before there is one."""

from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.limits import Limit
from homecharge.domain.overrides import still_wanted
from homecharge.domain.recoveries import remaining_limit
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.targets import Target
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.storage.queries.occurrences import find_occurrence, list_tries
from homecharge.storage.queries.schedules import read_specs


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """What is to be tried. `window` None means there is none (plug-in, card); `recovers` links a further try.

    `due_at` is without the random delay. `is_by_clock`: it comes later by it, because nobody but the clock starts it;
    the first try of a Smart charge has its delay in its plan. `card_uid` is the card that it is started with.
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
    card_uid: str | None = None
    flags: tuple[str, ...] = ()


def further_try(db: Db, over: Session, *, due_at: datetime, is_by_clock: bool = False) -> Try:
    """The try that recovers a session which is over, within its window and for what is left of its limit.

    What it is for its occurrence says, which may have been changed for this night since; what its predecessors charged
    is not wanted again.
    """
    return Try(
        kind=over.kind,
        location_id=over.location_id,
        charger_id=over.charger_id,
        connector_id=over.connector_id,
        driver_id=over.driver_id,
        due_at=due_at,
        window=over.window,
        last_feasible_start=over.last_feasible_start,
        target=_still_wanted(db, over),
        limit=remaining_limit(over),
        schedule_id=over.schedule_id,
        occurrence_id=over.occurrence_id,
        recovers=over,
        is_by_clock=is_by_clock,
    )


def _still_wanted(db: Db, over: Session) -> Target | None:
    if over.kind is not Kind.SMART or over.occurrence_id is None:
        return None
    occurrence = find_occurrence(db, over.occurrence_id)
    if occurrence is None:
        return over.target
    spec = read_specs(db, [occurrence.schedule_id])[occurrence.schedule_id]
    charged_wh = sum(each.energy_wh for each in list_tries(db, [occurrence.id])[occurrence.id])
    return still_wanted(occurrence.target_of(spec), charged_wh=charged_wh)
