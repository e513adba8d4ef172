"""`Idempotency-Key`: the first request's effect and answer commit together; the same request again is told that answer.

A claim is committed first, in a unit of its own: on PostgreSQL nobody sees a row before its commit. It is a lease, and
a process that dies leaves the key to the next request after `LEASE`. The unit that has the effect stores the answer,
and only while the claim stands; where it was lost to another request, that unit rolls back.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from homecharge.domain.errors import Refused, Unavailable
from homecharge.ports.units import Db
from homecharge.storage.queries.idempotency import (
    KeyName,
    add_key,
    delete_key,
    lock_key,
    renew_key,
    store_answer,
)
from homecharge.storage.types import new_id

LEASE = timedelta(seconds=30)
KEPT = timedelta(hours=24)


class KeyReused(Refused):
    """The key came with another request before."""

    code = "idempotency_conflict"
    title = "This Idempotency-Key was used for another request"
    advice = "A fault of the app: make a new key for each new request, and keep it for repeats of that one only."


class FirstStillRunning(Refused):
    """The same request is being worked on at this moment, which takes no longer than a moment; ask again after it."""

    code = "idempotency_in_progress"
    title = "The first request with this Idempotency-Key is still running"
    advice = "Repeat the same request after `Retry-After` seconds."
    retry_after_s = 1


class ClaimLost(Unavailable):
    """The request took longer than its claim, and another one has it now; nothing was done."""

    code = "idempotency_claim_lost"
    title = "This took too long and was given up; try again"
    advice = "Repeat with the same `Idempotency-Key` after `Retry-After` seconds."
    retry_after_s = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What makes two requests the same: caller, method, path and key name it, the fingerprint is of query and body."""

    caller: str
    method: str
    path: str
    key: str
    fingerprint: str

    @property
    def name(self) -> KeyName:
        """Under which the key is stored."""
        return KeyName(self.caller, self.method, self.path, self.key)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What the first request was answered, without secrets."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to be the first with this key, for `LEASE`."""

    request: Request
    id: str


def claim(db: Db, request: Request, *, now: datetime) -> Claim | StoredAnswer:
    """Be the first with this key, or be told the first one's answer; in a unit of its own.

    Raises KeyReused for another body, FirstStillRunning while somebody else holds the claim.
    """
    mine = Claim(request, new_id())
    fresh = {"claim_id": mine.id, "claimed_until": now + LEASE, "created_at": now, "body_hash": request.fingerprint}
    if add_key(db, request.name, fresh):
        return mine
    found = lock_key(db, request.name)
    if found is None:  # given back between our two statements
        raise FirstStillRunning
    is_abandoned = found.status is None and found.claimed_until <= now
    if is_abandoned or found.created_at + KEPT <= now:
        renew_key(db, request.name, fresh)
        return mine
    if found.body_hash != request.fingerprint:
        raise KeyReused
    if found.status is None:
        raise FirstStillRunning
    return StoredAnswer(found.status, found.headers, found.body)


def settle(db: Db, claim: Claim, answer: StoredAnswer) -> None:
    """Store the answer in the unit that has the effect; raises ClaimLost, which rolls both back."""
    if not store_answer(db, claim.request.name, claim.id, asdict(answer)):
        raise ClaimLost


def release(db: Db, claim: Claim) -> None:
    """Forget the key, so that the request may be repeated: for answers that are not remembered."""
    delete_key(db, claim.request.name, claim.id)
