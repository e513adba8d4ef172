"""While a transaction runs: energy that does not come, limits and window ends, transactions that are lost."""

from datetime import datetime, timedelta

from homecharge.domain.bounds import restricted_until
from homecharge.domain.charger_state import ConnectorState, ConnectorStatus, Transaction
from homecharge.domain.connector_rules import status_evidence
from homecharge.domain.courses import limit_at
from homecharge.domain.durations import duration_end
from homecharge.domain.endings import ended_without_energy, has_drawn, metered_at
from homecharge.domain.facts import Facts, Stop
from homecharge.domain.free_vend import is_kept_waiting
from homecharge.domain.limits import CostLimit, DurationLimit, EnergyLimit
from homecharge.domain.metering import FLOW_WH
from homecharge.domain.plan_reasons import charged_already
from homecharge.domain.random_delay import closes_at, delay_of
from homecharge.domain.rejections import Code, Evidence, Rejection
from homecharge.domain.session_state import BOUNDED, Session, StopReason
from homecharge.domain.smart_facts import duration_wh, is_done
from homecharge.domain.surplus_rules import no_surplus


def energy_deadline(facts: Facts, transaction: Transaction) -> datetime | None:
    """When energy that was offered and not taken becomes a reason; None while that clock does not run.

    The clock waits while the connector is SuspendedEVSE (the charger holds back) and while there is no line to tell.
    """
    offered_at, connected_at = facts.session.offered_at, facts.charger.connected_at
    if has_drawn(facts.session, transaction) or offered_at is None or connected_at is None:
        return None
    if not _tells_energy(facts, transaction):
        return None
    return max(offered_at, connected_at) + facts.timing.energy_confirm


def drew_at(facts: Facts, transaction: Transaction, *, now: datetime) -> datetime | None:
    """When energy first flowed in this session, as far as is known at `now`."""
    session = facts.session
    if (at := session.drew_at or metered_at(session, transaction)) is not None:
        return at
    return now if session.energy_wh >= FLOW_WH or flows_by_status(facts, transaction, now=now) else None


def drew_in(facts: Facts, transaction: Transaction, *, now: datetime) -> str | None:
    """The frame that showed the energy of `drew_at`, where a single one did."""
    if metered_at(facts.session, transaction) is not None:
        return transaction.drew_message_id
    return status_message(facts) if flows_by_status(facts, transaction, now=now) else None


def status_message(facts: Facts) -> str | None:
    """The frame of the connector's status on the present line."""
    return facts.fresh.message_id if facts.fresh is not None else None


def flows_by_status(facts: Facts, transaction: Transaction, *, now: datetime) -> bool:
    """On a charger that sends no samples the status Charging has to do, once samples have had their time to come."""
    connector, offered_at = facts.fresh, facts.session.offered_at
    if transaction.has_samples or offered_at is None or connector is None:
        return False
    if connector.status is not ConnectorStatus.CHARGING:
        return False
    return facts.charger.sends_samples is False or now >= offered_at + facts.timing.energy_confirm


def next_energy_look(facts: Facts, transaction: Transaction, *, now: datetime) -> datetime | None:
    """When to see again whether energy flows; None once it does, or while none is offered."""
    offered_at = facts.session.offered_at
    if offered_at is None or has_drawn(facts.session, transaction):
        return None
    deadlines = (offered_at + facts.timing.energy_confirm, energy_deadline(facts, transaction))
    ahead = [deadline for deadline in deadlines if deadline is not None and deadline > now]
    return min(ahead, default=now + facts.timing.energy_confirm)


def _tells_energy(facts: Facts, transaction: Transaction) -> bool:
    return _suspended(facts) is not None or transaction.has_samples


def _suspended(facts: Facts) -> ConnectorState | None:
    connector = facts.fresh
    return connector if connector is not None and connector.status is ConnectorStatus.SUSPENDED_EV else None


def no_energy(facts: Facts, transaction: Transaction, *, now: datetime) -> Rejection | None:
    """Offered for three minutes, none taken: the car says so itself, or it just does not draw.

    A register that has begun to rise is given until its next sample: at 6 A the 50 Wh take two minutes or more.
    """
    deadline = energy_deadline(facts, transaction)
    if deadline is None or now < deadline:
        return None
    is_rising = facts.session.energy_wh > 0 and transaction.heard_at < deadline
    if is_rising and _suspended(facts) is None:
        return None
    return _took_none(facts, transaction, now=now)


def _took_none(facts: Facts, transaction: Transaction, *, now: datetime) -> Rejection:
    session, suspended = facts.session, _suspended(facts)
    offered_at = session.offered_at or transaction.started_at
    offered = Evidence(at=now, fact="energy_offered_since", value=offered_at.isoformat(), source="scheduler")
    drawn = Evidence(at=transaction.heard_at, fact="energy_wh", value=session.energy_wh, source="charger")
    if suspended is None:
        return Rejection(code=Code.NO_ENERGY_DRAWN, params={"offered_at": offered_at}, evidence=(offered, drawn))
    return Rejection(
        code=Code.BATTERY_FULL,
        variant="inferred",
        params={"offered_at": offered_at},
        evidence=(offered, drawn, status_evidence(suspended)),
    )


def nothing_drawn(facts: Facts, transaction: Transaction, *, ended_at: datetime, now: datetime) -> Rejection:
    """Why a transaction ended before energy flowed; where it was we who ended it, the car is what kept it waiting."""
    asked, offered_at, solar = facts.session.stop_requested_as, facts.session.offered_at, facts.solar
    if asked is StopReason.TARGET_REACHED and (full := charged_already(facts, now=now)) is not None:
        return full
    is_ours = asked is not None and asked is not StopReason.DRIVER and not transaction.is_lost
    if is_ours and solar is not None and (offered_at is None or is_shut_out(facts, now=now)):
        return no_surplus(facts, solar, now=now)
    if is_ours and offered_at is not None and _tells_energy(facts, transaction):
        return _took_none(facts, transaction, now=now)
    return ended_without_energy(facts, transaction, ended_at=ended_at)


def holder(facts: Facts, *, now: datetime) -> str:
    """What holds a session whose course does."""
    session, bounds = facts.session, facts.bounds
    if session.plan is not None:
        return "plan"
    if is_kept_waiting(facts):
        return "nothing_due"
    is_bound = bounds is not None and restricted_until(session, bounds, now=now) is not None
    return "surplus" if facts.solar is not None and not is_bound else "restricted_hours"


def left_open(
    session: Session, reason: Rejection, transaction: Transaction | None, *, now: datetime
) -> tuple[Stop, ...]:
    """Without energy it is stopped before the next try; where the car may yet draw, at the window's end."""
    if transaction is None:
        return ()
    if reason.code is not Code.BATTERY_FULL:
        return (Stop(transaction.id, now),)
    ends_at = closes_at(session)
    return (Stop(transaction.id, ends_at),) if ends_at is not None else ()


def stop_due(facts: Facts, *, now: datetime) -> StopReason | None:
    """The target, or the first limit or window end that has been reached."""
    session = facts.session
    if facts.smart is not None and is_done(session, facts.smart, now=now):
        return StopReason.TARGET_REACHED
    if is_shut_out(facts, now=now):
        return StopReason.WINDOW_END
    match session.limit:
        case EnergyLimit(energy_wh=wanted) if session.energy_wh >= wanted:
            return StopReason.LIMIT_ENERGY
        case CostLimit(amount=amount) if facts.spending is not None and facts.spending.cost >= amount:
            return StopReason.LIMIT_COST
        case DurationLimit() if _has_lasted(facts, now=now):
            return StopReason.LIMIT_DURATION
        case _:
            end = stopped_by_window_at(facts)
            return StopReason.WINDOW_END if end is not None and now >= end else None


def is_shut_out(facts: Facts, *, now: datetime) -> bool:
    """Whether a charge is held that its charger does not hold, by restricted hours or for surplus: it is stopped.

    One that can be stopped and started again is paused so for restricted hours, and not for every cloud (ADR 11).
    """
    session, bounds = facts.session, facts.bounds
    if bounds is None or bounds.keeps_courses or session.course is None or limit_at(session.course, now) > 0:
        return False
    return not facts.charger.restarts or holder(facts, now=now) == "surplus"


def _has_lasted(facts: Facts, *, now: datetime) -> bool:
    end_wh = duration_wh(facts.session, facts.smart) if facts.smart is not None else None
    end = duration_end(facts.session)
    return (end is not None and now >= end) or (end_wh is not None and facts.session.energy_wh >= end_wh)


def stopped_by_window_at(facts: Facts) -> datetime | None:
    """When the window stops the charge; a Boost's window bounds only its start.

    Where the window is nothing but the duration limit and the charge was begun on time, the limit itself ends it, so
    that the time a charger takes to start is not cut off (design.md §2, *window*); not with restricted hours in it.
    """
    session = facts.session
    if session.kind not in BOUNDED or session.window_end is None or session.window_start is None:
        return None
    begun_at = session.commanded_at or session.started_at
    is_own_limit = (
        isinstance(session.limit, DurationLimit)
        and session.course is None
        and session.window_end - session.window_start == timedelta(seconds=session.limit.seconds)
        and begun_at is not None
        and begun_at - session.window_start - delay_of(session) <= facts.timing.start_confirm
    )
    return None if is_own_limit else closes_at(session)


def lost_at(facts: Facts, transaction: Transaction) -> datetime | None:
    """When an open transaction counts as ended because the charger, back on the line, shows no sign of it.

    Available for 120 s, or Preparing / Finishing for 300 s, with nothing of that transaction (chargers.md, *Offline*).
    A status from before the transaction, on the line on which it began, says nothing of it.
    """
    connector, connected_at = facts.fresh, facts.charger.connected_at
    patience = _patience(facts, connector)
    if connector is None or connected_at is None or patience is None:
        return None
    said_at = max(connector.changed_at or connected_at, connected_at)
    return None if said_at <= transaction.started_at else max(said_at, transaction.heard_at) + patience


def _patience(facts: Facts, connector: ConnectorState | None) -> timedelta | None:
    match connector.status if connector is not None else None:
        case ConnectorStatus.AVAILABLE:
            return facts.timing.lost_available
        case ConnectorStatus.PREPARING | ConnectorStatus.FINISHING:
            return facts.timing.lost_plugged
        case _:
            return None


def is_held_back(facts: Facts) -> bool:
    """SuspendedEVSE: the charger, not the car, pauses the charge."""
    return facts.fresh is not None and facts.fresh.status is ConnectorStatus.SUSPENDED_EVSE
