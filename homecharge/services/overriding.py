"""Change one night of a Smart schedule: its charge is looked at again at once, and its story says so."""

import dataclasses
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Refused
from homecharge.domain.occurrence_states import is_underway
from homecharge.domain.occurrences import Occurrence
from homecharge.domain.overrides import Override, still_wanted
from homecharge.domain.schedules import InThePast, Schedule, Smart
from homecharge.domain.session_state import Session
from homecharge.domain.targets import target_json
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.times import rfc3339
from homecharge.ports.units import Db
from homecharge.services.location_tariffs import require_tariff
from homecharge.services.openings import OPENINGS
from homecharge.services.planning import ALARMS
from homecharge.services.rescheduling import AlreadyDecided
from homecharge.services.skipping import TooLate, lock_occurrence
from homecharge.services.vehicles import require_vehicle
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.occurrences import change_occurrence, list_tries
from homecharge.storage.queries.sessions import add_steps
from homecharge.storage.queries.stop_requests import extend_recovery, mark_overridden


class NotSmart(Refused):
    """The occurrence is a Manual schedule's, which has its times and nothing to be planned."""

    code = "not_smart"
    title = "Only a charge of a Smart schedule can be changed for one night"
    advice = "Offer this for Smart schedules only."


def override(db: Db, occurrence_id: str, wanted: Override, *, caller: Caller, now: datetime) -> None:
    """Give an occurrence a ready-by and a target of its own; what is None is as the schedule has it.

    A charge that is over and may still be recovered keeps what it was for; its next try is for what is wanted now.

    Raises NotFound, Forbidden, NotSmart, NoTariff for a budget without one, InThePast for a ready-by that leaves no
    time, Invalid for a state of charge of no vehicle, TooLate when its time is over, AlreadyDecided when it has had
    its try.
    """
    schedule, occurrence = lock_occurrence(db, occurrence_id, caller=caller)
    if not isinstance(schedule.spec, Smart):
        raise NotSmart
    require_tariff(db, schedule.location_id, wanted.target, now=now)
    if wanted.target is not None:
        require_vehicle(
            db, dataclasses.replace(schedule, spec=dataclasses.replace(schedule.spec, target=wanted.target))
        )
    last = _last_try(db, occurrence, now=now)
    changed = occurrence.overridden(wanted, schedule.spec, schedule.zone, now=now)
    if changed.window_end <= max(now, changed.window_start):
        raise InThePast(errors={"ready_by": ["This leaves no time to charge."]})
    if changed.override == occurrence.override:
        return
    if occurrence.wake_at is not None:
        changed = dataclasses.replace(changed, wake_at=max(now, changed.window_start))
        ring_after_commit(db, OPENINGS)
    change_occurrence(db, changed)
    if last is not None:
        _retarget(db, last, changed, schedule, caller=caller, now=now)


def _last_try(db: Db, occurrence: Occurrence, *, now: datetime) -> Session | None:
    if now >= occurrence.window_end:
        raise TooLate
    tries = list_tries(db, [occurrence.id]).get(occurrence.id, ())
    last = tries[-1] if tries else None
    if last is not None and not is_underway(last, now=now):
        raise AlreadyDecided(session_id=last.id)
    return last


def _retarget(
    db: Db, session: Session, occurrence: Occurrence, schedule: Schedule, *, caller: Caller, now: datetime
) -> None:
    earlier = [each for each in list_tries(db, [occurrence.id])[occurrence.id] if each.id != session.id]
    target = occurrence.target_of(schedule.spec)
    changed = dataclasses.replace(
        session,
        window_end=occurrence.window_end,
        last_feasible_start=occurrence.last_feasible_start,
        target=still_wanted(target, charged_wh=sum(each.energy_wh for each in earlier)),
    )
    if not (mark_overridden(db, changed, now=now) or extend_recovery(db, changed, now=now)):
        return
    detail: dict[str, Any] = {"ready_by": rfc3339(occurrence.window_end)}
    detail |= {name: value for name, value in (target_json(target) or {}).items() if name != "kind"}
    step = Step(
        at=now,
        kind=StepKind.OVERRIDDEN,
        actor=Actor.DRIVER,
        actor_id=caller.account_id,
        cause="as_scheduled" if occurrence.override is None else None,
        detail=detail,
    )
    add_steps(db, [(session.id, step)])
    ring_after_commit(db, f"session:{session.id}")
    ring_after_commit(db, ALARMS)
