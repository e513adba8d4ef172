"""When a schedule stops: its planned sessions are taken back, a live one goes on, nothing is recovered any more."""

from collections.abc import Collection
from datetime import datetime

from homecharge.domain.schedules import Schedule
from homecharge.ports.units import Db
from homecharge.services.cancelling import Cancellation, cancel_all_planned
from homecharge.storage.queries.occurrences import (
    IS_UNDECIDED,
    OCCURRENCES,
    delete_occurrences,
    list_occurrences,
    list_tried,
    mark_decided,
)
from homecharge.storage.queries.planned_sessions import close_recoveries_of, lock_planned, of_schedules
from homecharge.storage.queries.schedules import mark_schedules_deleted


def switch_off(db: Db, schedule_ids: Collection[str], cancellation: Cancellation, *, now: datetime) -> None:
    """End what locked schedules have planned; occurrences that never had a try go, the others stay for History."""
    planned = lock_planned(db, schedule_ids=schedule_ids)
    cancel_all_planned(db, [(session, cancellation) for session in planned], now=now)
    undecided = {o.id for o in list_occurrences(db, OCCURRENCES.c.schedule_id.in_(schedule_ids), IS_UNDECIDED)}
    tried = list_tried(db, undecided)
    mark_decided(db, tried, now=now)
    delete_occurrences(db, undecided - tried)
    close_recoveries_of(db, of_schedules(schedule_ids), now=now)


def end_schedules(db: Db, schedules: Collection[Schedule], cancellation: Cancellation, *, now: datetime) -> None:
    """Delete locked schedules; History keeps their ids."""
    ids = [schedule.id for schedule in schedules]
    switch_off(db, ids, cancellation, now=now)
    mark_schedules_deleted(db, ids, now=now)
