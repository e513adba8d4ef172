"""Agents' log-ins in the audit log: who came in, who failed to, who left, and what ended by itself.

Agents see every home: whoever takes over a log-in of theirs sees all of them.
"""

from datetime import datetime, timedelta

from homecharge.domain.accounts import Account, Caller
from homecharge.domain.auditing import Target
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.storage.queries.accounts import find_account
from homecharge.storage.queries.tokens import list_expired_of_agents, revoke_family

OTHERS = "others"
"""All log-ins of an agent but the one by which they ended the others."""


def note_begin(db: Db, account: Account, *, log_in: str, device: str | None, now: datetime) -> None:
    """Note that an agent has signed in; of anybody else nothing."""
    if account.role.is_staff:
        _note(db, "agent.logged_in", account.id, actor_id=account.id, now=now, log_in=log_in, device=device)


def note_failure(db: Db, account_id: str, *, device: str | None, now: datetime) -> None:
    """Note that somebody gave a wrong password for an agent's account; who it was nobody knows. "" is no account."""
    account = find_account(db, account_id)
    if account is not None and account.role.is_staff:
        _note(db, "agent.log_in_failed", account_id, actor_id=None, now=now, device=device)


def note_end(db: Db, caller: Caller, *, log_in: str, now: datetime) -> None:
    """Note that an agent has signed out of a log-in of theirs, or of all OTHERS; of anybody else nothing."""
    if caller.role.is_staff:
        account_id = caller.account_id
        _note(db, "agent.logged_out", account_id, actor_id=account_id, now=now, log_in=log_in, device=caller.device)


def note_reuse(db: Db, account_id: str, *, log_in: str, now: datetime) -> None:
    """Note that an agent's log-in was ended because a spent refresh token of it came back: somebody has copied it."""
    _note(db, "agent.log_in_revoked", account_id, actor_id=None, now=now, log_in=log_in, why="token_reused")


def end_expired(db: Db, *, at_most: timedelta, now: datetime) -> int:
    """End and note agents' log-ins whose time is over, because nobody used them or after `at_most`; how many."""
    expired = list_expired_of_agents(db, begun_by=now - at_most, now=now)
    for family in expired:
        revoke_family(db, family.id, now=now)
        why = "at_most" if family.created_at + at_most <= now else "idle"
        told = {"log_in": family.id, "device": family.device, "why": why, "last_used": family.used_at.isoformat()}
        _note(db, "agent.log_in_expired", family.account_id, actor_id=None, now=now, **told)
    return len(expired)


def _note(db: Db, action: str, account_id: str, *, actor_id: str | None, now: datetime, **told: str | None) -> None:
    target = Target("account", account_id)
    auditing.note(db, action, actor_id=actor_id, target=target, detail=told, now=now)
