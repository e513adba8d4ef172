"""Give rejected tries their next chance when the event they wait for has come."""

from collections.abc import Collection, Iterable
from datetime import datetime

from homecharge.domain.recoveries import Event, due_after, is_held, recovers_on
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.units import Db
from homecharge.services.planning import plan_session
from homecharge.services.smart_facts import LONGEST_DELAY
from homecharge.services.tries import further_try
from homecharge.storage.queries.recoveries import close_to_recovery, hasten, list_open_tries, read_holds, ring_due
from homecharge.storage.queries.sessions import add_steps
from homecharge.storage.queries.surroundings import Place

_BY_DRIVER = frozenset({Event.PLUGGED_IN, Event.CAR_DRAWS, Event.HOURS_CHANGED})
"""What the car and people do is not delayed; all that recovers by itself may do so in many homes at once."""


def recover(db: Db, over: Session, event: Event, timing: Timing, *, now: datetime) -> Session | None:
    """Plan the next try of a session that is over, if the event gives it one and there is time left."""
    due_at = due_after(over, event, timing, now=now) if recovers_on(over, event) else None
    if due_at is None:
        return None
    if not close_to_recovery(db, over.id, now=now):
        return None
    is_by_clock = event not in _BY_DRIVER and _has_time_to_wait(over, due_at)
    attempt = further_try(db, over, due_at=due_at, is_by_clock=is_by_clock)
    planned = plan_session(db, attempt, actor=Actor.SCHEDULER, cause=event.value, now=now)
    step = Step(
        at=now,
        kind=StepKind.RECOVERY_PLANNED,
        actor=Actor.SCHEDULER,
        cause=event.value,
        detail={"session_id": planned.id, "reference": planned.reference, "due_at": planned.due_at.isoformat()},
    )
    add_steps(db, [(over.id, step)])
    return planned


def _has_time_to_wait(over: Session, due_at: datetime) -> bool:
    """Whether a further try may come by a random delay later: what is late for its ready-by has no time for that."""
    is_late = over.kind is Kind.SMART and over.window_end is not None and over.window_end <= due_at + LONGEST_DELAY
    return not is_late


def recover_open(
    db: Db, places: Collection[Place], events: Iterable[Event], timing: Timing, *, now: datetime
) -> list[Session]:
    """Recover every open try at these places that waits for one of the events; connector 0 is the whole charger.

    After a stop by the driver nothing that was due before it follows until the car is replugged.
    """
    if not places:
        return []
    found = list_open_tries(db, {charger_id for charger_id, _ in places}, now=now)
    open_tries = [o for o in found if (o.charger_id, o.connector_id) in places or (o.charger_id, 0) in places]
    holds = read_holds(db, {over.charger_id for over in open_tries})
    wanted = tuple(events)
    planned = []
    for over in open_tries:
        if is_held(over.due_at, holds.get((over.charger_id, over.connector_id))):
            continue
        event = next((event for event in wanted if recovers_on(over, event)), None)
        if event is not None and (session := recover(db, over, event, timing, now=now)) is not None:
            planned.append(session)
    return planned


def hasten_planned(db: Db, charger_id: str, connector_id: int, *, now: datetime) -> list[Session]:
    """A plug-in makes recoveries that wait out a back-off due at once."""
    hastened = hasten(db, charger_id, connector_id, now=now)
    detail = {"due_at": now.isoformat()}
    step = Step(at=now, kind=StepKind.MOVED, actor=Actor.CAR, cause=Event.PLUGGED_IN.value, detail=detail)
    add_steps(db, [(session.id, step) for session in hastened])
    return hastened


def wake(db: Db, charger_id: str, *, connector_id: int | None = None, now: datetime) -> int:
    """Look again at every due session of a charger (or one connector): a fact changed under them.

    Raising the version makes a decision that is under way on the old facts lose its fence; it is then made anew. The
    caller writes its fact first, wakes second and looks for open tries third, so that no order of commits loses one.
    """
    return ring_due(db, [charger_id], connector_id=connector_id, now=now)
