"""Agents' log-ins end by themselves, and the audit log says when and why."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from homecharge.domain.accounts import Caller, Role
from homecharge.services import agent_log_ins, tokens
from homecharge.services.access_tokens import LIFETIME, AccessTokens, TokenExpired
from homecharge.services.devices import sign_out, sign_out_others
from homecharge.services.tokens import Tokens
from homecharge.storage.database import Database
from homecharge.storage.models import Account, AuditRow, TokenFamily
from tests.homes import NOW

AT_MOST, IDLE = timedelta(hours=12), timedelta(hours=1)
ACCESS = AccessTokens("a key of at least thirty-two characters", agents_stay=AT_MOST)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def agent(database: Database, ada: Caller) -> Caller:
    with database.write() as db:
        db.execute(update(Account).where(Account.id == ada.account_id).values(role=Role.SUPPORT))
    return ada


def log_in(database: Database, who: Caller) -> Tokens:
    with database.write() as db:
        return tokens.log_in(db, who.account_id, device="desk", access=ACCESS, lifetime=IDLE, now=NOW)


def go_on(database: Database, issued: Tokens, *, after: timedelta) -> Tokens:
    with database.write() as db:
        found = tokens.rotate(db, issued.refresh_token, access=ACCESS, lifetime=IDLE, now=NOW + after)
    assert isinstance(found, Tokens)
    return found


def end_expired(database: Database, *, after: timedelta) -> list[tuple[str, str]]:
    """Why log-ins ended, as the log has it."""
    with database.write() as db:
        agent_log_ins.end_expired(db, at_most=AT_MOST, now=NOW + after)
    with database.read() as db:
        rows = select(AuditRow.target_id, AuditRow.detail).where(AuditRow.action == "agent.log_in_expired")
        return [(row.target_id, row.detail["why"]) for row in db.execute(rows.order_by(AuditRow.id))]


def test_one_that_nobody_uses_ends_and_is_noted_once(database: Database, agent: Caller):
    log_in(database, agent)

    within = end_expired(database, after=IDLE - MINUTE)
    over = end_expired(database, after=IDLE)

    assert (within, over) == ([], [(agent.account_id, "idle")])
    assert end_expired(database, after=2 * IDLE) == over
    with database.read() as db:
        assert db.scalar(select(TokenFamily.revoked_at)) == NOW + IDLE


def test_one_that_is_used_all_day_ends_after_its_longest_time(database: Database, agent: Caller):
    issued = log_in(database, agent)
    for minutes in range(50, 12 * 60, 50):
        issued = go_on(database, issued, after=minutes * MINUTE)

    assert issued.expires_in == LIFETIME.total_seconds()
    almost_over = go_on(database, issued, after=AT_MOST - 5 * MINUTE)
    assert almost_over.expires_in == 300
    with pytest.raises(TokenExpired):
        go_on(database, almost_over, after=AT_MOST)
    assert end_expired(database, after=AT_MOST) == [(agent.account_id, "at_most")]


def test_whoever_becomes_an_agent_is_held_to_it_from_the_next_renewal(database: Database, ada: Caller):
    issued = log_in(database, ada)
    for minutes in range(50, 800, 50):
        issued = go_on(database, issued, after=minutes * MINUTE)
    with database.write() as db:
        db.execute(update(Account).values(role=Role.OPERATOR))

    with pytest.raises(TokenExpired):
        go_on(database, issued, after=timedelta(hours=13))
    assert end_expired(database, after=timedelta(hours=13)) == [(ada.account_id, "at_most")]


def test_log_ins_of_drivers_are_nobodys_business(database: Database, ada: Caller):
    log_in(database, ada)

    assert end_expired(database, after=timedelta(days=90)) == []
    with database.read() as db:
        assert db.scalars(select(AuditRow.id)).all() == []


def test_the_log_tells_of_one_that_is_ended_from_elsewhere_and_of_one_whose_token_was_copied(
    database: Database, agent: Caller
):
    here, there, copied = (log_in(database, agent) for _ in range(3))
    go_on(database, go_on(database, copied, after=MINUTE), after=2 * MINUTE)
    with database.write() as db:
        caller = tokens.authenticate(db, here.access_token, access=ACCESS, now=NOW)
        elsewhere = tokens.authenticate(db, there.access_token, access=ACCESS, now=NOW).family_id
        sign_out(db, elsewhere, caller=caller, now=NOW)
        tokens.rotate(db, copied.refresh_token, access=ACCESS, now=NOW + 3 * MINUTE)
        sign_out_others(db, caller=caller, now=NOW)

    with database.read() as db:
        rows = db.execute(select(AuditRow.action, AuditRow.actor_id, AuditRow.detail).order_by(AuditRow.id)).all()
    begun = [row.detail["log_in"] for row in rows[:3]]
    assert begun[:2] == [caller.family_id, elsewhere]
    assert [(row.action, row.actor_id, row.detail["log_in"]) for row in rows[3:]] == [
        ("agent.logged_out", agent.account_id, elsewhere),
        ("agent.log_in_revoked", None, begun[2]),
        ("agent.logged_out", agent.account_id, "others"),
    ]


def test_one_that_was_ended_is_not_ended_again(database: Database, agent: Caller):
    issued = log_in(database, agent)
    with database.write() as db:
        caller = tokens.authenticate(db, issued.access_token, access=ACCESS, now=NOW)
        tokens.log_out(db, caller, now=NOW)

    assert end_expired(database, after=2 * AT_MOST) == []
