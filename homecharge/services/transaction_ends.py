"""StopTransaction: always answered, also late, repeated, or for an unknown transaction (chargers.md, *Offline*)."""

import dataclasses
from datetime import datetime

from homecharge.domain.charger_clock import corrected, is_guessed
from homecharge.domain.costs import CostNote
from homecharge.domain.endings import ending, has_drawn
from homecharge.domain.metering import final_energy
from homecharge.domain.recoveries import Event
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import MeterReport, Origin, TransactionStop
from homecharge.ports.units import Db
from homecharge.services.charging_profiles import learn_from_end
from homecharge.services.costs import settle_costs
from homecharge.services.facts import read_facts
from homecharge.services.metering import record_samples
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import recover_open, wake
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.costs import add_flag
from homecharge.storage.queries.lines import find_line_charger
from homecharge.storage.queries.sessions import add_steps, find_session, get_session, move_sessions
from homecharge.storage.queries.transaction_ends import (
    Stoppable,
    add_orphan,
    end_transaction,
    find_stoppable,
    find_stopped_by,
    forget_causes,
)


def transaction_stopped(db: Db, origin: Origin, stop: TransactionStop, timing: Timing) -> bool:
    """End the transaction and wake its session; a repeat changes nothing, a late one corrects a loss.

    False on a line that a newer one has replaced.
    """
    charger = find_line_charger(db, origin)
    if charger is None:
        return False
    stopped_at = corrected(stop.timestamp, charger.clock_skew_s, received_at=origin.at)
    ended = find_stopped_by(db, charger.id, stop, stopped_at=stopped_at)
    if ended is None:
        add_orphan(db, origin, stop, stopped_at=stopped_at)
    elif not ended.is_stopped:
        # A clock that lost its time in a power cut may date the end before the beginning.
        stopped_at = max(stopped_at, ended.started_at)
        _end(db, origin, stop, ended, timing, stopped_at=stopped_at, skew_s=charger.clock_skew_s)
    return True


def _end(
    db: Db,
    origin: Origin,
    stop: TransactionStop,
    ended: Stoppable,
    timing: Timing,
    *,
    stopped_at: datetime,
    skew_s: float | None,
) -> None:
    charger_id, now = origin.line.charger_id, origin.at
    if stop.samples:
        record_samples(db, [(origin, MeterReport(ended.connector_id, ended.id, stop.samples))], timing)
        ended = find_stoppable(db, ended.id) or ended
    energy_wh = final_energy(ended.meter, stop.meter_wh, start_wh=ended.meter_start_wh)
    end_transaction(db, ended, origin, stop, energy_wh=energy_wh, stopped_at=stopped_at)
    forget_causes(db, charger_id, ended)
    session = find_session(db, ended.session_id) if ended.session_id is not None else None
    if session is not None:
        _tell(db, origin, stop, session, ended, energy_wh=energy_wh, stopped_at=stopped_at)
        learn_from_end(db, session, ended.id, stop.reason, stopped_at=stopped_at)
        if is_guessed(stop.timestamp, skew_s, received_at=now):
            add_flag(db, session, CostNote.ESTIMATED_TIMES)
        if session.is_over and ended.is_lost:
            _correct(db, session, ended.id, timing, message_id=origin.message_id, now=now)
        if session.is_over:
            settle_costs(db, [session.id])
    wake(db, charger_id, now=now)
    if session is None or session.is_over:
        recover_open(db, [(charger_id, ended.connector_id)], (Event.SESSION_ENDED,), timing, now=now)
    ring_after_commit(db, ALARMS)


def _tell(
    db: Db,
    origin: Origin,
    stop: TransactionStop,
    session: Session,
    ended: Stoppable,
    *,
    energy_wh: int,
    stopped_at: datetime,
) -> None:
    step = Step(
        at=origin.at,
        kind=StepKind.TRANSACTION_STOPPED,
        actor=Actor.CHARGER,
        cause=stop.reason,
        detail={"transaction_id": ended.id, "energy_wh": energy_wh, "stopped_at": stopped_at.isoformat()},
        message_id=origin.message_id,
    )
    add_steps(db, [(session.id, step)])
    ring_after_commit(db, f"session:{session.id}")


def _correct(db: Db, session: Session, transaction_id: int, timing: Timing, *, message_id: str, now: datetime) -> None:
    """The stop of a transaction that was taken for lost: the session's end, reason and result as they truly were."""
    current = get_session(db, session.id)
    if current.status is not Status.COMPLETED or current.stop_reason is not StopReason.LOST:
        return
    (facts,) = read_facts(db, [current], timing, now=now)
    transaction = next((t for t in facts.own if t.id == transaction_id), None)
    if transaction is None or transaction.stopped_at is None or not has_drawn(current, transaction):
        return
    verdict = ending(facts, transaction, ended_at=transaction.stopped_at)
    after = dataclasses.replace(
        current,
        ended_at=transaction.stopped_at,
        stop_reason=verdict.stop_reason,
        result=verdict.result,
        shortfall=verdict.shortfall,
        open_until=current.open_until if verdict.is_recoverable else None,
    )
    if move_sessions(db, [(current, after)], now=now):
        step = Step(
            at=now,
            kind=StepKind.CORRECTED,
            actor=Actor.CHARGER,
            cause=verdict.stop_reason.value,
            message_id=message_id,
        )
        add_steps(db, [(session.id, step)])
