"""What stands in the way of a schedule: a charge that runs, "Charge EV now" with the cable in."""

from datetime import datetime

from homecharge.domain.access import Action, MemberRole, may_see_session, require
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Refused
from homecharge.domain.schedules import Schedule
from homecharge.domain.session_state import Status
from homecharge.ports.units import Db
from homecharge.services.chargers import change_charger, get_charger
from homecharge.services.live_sessions import SessionInProgress
from homecharge.storage.queries.live_sessions import list_live_sessions
from homecharge.storage.queries.surroundings import read_connectors


class ChargeNowEnabled(Refused):
    """With "Charge EV now" on and the cable in, a charge begins at plug-in and no schedule has its turn."""

    code = "charge_now_enabled"
    title = "Switch “Charge EV now” off first, or ask for it with turn_off_charge_now"
    advice = "Ask the person, then repeat with `turn_off_charge_now: true`."


def refuse_charging(db: Db, schedule: Schedule, *, role: MemberRole, caller: Caller) -> None:
    """Raises SessionInProgress while one is starting or charging there; its id only for those who may see it."""
    for session in list_live_sessions(db, charger_ids=[schedule.charger_id]):
        if session.connector_id == schedule.connector_id and session.status in {Status.STARTING, Status.CHARGING}:
            is_seen = may_see_session(role, is_own=session.driver_id == caller.account_id)
            raise SessionInProgress(session_id=session.id if is_seen else None)


def refuse_charge_now(db: Db, schedule: Schedule, *, turn_off: bool, caller: Caller, now: datetime) -> None:
    """Raises ChargeNowEnabled with the cable in and `charge_now` on; `turn_off` switches it off instead.

    Raises Forbidden where the caller may not change the charger's settings.
    """
    charger = get_charger(db, schedule.charger_id, caller=caller, for_update=turn_off)
    if not charger.charge_now:
        return
    if turn_off:
        require(charger.my_role, Action.EDIT_CHARGERS)
        change_charger(db, charger, {"charge_now": False}, now=now)
        return
    connector = read_connectors(db, [charger.id]).get((charger.id, schedule.connector_id))
    if connector is not None and connector.is_occupied:
        raise ChargeNowEnabled(charger_id=charger.id)
