"""Boost: charge now. Whether it can start is for the engine to decide: one that cannot is a row of History."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from homecharge.domain.access import Action
from homecharge.domain.accounts import Caller
from homecharge.domain.boosting import may_be_boosted
from homecharge.domain.chargers import Charger
from homecharge.domain.durations import lasted
from homecharge.domain.free_vend import begins_by_itself
from homecharge.domain.limits import Limit, limit_json
from homecharge.domain.session_state import Kind, Session
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.times import Interval
from homecharge.ports.units import Db
from homecharge.services.bounds import note_override
from homecharge.services.chargers import get_charger, require_connector
from homecharge.services.costs import reckon
from homecharge.services.location_tariffs import require_tariff
from homecharge.services.planning import ALARMS, plan_session
from homecharge.services.tries import Try
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.live_sessions import list_live_sessions
from homecharge.storage.queries.sessions import add_steps, get_session
from homecharge.storage.queries.stop_requests import mark_boosted

_MEASURES = {"seconds": "limit_s"}
"""What a limit is called in a step, whose parameters have their unit in the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost:
    """What a Boost is to do: how much, where, and in which time it may start."""

    limit: Limit | None
    connector_id: int
    window: timedelta


def boost(db: Db, charger_id: str, wanted: Boost, *, caller: Caller, now: datetime) -> Session:
    """Plan a Boost, or boost the session that is paused on the connector, or was boosted there before.

    Raises NotFound, NoTariff for a cost limit without one, and Invalid for a connector the charger does not have.
    """
    # Locked, so that nothing is planned behind the back of whoever removes the charger.
    charger = get_charger(db, charger_id, caller=caller, action=Action.BOOST, for_update=True)
    require_tariff(db, charger.location_id, wanted.limit, now=now)
    require_connector(db, charger.id, wanted.connector_id)
    here = [s for s in list_live_sessions(db, charger_ids=[charger.id]) if s.connector_id == wanted.connector_id]
    session = next((each for each in here if may_be_boosted(each) and not _gives_way(charger, each)), None)
    if session is not None and _boost_session(db, session, wanted.limit, caller=caller, now=now):
        boosted = get_session(db, session.id)
    else:
        boosted = _plan(db, charger, wanted, caller=caller, now=now)
    note_override(db, boosted, actor=Actor.DRIVER, actor_id=caller.account_id, now=now)
    return boosted


def _gives_way(charger: Charger, session: Session) -> bool:
    """What began by itself and was not wanted is taken over in place of that, as by anything that is due."""
    return begins_by_itself(charger.start_mode, session.kind) and not charger.charge_now


def _boost_session(db: Db, session: Session, limit: Limit | None, *, caller: Caller, now: datetime) -> bool:
    so_far = lasted(session, until=now)
    if not mark_boosted(db, session, limit, cost=_cost_so_far(db, session), lasted=so_far, now=now):
        return False
    detail = {_MEASURES.get(name, name): value for name, value in (limit_json(limit) or {}).items() if name != "kind"}
    step = Step(at=now, kind=StepKind.BOOSTED, actor=Actor.DRIVER, actor_id=caller.account_id, detail=detail)
    add_steps(db, [(session.id, step)])
    ring_after_commit(db, ALARMS)
    ring_after_commit(db, f"session:{session.id}")
    return True


def _cost_so_far(db: Db, session: Session) -> Decimal:
    cost = reckon(db, [session]).get(session.id)
    return Decimal(0) if cost is None else cost[0].amount or Decimal(0)


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
