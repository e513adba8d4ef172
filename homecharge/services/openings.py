"""Smart occurrences wait for their cars: a session is made when one is there, or when it is too late for one."""

import dataclasses
from collections.abc import Collection, Sequence
from datetime import datetime

from homecharge.domain.charger_state import ChargerState, ConnectorState, is_of_line
from homecharge.domain.facts import OtherSession
from homecharge.domain.free_vend import begins_by_itself
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.schedules import Schedule
from homecharge.domain.smart_openings import Arrival, next_round, opens
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services.occurrence_supply import CAUSE, try_of
from homecharge.services.planning import plan_sessions
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.occurrences import (
    add_occurrences,
    list_last_rounds,
    list_tries,
    ring_awaited,
    set_alarms,
)
from homecharge.storage.queries.schedules import list_smart, lock_active
from homecharge.storage.queries.surroundings import Place, read_chargers, read_connectors, read_live_sessions
from homecharge.storage.types import new_id

OPENINGS = "openings"
"""The topic that says "a Smart charge may begin"."""


def look(db: Db, claimed: Sequence[Occurrence], *, now: datetime) -> int:
    """Open those of the claimed occurrences whose time has come, set the alarms of the others; how many were opened.

    One whose schedule is being changed at this moment is looked at again when the claim's lease is over.
    """
    schedules = {each.id: each for each in lock_active(db, {o.schedule_id for o in claimed})}
    arrivals = _arrivals(db, list(schedules.values()))
    alarms: dict[str, datetime | None] = {}
    opened: list[tuple[Schedule, Occurrence]] = []
    for occurrence in claimed:
        schedule = schedules.get(occurrence.schedule_id)
        if schedule is None:
            continue
        alarms[occurrence.id] = again = opens(occurrence, arrivals[_place(schedule)], now=now)
        if again is None:
            opened.append((schedule, occurrence))
    set_alarms(db, alarms)
    tries = list_tries(db, [occurrence.id for _, occurrence in opened])
    attempts = [
        try_of(schedule, occurrence, due_at=now, recovers=next(reversed(tries.get(occurrence.id, ())), None))
        for schedule, occurrence in opened
    ]
    if attempts:
        plan_sessions(db, attempts, actor=Actor.SCHEDULER, cause=CAUSE, now=now)
    return len(opened)


def _place(schedule: Schedule) -> Place:
    return schedule.charger_id, schedule.connector_id


def _arrivals(db: Db, schedules: Sequence[Schedule]) -> dict[Place, Arrival]:
    places = {_place(schedule) for schedule in schedules}
    charger_ids = {charger_id for charger_id, _ in places}
    chargers, connectors = read_chargers(db, charger_ids), read_connectors(db, charger_ids)
    live = read_live_sessions(db, charger_ids)
    return {
        place: Arrival(
            is_there=_is_there(chargers[place[0]], connectors.get(place)),
            is_busy=_is_busy(chargers[place[0]], live.get(place, ())),
        )
        for place in places
    }


def _is_busy(charger: ChargerState, live: Sequence[OtherSession]) -> bool:
    """What began by itself gives way."""
    return any(not begins_by_itself(charger.start_mode, other.kind) for other in live)


def _is_there(charger: ChargerState, connector: ConnectorState | None) -> bool:
    """Said on the present line: what was known before it is no car (rejections.md, *last known*)."""
    if connector is None or not is_of_line(connector.reported_at, connected_at=charger.connected_at):
        return False
    return connector.is_occupied


def ring(db: Db, charger_ids: Collection[str], *, now: datetime) -> None:
    """A car may be there for those that wait at these chargers, or a connector has become free."""
    if ring_awaited(db, charger_ids, now=now):
        ring_after_commit(db, OPENINGS)


def plugged_in(db: Db, place: Place, *, now: datetime) -> None:
    """A car has come: what waits for it is looked at, and what was charged before it drove away has its next round."""
    schedules = list_smart(db, place)
    rounds = {o.schedule_id: o for o in list_last_rounds(db, [each.id for each in schedules], at=now)}
    tries = list_tries(db, [occurrence.id for occurrence in rounds.values()])
    added = [
        dataclasses.replace(following, id=new_id())
        for occurrence in rounds.values()
        if (following := next_round(occurrence, tries.get(occurrence.id, ()), now=now)) is not None
    ]
    add_occurrences(db, added)
    ring(db, [place[0]], now=now)
