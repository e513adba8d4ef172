"""Would this card work here, now, and why not: the same decision, without a charger."""

from datetime import datetime, timedelta

from homecharge.domain.accounts import Caller
from homecharge.domain.authorization import Decision, decide
from homecharge.domain.authorization_facts import Request
from homecharge.domain.errors import NotFound
from homecharge.domain.live_answers import LiveAnswer, LiveWish
from homecharge.ports.units import Db
from homecharge.services.authorizing import Case, Shown, faulted, gathered
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries.decided import Asked, PendingCheck, add_authorization, claim_checks, settle_check

CHECKS = "card-checks"
"""The topic that says "a manual check waits for its provider"."""
BATCH = 250
LEASE = timedelta(seconds=45)
"""Longer than any provider may take."""


def bell_of(authorization_id: str) -> str:
    """The topic that says "this check may be decided"."""
    return f"authorization:{authorization_id}"


def check_card(
    db: Db, charger_id: str, uid: str, *, connector_id: int | None = None, caller: Caller, now: datetime
) -> str:
    """Decide on a card as if it were about to charge there; returns the authorization's id.

    It is pending where the provider has to be asked: somebody who can does. Raises NotFound for an unknown charger.
    """
    shown = _shown(uid, charger_id, connector_id, now=now)
    case = gathered(db, shown, now=now)
    if case.place is None:
        raise NotFound("There is no such charger.")
    decision = decide(case.facts)
    asked = Asked(charger_id=charger_id, connector_id=connector_id, requested_by=caller.account_id)
    if isinstance(decision, LiveWish):
        ring_after_commit(db, CHECKS)
        return add_authorization(db, case.facts, None, asked, now=now)
    return add_authorization(db, case.facts, decision, asked, now=now)


def claim_pending(db: Db, *, now: datetime) -> list[PendingCheck]:
    """Checks that wait to be decided, at most a batch; their alarms ring again if nobody does."""
    return claim_checks(db, lease=LEASE, most=BATCH, now=now)


def resumed(db: Db, check: PendingCheck, *, now: datetime) -> LiveWish | None:
    """The provider to ask; None where the check could be decided without it meanwhile."""
    decision = decide(_case_of(db, check, now=now).facts)
    if isinstance(decision, LiveWish):
        return decision
    _settle(db, check, decision)
    return None


def answered(db: Db, check: PendingCheck, live: LiveAnswer, *, now: datetime) -> None:
    """Decide a check with what its provider said."""
    decision = decide(_case_of(db, check, now=now).facts, live)
    if isinstance(decision, Decision):
        _settle(db, check, decision)


def failed(db: Db, check: PendingCheck, *, now: datetime) -> None:
    """A fault of ours: the check says so."""
    _settle(db, check, faulted(_shown(check.uid, check.charger_id or "", check.connector_id, now=now))[1])


def _settle(db: Db, check: PendingCheck, decision: Decision) -> None:
    if settle_check(db, check, decision):
        ring_after_commit(db, bell_of(check.id))


def _case_of(db: Db, check: PendingCheck, *, now: datetime) -> Case:
    return gathered(db, _shown(check.uid, check.charger_id or "", check.connector_id, now=now), now=now)


def _shown(uid: str, charger_id: str, connector_id: int | None, *, now: datetime) -> Shown:
    return Shown(request=Request.MANUAL, uid=uid, charger_id=charger_id, connector_id=connector_id, at=now)
