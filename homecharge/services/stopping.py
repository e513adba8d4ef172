"""What people ask of a session: stop it, cancel it, start it now. The engine does it; the first commit wins."""

from datetime import datetime

from homecharge.domain.access import Action, MemberRole, lowest_role, may_stop_session
from homecharge.domain.accounts import Caller
from homecharge.domain.errors import Forbidden, Refused
from homecharge.domain.random_delay import delayed_until
from homecharge.domain.session_state import Session, Status, StopReason
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.services import occurrences
from homecharge.services.cancelling import Cancellation, cancel_planned
from homecharge.services.history import get_visible_session
from homecharge.services.planning import ALARMS
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.sessions import add_steps, get_session
from homecharge.storage.queries.smart_sessions import end_delay
from homecharge.storage.queries.stop_requests import cancel_recovery, mark_stop_requested
from homecharge.storage.queries.surroundings import read_chargers


class NotStarted(Refused):
    """Only what has begun can be stopped."""

    code = "not_started"
    title = "This session has not started yet; cancel it instead"
    advice = "Offer to cancel it (`POST /v1/sessions/{session}/cancel`)."


class AlreadyStarted(Refused):
    """Only what has not begun to charge can be cancelled."""

    code = "already_started"
    title = "This session is charging already; stop it instead"
    advice = "Offer to stop it (`POST /v1/sessions/{session}/stop`)."


OFFLINE_ADVICE = "The charger is offline: stop the charge at the charger, or unplug the car."


class ChargerOffline(Refused):
    """The charger is offline, so that nobody can tell it; nothing was recorded."""

    code = "charger_offline"
    title = "The charger is offline"
    advice = (
        "Say what `detail` says: stop at the charger, or unplug. Nothing was recorded; try again when it is online."
    )


class NotDelayed(Refused):
    """There is no random delay to cut short."""

    code = "not_delayed"
    title = "This session is not inside a random delay"
    advice = "Load the session again; it starts by itself."


def stop_session(db: Db, key: str, *, caller: Caller, now: datetime) -> Session:
    """Ask for a stop of a session under way; one that is over, or is being stopped already, stays as it is.

    Raises NotFound, Forbidden, NotStarted for a planned session, ChargerOffline.
    """
    session = _get_stoppable(db, key, caller=caller)
    while session.is_live and session.stop_requested_at is None:
        if not read_chargers(db, [session.charger_id])[session.charger_id].is_online:
            raise ChargerOffline(OFFLINE_ADVICE, session_id=session.id)
        session = _request_stop(db, session, caller=caller, now=now)
    if session.status is Status.PLANNED:
        raise NotStarted(session_id=session.id)
    return session


def cancel_session(db: Db, key: str, *, caller: Caller, now: datetime) -> Session:
    """Take back a session that has not begun to charge; of one that is over, the further tries.

    A planned one is rejected at once. One that is starting is asked to stop: without a transaction it ends cancelled,
    and a transaction that still comes is stopped. Raises NotFound, Forbidden, AlreadyStarted.
    """
    session = _get_stoppable(db, key, caller=caller)
    while session.status is Status.PLANNED:
        session = _cancel_planned(db, session, caller=caller, now=now)
    while session.status is Status.STARTING and session.stop_requested_at is None:
        session = _request_stop(db, session, caller=caller, now=now)
    if session.is_live and session.status is not Status.STARTING:
        raise AlreadyStarted(session_id=session.id)
    if session.is_over and cancel_recovery(db, session.id, now=now):
        _tell(db, session, StepKind.RECOVERY_CANCELLED, caller=caller, now=now)
    return get_session(db, session.id)


def start_now(db: Db, key: str, *, caller: Caller, now: datetime) -> Session:
    """End a random delay: what it holds back begins at once. Raises NotFound, Forbidden, NotDelayed."""
    session = _get_stoppable(db, key, caller=caller)
    is_delayed = delayed_until(session, now=now) is not None
    if not is_delayed or not end_delay(db, session, now=now):
        raise NotDelayed(session_id=session.id)
    _tell(db, session, StepKind.DELAY_ENDED, caller=caller, now=now)
    ring_after_commit(db, ALARMS)
    return get_session(db, session.id)


def _get_stoppable(db: Db, key: str, *, caller: Caller) -> Session:
    session, role = get_visible_session(db, key, caller=caller)
    _require_stop(session, role, caller)
    return session


def _require_stop(session: Session, role: MemberRole, caller: Caller) -> None:
    if not may_stop_session(role, is_own=session.driver_id == caller.account_id, kind=session.kind):
        raise Forbidden(needs_role=lowest_role(Action.STOP_ALL_SESSIONS).value)


def _cancel_planned(db: Db, session: Session, *, caller: Caller, now: datetime) -> Session:
    cancellation = Cancellation(by=caller.account_id, device=caller.device, action="session_cancelled")
    if cancel_planned(db, session, cancellation, now=now) and session.occurrence_id is not None:
        occurrences.decided(db, [session.occurrence_id], now=now)
    return get_session(db, session.id)


def _request_stop(db: Db, session: Session, *, caller: Caller, now: datetime) -> Session:
    if mark_stop_requested(db, session, by=caller.account_id, now=now):
        _tell(db, session, StepKind.STOP_REQUESTED, caller=caller, cause=StopReason.DRIVER.value, now=now)
        ring_after_commit(db, ALARMS)
    return get_session(db, session.id)


def _tell(db: Db, session: Session, kind: StepKind, *, caller: Caller, cause: str | None = None, now: datetime) -> None:
    step = Step(at=now, kind=kind, actor=Actor.DRIVER, actor_id=caller.account_id, cause=cause)
    add_steps(db, [(session.id, step)])
    ring_after_commit(db, f"session:{session.id}")
