"""Boost: charge now. Whether it can start is for the engine to decide: one that cannot is a row of History."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.access import Action
from homecharge.domain.accounts import Caller
from homecharge.domain.chargers import Charger
from homecharge.domain.limits import Limit
from homecharge.domain.session_state import Kind, Session, Status
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.bounds import note_override
from homecharge.services.chargers import get_charger, require_connector
from homecharge.services.location_tariffs import require_tariff
from homecharge.services.planning import ALARMS, plan_session
from homecharge.services.tries import Try
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.live_sessions import list_live_sessions
from homecharge.storage.queries.sessions import add_steps, get_session
from homecharge.storage.queries.stop_requests import mark_boosted


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """What a Boost is to do: how much, where, and in which time it may start."""

    limit: Limit | None
    connector_id: int
    window: timedelta


def boost(db: Db, charger_id: str, wanted: Boost, *, caller: Caller, now: datetime) -> Session:
    """Plan a Boost, or boost the session that is paused on the connector.

    Raises NotFound, NoTariff for a cost limit without one, and Invalid for a connector the charger does not have.
    """
    # Locked, so that nothing is planned behind the back of whoever removes the charger.
    charger = get_charger(db, charger_id, caller=caller, action=Action.BOOST, for_update=True)
    require_tariff(db, charger.location_id, wanted.limit, now=now)
    require_connector(db, charger.id, wanted.connector_id)
    session = _boost_paused(db, charger, wanted, caller=caller, now=now)
    if session is None:
        session = _plan(db, charger, wanted, caller=caller, now=now)
    note_override(db, session, actor=Actor.DRIVER, actor_id=caller.account_id, now=now)
    return session


def _boost_paused(db: Db, charger: Charger, wanted: Boost, *, caller: Caller, now: datetime) -> Session | None:
    for session in list_live_sessions(db, charger_ids=[charger.id]):
        is_paused_here = session.status is Status.PAUSED and session.connector_id == wanted.connector_id
        if is_paused_here and mark_boosted(db, session.id, now=now):
            step = Step(at=now, kind=StepKind.BOOSTED, actor=Actor.DRIVER, actor_id=caller.account_id)
            add_steps(db, [(session.id, step)])
            ring_after_commit(db, ALARMS)
            ring_after_commit(db, f"session:{session.id}")
            return get_session(db, session.id)
    return None


def _plan(db: Db, charger: Charger, wanted: Boost, *, caller: Caller, now: datetime) -> Session:
    window = Interval(now, now + wanted.window)
    attempt = Try(
        kind=Kind.BOOST,
        location_id=charger.location_id,
        charger_id=charger.id,
        connector_id=wanted.connector_id,
        driver_id=caller.account_id,
        due_at=now,
        window=window,
        last_feasible_start=window.end,
        limit=wanted.limit,
    )
    return plan_session(db, attempt, actor=Actor.DRIVER, actor_id=caller.account_id, cause="boost", now=now)
