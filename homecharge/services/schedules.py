"""Schedules: make one, change it, switch it off, take it away; its planned session follows each time."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from homecharge.domain.access import Action, MemberRole, require
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Invalid, NotFound
from homecharge.domain.occurrences import firings_from
from homecharge.domain.pages import Keyset, Page
from homecharge.domain.schedules import Manual, Schedule, Smart, Spec, in_the_past, require_reachable
from homecharge.domain.timeline import Actor
from homecharge.ports.units import Db
from homecharge.services.cancelling import Cancellation
from homecharge.services.chargers import get_charger, require_connector
from homecharge.services.location_tariffs import require_tariff
from homecharge.services.occurrence_supply import plan_turns, supply
from homecharge.services.replanning import look_anew_at_chargers
from homecharge.services.rescheduling import Changer, can_reschedule, refit, reschedule
from homecharge.services.schedule_endings import end_schedules, switch_off
from homecharge.services.schedule_obstacles import refuse_charge_now, refuse_charging
from homecharge.services.vehicles import require_vehicle
from homecharge.storage.queries import schedules as queries
from homecharge.storage.queries.smart_sessions import SMART
from homecharge.storage.types import new_id

SPEC_FIELDS = {kind: frozenset(field.name for field in dataclasses.fields(kind)) for kind in (Manual, Smart)}
"""What may be asked for, by kind of schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A schedule as a driver asks for it. `turn_off_charge_now` switches "Charge EV now" off where it is in the way."""

    spec: Spec
    name: str | None = None
    is_enabled: bool = True
    connector_id: int = 1
    turn_off_charge_now: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A schedule, and the role in which the caller sees it."""

    schedule: Schedule
    role: MemberRole

    @property
    def revision(self) -> int:
        """Counts changes of what may be edited."""
        return self.schedule.revision


def add_schedule(db: Db, charger_id: str, wish: Wish, *, caller: Caller, now: datetime) -> Seen:
    """A new schedule with its first eight occurrences; one whose window has begun starts now.

    Raises NotFound, Invalid (fields; `in_the_past`; a vehicle), NoTariff, SessionInProgress, ChargeNowEnabled.
    """
    # Locked, so that nothing is planned behind the back of whoever removes the charger.
    seen = wished(db, charger_id, wish, caller=caller, for_update=True, now=now)
    schedule = seen.schedule
    refuse_charging(db, schedule, role=seen.role, caller=caller)
    refuse_charge_now(db, schedule, turn_off=wish.turn_off_charge_now, caller=caller, now=now)
    queries.add_schedule(db, schedule)
    if schedule.is_enabled:
        turns = supply(db, [schedule], now=now)
        plan_turns(db, turns, not_before=now, actor=Actor.DRIVER, actor_id=caller.account_id, now=now)
    return seen


def wished(db: Db, charger_id: str, wish: Wish, *, caller: Caller, for_update: bool = False, now: datetime) -> Seen:
    """The schedule that a wish asks for, not stored. Raises NotFound, Invalid (fields; `in_the_past`), NoTariff."""
    charger = get_charger(db, charger_id, caller=caller, action=Action.EDIT_OWN_SCHEDULES, for_update=for_update)
    require_connector(db, charger_id, wish.connector_id)
    schedule = Schedule(
        id=new_id(),
        location_id=charger.location_id,
        zone=ZoneInfo(charger.time_zone),
        charger_id=charger_id,
        connector_id=wish.connector_id,
        driver_id=caller.account_id,
        name=wish.name,
        is_enabled=wish.is_enabled,
        spec=wish.spec,
        timing_revision=1,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    _require_sense(db, schedule, now=now)
    return Seen(schedule, charger.my_role)


def _require_sense(db: Db, schedule: Schedule, *, now: datetime) -> None:
    """Raises Invalid for a one-off that is over or out of reach or lacks its vehicle, NoTariff without a tariff."""
    require_reachable(schedule.spec, schedule.zone, now=now)
    require_vehicle(db, schedule)
    require_tariff(db, schedule.location_id, schedule.target, schedule.spec.limit, now=now)
    if next(firings_from(schedule.spec, schedule.zone, now=now), None) is None:
        raise in_the_past(schedule.spec)


def get_schedule(db: Db, schedule_id: str, *, caller: Caller, to_edit: bool = False, for_update: bool = False) -> Seen:
    """A schedule at one of the caller's homes.

    Raises NotFound for a stranger, and with `to_edit` Forbidden for a user whose schedule it is not.
    """
    found = queries.find_seen(db, schedule_id, account_id=caller.account_id, for_update=for_update)
    if found is None:
        raise NotFound
    schedule, role = found
    if to_edit:
        require_editor(schedule, role, caller=caller)
    return Seen(schedule, role)


def require_editor(schedule: Schedule, role: MemberRole, *, caller: Caller) -> None:
    """Raises Forbidden: users edit their own schedules, admins and owners all."""
    is_own = schedule.driver_id == caller.account_id
    require(role, Action.EDIT_OWN_SCHEDULES if is_own else Action.EDIT_ALL_SCHEDULES)


def list_schedules(db: Db, charger_id: str, keyset: Keyset, *, caller: Caller) -> Page[Seen]:
    """The schedules of a charger, oldest first. Raises NotFound."""
    charger = get_charger(db, charger_id, caller=caller)
    page = queries.page_of_schedules(db, keyset, charger_id=charger_id)
    return Page([Seen(schedule, charger.my_role) for schedule in page.items], page.next)


def change_schedule(db: Db, seen: Seen, changes: dict[str, Any], *, caller: Caller, now: datetime) -> Seen:
    """Change some fields of `Wish` and of its `Spec` on a schedule read with `for_update`.

    New times move the planned session, switching off takes it back, switching on plans anew. A charge under way keeps
    its target, limit and times, and is planned anew with another vehicle. Raises as `add_schedule` does, and
    AlreadyDecided.
    """
    before = seen.schedule
    turn_off = changes.get("turn_off_charge_now", False)
    spec = _changed_spec(before.spec, changes)
    plain = {k: v for k, v in changes.items() if k in {"name", "is_enabled", "connector_id"}}
    after = dataclasses.replace(before, spec=spec, **plain)
    if after.connector_id != before.connector_id:
        require_connector(db, after.charger_id, after.connector_id)
    if after.is_enabled and not before.is_enabled:
        refuse_charge_now(db, after, turn_off=turn_off, caller=caller, now=now)
    if after == before:
        return seen
    after = dataclasses.replace(after, revision=before.revision + 1, updated_at=now)
    after = _apply(db, before, after, caller=caller, now=now)
    if after.spec != before.spec:
        look_anew_at_chargers(db, [after.charger_id], SMART, now=now)
    return Seen(after, seen.role)


def _changed_spec(spec: Spec, changes: dict[str, Any]) -> Spec:
    """Raises Invalid for fields of the other kind: what a schedule is stays what it is."""
    own = SPEC_FIELDS[type(spec)]
    foreign = {name for fields in SPEC_FIELDS.values() for name in fields} - own
    if wrong := foreign & changes.keys():
        raise Invalid(errors={name: ["Not with this kind of schedule."] for name in sorted(wrong)})
    return dataclasses.replace(spec, **{name: value for name, value in changes.items() if name in own})


def _apply(db: Db, before: Schedule, after: Schedule, *, caller: Caller, now: datetime) -> Schedule:
    is_retimed = after.spec.timing != before.spec.timing
    is_enabling = after.is_enabled and not before.is_enabled
    if after.spec != before.spec:
        require_reachable(after.spec, after.zone, now=now)
        require_tariff(db, after.location_id, after.target, after.spec.limit, now=now)
    if after.spec != before.spec or is_enabling:
        require_vehicle(db, after)
    if is_retimed or is_enabling:
        after = dataclasses.replace(after, timing_revision=before.timing_revision + 1)
    if after.is_enabled and (is_retimed or is_enabling):
        reschedule(db, after, _changer(caller), now=now)
        return after
    if is_retimed:
        _require_sense(db, after, now=now)
    queries.change_schedule(db, after)
    if not after.is_enabled and before.is_enabled:
        switch_off(db, [after.id], _cancellation(caller, "schedule_disabled"), now=now)
    elif after.is_enabled and (after.spec, after.connector_id) != (before.spec, before.connector_id):
        refit(db, after, now=now)
    return after


def remove_schedule(db: Db, seen: Seen, *, caller: Caller, now: datetime) -> None:
    """Delete a schedule read with `for_update`; a session that is live goes on."""
    end_schedules(db, [seen.schedule], _cancellation(caller, "schedule_deleted"), now=now)


def retime_location(db: Db, location_id: str, *, caller: Caller, now: datetime) -> None:
    """The location's zone has changed: what is planned moves to the same wall times there.

    A one-off that would be over by the new clock, or has had its try, keeps its instants.
    """
    changer = Changer(caller.account_id, caller.device, "time_zone_changed")
    for schedule in queries.lock_of_location(db, location_id):
        after = dataclasses.replace(schedule, timing_revision=schedule.timing_revision + 1, updated_at=now)
        if can_reschedule(db, after, now=now):
            reschedule(db, after, changer, now=now)


def _changer(caller: Caller) -> Changer:
    return Changer(caller.account_id, caller.device, "schedule_changed")


def _cancellation(caller: Caller, action: str) -> Cancellation:
    return Cancellation(by=caller.account_id, device=caller.device, action=action)
