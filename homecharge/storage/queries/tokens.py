"""Log-ins (token families) and their refresh tokens in and out of the database."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.ports.units import Db
from homecharge.storage.database import ring_after_commit
from homecharge.storage.models import Account, AppDevice, RefreshToken, TokenFamily
from homecharge.storage.outbox import account_topic
from homecharge.storage.types import new_id

_CALLER = (
    select(Account.id, Account.name, Account.locale, Account.role, TokenFamily.device)
    .join(Account, Account.id == TokenFamily.account_id)
    .where(TokenFamily.id == bindparam("family_id"), TokenFamily.revoked_at.is_(None))
)
"""Asked with every request, so it is put together once."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The log-in that tokens come of: whose, and since when; `role` as it is now."""

    account_id: str
    family_id: str
    role: Role
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A refresh token as it is kept, with what its family knows: its newest rotation and whether it was revoked."""

    origin: Origin
    sequence: int
    newest: int
    expires_at: datetime
    replaced_at: datetime | None
    revoked_at: datetime | None


def add_family(db: Db, account_id: str, *, device: str | None, network: str | None, now: datetime) -> str:
    """A new log-in; returns its id."""
    family_id = new_id()
    row = {"id": family_id, "account_id": account_id, "device": device, "network": network}
    db.execute(insert(TokenFamily).values(**row, created_at=now, used_at=now))
    return family_id


def add_refresh_token(
    db: Db, family_id: str, *, sequence: int, token_hash: str, expires_at: datetime, now: datetime
) -> None:
    """One more rotation of a family."""
    row = {"token_hash": token_hash, "family_id": family_id, "sequence": sequence}
    db.execute(insert(RefreshToken).values(**row, issued_at=now, expires_at=expires_at))
    db.execute(update(TokenFamily).where(TokenFamily.id == family_id).values(used_at=now))


def find_refresh_token(db: Db, token_hash: str) -> StoredToken | None:
    """By hash; its family is kept from changing until the unit ends, so that two rotations follow one another."""
    family = select(RefreshToken.family_id).where(RefreshToken.token_hash == token_hash).scalar_subquery()
    db.execute(select(TokenFamily.id).where(TokenFamily.id == family).with_for_update())
    newest = (
        select(func.max(RefreshToken.sequence))
        .where(RefreshToken.family_id == family)
        .correlate(None)
        .scalar_subquery()
    )
    row = db.execute(
        select(
            TokenFamily.account_id,
            RefreshToken.family_id,
            Account.role,
            TokenFamily.created_at,
            RefreshToken.sequence,
            newest.label("newest"),
            RefreshToken.expires_at,
            RefreshToken.replaced_at,
            TokenFamily.revoked_at,
        )
        .join(TokenFamily, TokenFamily.id == RefreshToken.family_id)
        .join(Account, Account.id == TokenFamily.account_id)
        .where(RefreshToken.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    account_id, family_id, role, created_at, *rest = row
    return StoredToken(Origin(account_id, family_id, Role(role), created_at), *rest)


def mark_replaced(db: Db, family_id: str, *, sequence: int, now: datetime) -> None:
    """The tokens of this rotation have a successor."""
    current = (RefreshToken.family_id == family_id, RefreshToken.sequence == sequence)
    db.execute(update(RefreshToken).where(*current, RefreshToken.replaced_at.is_(None)).values(replaced_at=now))


def lasting(*, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What holds of a log-in that has not ended: it was not revoked, and its tokens can still be renewed."""
    return TokenFamily.revoked_at.is_(None), _is_renewable(now)


def _is_renewable(now: datetime) -> ColumnElement[bool]:
    return exists().where(RefreshToken.family_id == TokenFamily.id, RefreshToken.expires_at > now)


def revoke_family(db: Db, family_id: str, *, now: datetime) -> None:
    """End every token that came of this log-in; the first end stays."""
    _revoke(db, TokenFamily.id == family_id, now=now)
    db.execute(delete(AppDevice).where(AppDevice.family_id == family_id))


def revoke_families(db: Db, account_id: str, *, save: str | None, now: datetime) -> None:
    """End every log-in of a person, save one."""
    ended, gone = [TokenFamily.account_id == account_id], [AppDevice.account_id == account_id]
    if save is not None:
        ended.append(TokenFamily.id != save)
        gone.append(AppDevice.family_id.is_distinct_from(save))  # or of nobody knows which log-in
    _revoke(db, *ended, now=now)
    db.execute(delete(AppDevice).where(*gone))


def _revoke(db: Db, *which: ColumnElement[bool], now: datetime) -> None:
    """Streams that were opened by them end at once: their listeners look again.

    Phones that were put by them are pushed to no more, and their push tokens are not kept: whoever revokes sees to it.
    """
    revoked = update(TokenFamily).where(*which, TokenFamily.revoked_at.is_(None)).values(revoked_at=now)
    for account_id in set(db.scalars(revoked.returning(TokenFamily.account_id))):
        ring_after_commit(db, account_topic(account_id))


def find_caller(db: Db, family_id: str) -> Caller | None:
    """Whoever the log-in belongs to, with the role as it is now; None where it was revoked or is gone."""
    row = db.execute(_CALLER, {"family_id": family_id}).one_or_none()
    if row is None:
        return None
    account_id, name, locale, role, device = row
    return Caller(account_id=account_id, name=name, locale=locale, role=Role(role), family_id=family_id, device=device)


@dataclass(frozen=True, slots=True)
class ExpiredFamily:
    """An agent's log-in that nothing can be done with any more."""

    id: str
    account_id: str
    device: str | None
    created_at: datetime
    used_at: datetime


def list_expired_of_agents(db: Db, *, begun_by: datetime, now: datetime, limit: int = 100) -> list[ExpiredFamily]:
    """Log-ins of agents and operators that nobody has ended, and that cannot be renewed or began so long ago.

    A token from before its owner was an agent, or before the longest time was made shorter, lives on; it renews none.
    """
    f = TokenFamily
    staff = [role for role in Role if role.is_staff]
    rows = (
        select(f.id, f.account_id, f.device, f.created_at, f.used_at)
        .join(Account, Account.id == f.account_id)
        .where(Account.role.in_(staff), f.revoked_at.is_(None), ~_is_renewable(now) | (f.created_at <= begun_by))
        .order_by(f.id)
        .limit(limit)
    )
    return [ExpiredFamily(*row) for row in db.execute(rows.with_for_update(of=f, skip_locked=True))]
