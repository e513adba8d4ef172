"""Take back what has not started: planned sessions become Rejected / cancelled, with who and what in evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from homecharge.domain.rejections import Code, Evidence, Rejection, stored
from homecharge.domain.session_state import Session, Status, moved
from homecharge.domain.texts.values import DEVICE, WHO
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.ports.units import Db
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.sessions import add_steps, move_sessions


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who took it back (the account's id), on which device, and by doing what.

    Actions: `session_cancelled`, `occurrence_skipped`, `schedule_deleted`, `schedule_disabled`, `schedule_changed`,
    `time_zone_changed`, `charger_deleted`, and those of `domain.members.Departure`.
    """

    by: str | None
    device: str | None
    action: str


def cancellation_reason(cancellation: Cancellation, *, now: datetime) -> Rejection:
    """The reason `cancelled` with its evidence (rejections.md, row 1)."""
    evidence = [Evidence(at=now, fact=cancellation.action, value=cancellation.by, source="driver")]
    if cancellation.device:
        evidence.append(Evidence(at=now, fact=DEVICE, value=cancellation.device, source="driver"))
    return Rejection(
        code=Code.CANCELLED,
        variant=cancellation.action,
        params={WHO: cancellation.by, "at": now},
        evidence=tuple(evidence),
    )


def cancel_planned(db: Db, session: Session, cancellation: Cancellation, *, now: datetime) -> bool:
    """Reject a planned session as cancelled; False when it was no longer planned: the first commit wins."""
    return session.status is Status.PLANNED and cancel_all_planned(db, [(session, cancellation)], now=now)


def cancel_all_planned(db: Db, pairs: Sequence[tuple[Session, Cancellation]], *, now: datetime) -> bool:
    """As `cancel_planned`, for many planned sessions at once; False if any was no longer planned: roll back."""
    moves = [(session, _cancelled(session, cancellation, now=now)) for session, cancellation in pairs]
    if not move_sessions(db, moves, now=now):
        return False
    add_steps(db, [(session.id, _step(cancellation, now=now)) for session, cancellation in pairs])
    for session, _ in pairs:
        ring_after_commit(db, f"session:{session.id}")
    return True


def _cancelled(session: Session, cancellation: Cancellation, *, now: datetime) -> Session:
    return moved(
        session,
        Status.REJECTED,
        reason=Code.CANCELLED.value,
        rejection=stored((cancellation_reason(cancellation, now=now),)),
        ended_at=now,
        wake_at=None,
        open_until=None,
    )


def _step(cancellation: Cancellation, *, now: datetime) -> Step:
    return Step(
        at=now,
        kind=StepKind.REJECTED,
        actor=Actor.DRIVER,
        actor_id=cancellation.by,
        cause=cancellation.action,
        detail={"code": Code.CANCELLED.value},
    )
