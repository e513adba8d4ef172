"""Notifications: what people are told of by themselves, how urgent it is, and what replaces what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from homecharge.domain.rejections import Category, Code, FixBy
from homecharge.domain.session_state import Result, Session, Status

TOLD_FOR = timedelta(hours=24)
"""After so long nobody is disturbed with it any more; it stays in the inbox."""
BRIEFLY = timedelta(hours=6)
"""As `TOLD_FOR`, of what soon is past."""
LATELY = timedelta(days=1)
"""A charger that connected for the first time longer ago is no news."""


class NoticeKind(StrEnum):
    """What is told; the values are public contract."""

    STARTED = "started"
    FINISHED = "finished"
    ENDED_SHORT = "ended_short"
    REJECTED = "rejected"
    RECOVERED = "recovered"
    CANCELLED = "cancelled"
    WILL_NOT_START = "will_not_start"
    CHARGER_CONNECTED = "charger_connected"
    CHARGER_OFFLINE = "charger_offline"
    WEBHOOK_DISABLED = "webhook_disabled"


class Urgency(StrEnum):
    """`low` makes no sound, `high` is told at once, quiet hours or not: something can be mended now."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told. `about` names what happened: nobody is told of it twice. Of one `collapse_key` the newest counts.

    `charger_name` is what the charger is called then, `params` are what else its sentences need besides the session.
    """

    kind: NoticeKind
    about: str
    at: datetime
    expires_at: datetime
    collapse_key: str
    urgency: Urgency
    session_id: str | None = None
    reference: str | None = None
    charger_id: str | None = None
    charger_name: str | None = None
    location_id: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(Notice):
    """A notice in the inbox of one person; `read_at` is when they said that they have seen it."""

    id: str
    account_id: str
    read_at: datetime | None


def session_notice(session: Session, *, root_id: str, now: datetime) -> Notice | None:
    """What there is to tell of a session as it is now; None while it is only on its way.

    `root_id` is the first of the tries that recover one another.
    """
    kind = _kind_of(session)
    if kind is None:
        return None
    is_begun = kind in {NoticeKind.STARTED, NoticeKind.RECOVERED}
    at = (session.started_at if is_begun else session.ended_at) or now
    tries = f"occurrence:{session.occurrence_id}" if session.occurrence_id else f"session:{root_id}"
    return Notice(
        kind=kind,
        about=f"{kind}:{session.id}",
        at=at,
        expires_at=at + (BRIEFLY if is_begun else TOLD_FOR),
        collapse_key=tries,
        urgency=_urgency_of(session, kind),
        session_id=session.id,
        reference=session.reference,
        charger_id=session.charger_id,
        location_id=session.location_id,
    )


def _kind_of(session: Session) -> NoticeKind | None:
    if session.status is Status.CHARGING:
        return NoticeKind.STARTED if session.recovers_session_id is None else NoticeKind.RECOVERED
    if session.status is Status.COMPLETED:
        return NoticeKind.ENDED_SHORT if session.result is Result.SHORT else NoticeKind.FINISHED
    if session.status is Status.REJECTED:
        return NoticeKind.CANCELLED if session.reason == Code.CANCELLED else NoticeKind.REJECTED
    return None


def _urgency_of(session: Session, kind: NoticeKind) -> Urgency:
    """A driver who can still do something about it is woken; who did it themselves knows."""
    kept = session.rejection or {}
    if kind is NoticeKind.REJECTED:
        can_be_mended = session.open_until is not None and kept.get("fix_by") == FixBy.DRIVER
        is_fine = kept.get("category") == Category.SATISFIED
        return Urgency.HIGH if can_be_mended else Urgency.LOW if is_fine else Urgency.NORMAL
    if kind is NoticeKind.CANCELLED:
        is_own = kept.get("params", {}).get("who") == session.driver_id
        return Urgency.LOW if is_own else Urgency.NORMAL
    return Urgency.NORMAL if kind in {NoticeKind.ENDED_SHORT, NoticeKind.RECOVERED} else Urgency.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerLine:
    """What there is to know of a charger to say whether it has come or gone."""

    charger_id: str
    location_id: str
    is_connected: bool
    first_seen_at: datetime | None
    offline_since: datetime | None


def charger_notices(line: ChargerLine, *, patience: timedelta, now: datetime) -> tuple[Notice, ...]:
    """That it has connected for the first time, and that it has been gone for long."""
    found = []
    if line.first_seen_at is not None and now - line.first_seen_at < LATELY:
        found.append(_charger_notice(line, NoticeKind.CHARGER_CONNECTED, Urgency.LOW, line.first_seen_at))
    if (due_at := offline_due_at(line, patience=patience)) is not None and due_at <= now:
        found.append(_charger_notice(line, NoticeKind.CHARGER_OFFLINE, Urgency.NORMAL, due_at))
    return tuple(found)


def offline_due_at(line: ChargerLine, *, patience: timedelta) -> datetime | None:
    """When it will have been gone for long; None while it is there, or was never."""
    return None if line.is_connected or line.offline_since is None else line.offline_since + patience


def _charger_notice(line: ChargerLine, kind: NoticeKind, urgency: Urgency, at: datetime) -> Notice:
    since = line.offline_since if kind is NoticeKind.CHARGER_OFFLINE else None
    return Notice(
        kind=kind,
        about=f"{kind}:{line.charger_id}:{since.isoformat() if since else ''}",
        at=at,
        expires_at=at + TOLD_FOR,
        collapse_key=f"charger:{line.charger_id}",
        urgency=urgency,
        charger_id=line.charger_id,
        location_id=line.location_id,
        params={} if since is None else {"since": since.isoformat()},
    )
