"""When somebody stops being a member of a home: what they planned ends, what they charge is stopped, History stays."""

from datetime import datetime

from homecharge.domain.access import MemberRole, require
from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.homes import Location
from homecharge.domain.members import Departure, Membership, removing
from homecharge.domain.session_state import Session
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.services.cancelling import Cancellation, cancel_all_planned
from homecharge.services.local_lists import owe_local_lists
from homecharge.services.members import OwnerStays, get_member
from homecharge.services.planning import ALARMS
from homecharge.services.schedule_endings import end_schedules
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import members as queries
from homecharge.storage.queries.cancellations import forget_devices
from homecharge.storage.queries.home_cards import withdraw_cards
from homecharge.storage.queries.homes import find_owner
from homecharge.storage.queries.join_codes import revoke_codes
from homecharge.storage.queries.live_sessions import list_live_of_member
from homecharge.storage.queries.location_tariffs import list_locations_paying_by
from homecharge.storage.queries.planned_sessions import close_recoveries_of, lock_planned_of_member, of_member
from homecharge.storage.queries.schedules import lock_of_member
from homecharge.storage.queries.sessions import add_steps, get_session
from homecharge.storage.queries.stop_requests import mark_stop_requested
from homecharge.storage.queries.tariffs import hand_over, list_made_by

_DEEDS = {
    Departure.LEFT: "member.left",
    Departure.REMOVED: "member.removed",
    Departure.ACCOUNT_DELETED: "member.left",
}


def get_removable(db: Db, location: Location, driver_id: str, *, caller: Caller) -> Membership:
    """A member whom the caller may take out of a home read with `for_update`: themselves, or by their role.

    Raises NotFound, Forbidden.
    """
    member = get_member(db, location.id, driver_id)
    if driver_id != caller.account_id:
        require(location.my_role, removing(member.role))
    return member


def part(db: Db, member: Membership, *, caller: Caller, now: datetime) -> None:
    """A member leaves a home that is locked, or is taken out of it by somebody else. Raises OwnerStays."""
    if member.driver_id == caller.account_id:
        leave(db, member, Cancellation(caller.account_id, None, Departure.LEFT), now=now)
    else:
        leave(db, member, Cancellation(caller.account_id, caller.device, Departure.REMOVED), now=now)


def leave(db: Db, member: Membership, by: Cancellation, *, now: datetime) -> None:
    """Take somebody out of a home that is locked; the action of `by` is a Departure. Raises OwnerStays for its owner.

    Their schedules, and what is planned for them there, end; what they charge is asked to stop, also where the charger
    is offline; their cards are switched off; every open joining code ends, because they may know it. Sessions stay in
    the home's History under their name, without what they called their devices.
    """
    if member.role is MemberRole.OWNER:
        raise OwnerStays(location_ids=[member.location_id])
    queries.lock_chargers(db, member.location_id)
    queries.delete_member(db, member)
    _end_charges(db, member, by, now=now)
    if withdraw_cards(db, member.location_id, member.driver_id, now=now):
        owe_local_lists(db, location_id=member.location_id, now=now)
    revoke_codes(db, member.location_id, now=now)
    tariffs = _hand_tariffs_over(db, member, now=now)
    forget_devices(db, member.driver_id, location_id=member.location_id)
    auditing.note(
        db,
        _DEEDS[Departure(by.action)],
        actor_id=by.by,
        target=Target("account", member.driver_id),
        location_id=member.location_id,
        detail={"role": member.role.value, "tariff_ids": tariffs},
        now=now,
    )


def _end_charges(db: Db, member: Membership, by: Cancellation, *, now: datetime) -> None:
    location_id, driver_id = member.location_id, member.driver_id
    # In the order in which decisions lock, as where a charger is removed: schedules before their sessions.
    end_schedules(db, lock_of_member(db, location_id, driver_id), by, now=now)
    _cancel_planned(db, member, by, now=now)
    for session in list_live_of_member(db, location_id, driver_id):
        _stop(db, session, by, now=now)
    close_recoveries_of(db, of_member(location_id, driver_id), now=now)
    _cancel_planned(db, member, by, now=now)  # what a recovery planned before it could be closed


def _cancel_planned(db: Db, member: Membership, by: Cancellation, *, now: datetime) -> None:
    planned = lock_planned_of_member(db, member.location_id, member.driver_id)
    cancel_all_planned(db, [(session, by) for session in planned], now=now)


def _stop(db: Db, session: Session, by: Cancellation, *, now: datetime) -> None:
    """The tag of somebody who is no member starts nothing (A61), so what they charge could not even be resumed."""
    while session.is_live and session.stop_requested_at is None:
        if mark_stop_requested(db, session, by=by.by, now=now):
            step = Step(at=now, kind=StepKind.STOP_REQUESTED, actor=Actor.DRIVER, actor_id=by.by, cause=by.action)
            add_steps(db, [(session.id, step)])
            ring_after_commit(db, f"session:{session.id}")
            ring_after_commit(db, ALARMS)
        session = get_session(db, session.id)


def _hand_tariffs_over(db: Db, member: Membership, *, now: datetime) -> list[str]:
    """What only this home pays by is its owner's from now on: nobody outside sets its prices."""
    location_id, owner = member.location_id, find_owner(db, member.location_id)
    made = list_made_by(db, member.driver_id, location_id=location_id)
    only_here = [id_ for id_ in made if list_locations_paying_by(db, id_, since=now) == [location_id]]
    if owner is not None and only_here:
        hand_over(db, only_here, owner, now=now)
    return only_here
