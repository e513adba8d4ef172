"""Log in, rotate refresh tokens, log out (RFC 9700 §4.14: rotation, and reuse ends the log-in)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from homecharge.domain.accounts import Caller
from homecharge.ports.units import Db
from homecharge.services import agent_log_ins
from homecharge.services.access_tokens import LIFETIME, AccessTokens, BadCredentials, TokenExpired, TokenRevoked
from homecharge.storage.queries import tokens as queries
from homecharge.storage.queries.accounts import find_account
from homecharge.storage.queries.tokens import Origin, StoredToken

REFRESH_LIFETIME = timedelta(days=60)
RETRY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a log-in or a rotation hands out, this once; `expires_in` are the access token's seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - RFC 6750's name for the scheme


def log_in(
    db: Db,
    account_id: str,
    *,
    device: str | None,
    network: str | None = None,
    access: AccessTokens,
    lifetime: timedelta = REFRESH_LIFETIME,
    now: datetime,
) -> Tokens:
    """A new log-in for a person whose password was right, from a network to be known again.

    It is over when its refresh token is not used for a `lifetime`, an agent's also after `access.agents_stay`. Raises
    BadCredentials if the account went away meanwhile.
    """
    account = find_account(db, account_id, for_update=True)
    if account is None:
        raise BadCredentials
    family_id = queries.add_family(db, account_id, device=device, network=network, now=now)
    agent_log_ins.note_begin(db, account, log_in=family_id, device=device, now=now)
    origin = Origin(account_id, family_id, role=account.role, created_at=now)
    return _issue(db, origin, sequence=1, access=access, lifetime=lifetime, now=now)


def rotate(
    db: Db, refresh_token: str, *, access: AccessTokens, lifetime: timedelta = REFRESH_LIFETIME, now: datetime
) -> Tokens | TokenRevoked:
    """The next tokens of a log-in, for its newest refresh token; the new one lives for a `lifetime`.

    The token before it may be retried for 60 s, because its answer may have been lost: that gives a sibling of the
    newest one, and whichever is used next replaces both. Any older one ends the log-in; that verdict is returned and
    not raised, because it must be committed. Raises BadCredentials, TokenExpired or TokenRevoked.
    """
    token = _get_usable(db, refresh_token, now=now)
    if token.replaced_at is None:
        queries.mark_replaced(db, token.origin.family_id, sequence=token.sequence, now=now)
        sequence = token.sequence + 1
    elif token.sequence == token.newest - 1 and now - token.replaced_at <= RETRY:
        sequence = token.newest
    else:
        queries.revoke_family(db, token.origin.family_id, now=now)
        if token.origin.role.is_staff:
            agent_log_ins.note_reuse(db, token.origin.account_id, log_in=token.origin.family_id, now=now)
        return TokenRevoked()
    return _issue(db, token.origin, sequence=sequence, access=access, lifetime=lifetime, now=now)


def log_out(db: Db, caller: Caller, *, now: datetime) -> None:
    """End the log-in the caller came through, with every token of it."""
    queries.revoke_family(db, caller.family_id, now=now)
    agent_log_ins.note_end(db, caller, log_in=caller.family_id, now=now)


def authenticate(db: Db, token: str, *, access: AccessTokens, now: datetime) -> Caller:
    """Whoever holds this access token, with the role as it is now.

    Raises BadCredentials, TokenExpired, or TokenRevoked when its log-in was ended.
    """
    caller = queries.find_caller(db, access.family_of(token, now=now))
    if caller is None:
        raise TokenRevoked
    return caller


def _get_usable(db: Db, refresh_token: str, *, now: datetime) -> StoredToken:
    token = queries.find_refresh_token(db, _hash(refresh_token))
    if token is None:
        raise BadCredentials
    if token.revoked_at is not None:
        raise TokenRevoked
    if token.expires_at <= now:
        raise TokenExpired
    return token


def _issue(
    db: Db, origin: Origin, *, sequence: int, access: AccessTokens, lifetime: timedelta, now: datetime
) -> Tokens:
    """Raises TokenExpired where the log-in may not go on."""
    if origin.role.is_staff:
        lifetime = min(lifetime, origin.created_at + access.agents_stay - now)
    if lifetime <= timedelta(0):
        raise TokenExpired
    refresh_token = secrets.token_urlsafe(32)
    queries.add_refresh_token(
        db,
        origin.family_id,
        sequence=sequence,
        token_hash=_hash(refresh_token),
        expires_at=now + lifetime,
        now=now,
    )
    short = min(LIFETIME, lifetime)
    access_token = access.issue(account_id=origin.account_id, family_id=origin.family_id, lifetime=short, now=now)
    return Tokens(access_token=access_token, refresh_token=refresh_token, expires_in=int(short.total_seconds()))


def _hash(refresh_token: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()
