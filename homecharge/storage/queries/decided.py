"""Decisions about cards in and out of the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from homecharge.domain.authorization import Decision
from homecharge.domain.authorization_codes import AuthorizationStatus, status_of
from homecharge.domain.authorization_facts import CardFacts, Request
from homecharge.domain.authorization_trace import stored_trace
from homecharge.domain.id_tokens import uid_key
from homecharge.ports.units import Db
from homecharge.storage.models import AuthorizationRow, ChargingSession, Preapproval
from homecharge.storage.types import new_id

A = AuthorizationRow
LONGEST_UID = 64
"""What is kept of a uid that nobody would accept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where a card was shown, in which frame or by whom it was asked about, and until when a grant is good."""

    charger_id: str | None
    connector_id: int | None = None
    message_id: str | None = None
    requested_by: str | None = None
    granted_until: datetime | None = None


def add_authorization(db: Db, facts: CardFacts, decision: Decision | None, asked: Asked, *, now: datetime) -> str:
    """Insert a decision; returns its id. None: a manual check whose provider is asked first, its alarm due now."""
    authorization_id = new_id()
    is_decided = decision is not None
    provider = facts.card.provider if facts.card is not None else None
    db.execute(
        insert(A).values(
            id=authorization_id,
            at=now,
            request=facts.request.value,
            charger_id=asked.charger_id,
            connector_id=asked.connector_id,
            location_id=facts.place.location_id if facts.place is not None else None,
            uid=facts.uid.strip()[:LONGEST_UID],
            uid_key=uid_key(facts.uid)[:LONGEST_UID],
            status=(status_of(decision.code) if decision is not None else AuthorizationStatus.PENDING).value,
            code=decision.code.value if decision is not None else None,
            trace=stored_trace(decision.trace) if decision is not None else [],
            provider_id=provider.id if provider is not None else None,
            message_id=asked.message_id,
            requested_by=asked.requested_by,
            granted_until=asked.granted_until,
            wake_at=None if is_decided else now,
        )
    )
    return authorization_id


def link_session(db: Db, authorization_id: str, session_id: str, *, is_card: bool) -> None:
    """A decision and the session that it was about find one another; a card's session keeps the one that began it."""
    db.execute(update(A).where(A.id == authorization_id).values(session_id=session_id))
    if is_card:
        s = ChargingSession
        first = (s.id == session_id, s.authorization_id.is_(None))
        db.execute(update(s).where(*first).values(authorization_id=authorization_id))


@dataclass(frozen=True, slots=True)
class PendingCheck:
    """A manual check that waits for its provider, claimed until its alarm rings again; `version` is the fence."""

    id: str
    charger_id: str | None
    connector_id: int | None
    uid: str
    version: int


def claim_checks(db: Db, *, lease: timedelta, most: int, now: datetime) -> list[PendingCheck]:
    """Pending checks that are due, their alarms moved on by the lease."""
    due = select(A.id).where(A.wake_at <= now).order_by(A.wake_at, A.id).limit(most).with_for_update(skip_locked=True)
    rows = db.execute(
        update(A)
        .where(A.id.in_(due))
        .values(wake_at=now + lease, version=A.version + 1)
        .returning(A.id, A.charger_id, A.connector_id, A.uid, A.version)
        .execution_options(synchronize_session=False)
    )
    return [PendingCheck(*row) for row in rows]


def settle_check(db: Db, check: PendingCheck, decision: Decision) -> bool:
    """Write what a pending check came to; False if somebody else has."""
    settled = (
        update(A)
        .where(A.id == check.id, A.version == check.version, A.wake_at.is_not(None))
        .values(
            status=status_of(decision.code).value,
            code=decision.code.value,
            trace=stored_trace(decision.trace),
            wake_at=None,
        )
    )
    return db.execute(settled).rowcount == 1


def approve_beforehand(db: Db, charger_id: str, key: str, *, expires_at: datetime, now: datetime) -> None:
    """A card is good at a charger, locked as by `lock_chargers`, until then; an earlier approval is forgotten."""
    forget_approval(db, charger_id, key)
    db.execute(insert(Preapproval).values(charger_id=charger_id, uid_key=key, approved_at=now, expires_at=expires_at))


def forget_approval(db: Db, charger_id: str, key: str) -> None:
    """A card is to be decided on at a charger as any other."""
    db.execute(delete(Preapproval).where(Preapproval.charger_id == charger_id, Preapproval.uid_key == key))


def list_partner_starts(db: Db, session_ids: Collection[str]) -> list[tuple[str, str]]:
    """Where, and with which card as it is compared, partners started those of the sessions that are theirs."""
    if not session_ids:
        return []
    is_partners = (A.session_id.in_(session_ids), A.request == Request.PARTNER_START, A.charger_id.is_not(None))
    return [(row.charger_id, row.uid_key) for row in db.execute(select(A.charger_id, A.uid_key).where(*is_partners))]
