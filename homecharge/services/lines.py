"""A charger's line: who may connect, whose socket counts, and when it was last heard."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime

from homecharge.domain.auditing import Target
from homecharge.domain.charger_state import OfflineCause
from homecharge.domain.recoveries import Event
from homecharge.domain.timing import Timing
from homecharge.ports.charger_events import Admission, Line, Refusal
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.services.planning import ALARMS
from homecharge.services.recoveries import recover_open, wake
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import lines as queries
from homecharge.storage.queries.charger_passwords import promote_password
from homecharge.storage.queries.charging_profiles import owe_profiles_again
from homecharge.storage.queries.default_profiles import owe_default_profiles
from homecharge.storage.queries.local_lists import owe_list_again
from homecharge.storage.queries.transactions import owe_stops_again


def password_hash(password: str) -> str:
    """Charger passwords are ours, 120 random bits: SHA-256 is enough (design.md §10)."""
    return hashlib.sha256(password.encode()).hexdigest()


def admit(db: Db, *, identity: str, password: str | None, protocol: str | None) -> Admission:
    """Decide a handshake from what is stored; reads only. A password on its way to the charger is as right as its own.

    It is the charger's to say, by connecting with it, that it has taken it (`next_password_used`).
    """
    found = queries.find_by_identity(db, identity)
    if found is None:
        return Admission(None, Refusal.UNKNOWN_IDENTITY)
    if password is None:
        return Admission(found.charger_id, Refusal.PASSWORD_MISSING)
    given = password_hash(password)
    is_next = any(hmac.compare_digest(known, given) for known in found.next_passwords_sha256)
    if not is_next and not hmac.compare_digest(found.password_sha256, given):
        return Admission(found.charger_id, Refusal.WRONG_PASSWORD)
    if protocol is None:
        return Admission(found.charger_id, Refusal.UNSUPPORTED_PROTOCOL)
    return Admission(found.charger_id, None, is_next_password=is_next)


def next_password_used(db: Db, charger_id: str, password: str, *, now: datetime) -> bool:
    """The charger connects with a password that was on its way: the one before opens no line any more.

    False if that has ceased to be right since it was admitted.
    """
    if not promote_password(db, charger_id, password_hash(password)):
        return False
    target = Target("charger", charger_id)
    auditing.note(db, "charger.password_rotated", actor_id=None, target=target, charger_id=charger_id, now=now)
    return True


def remember_refusal(db: Db, charger_id: str, refusal: Refusal, *, now: datetime) -> None:
    """So that the owner sees "wrong password" and not "offline"."""
    queries.mark_refusal(db, charger_id, {"at": now.isoformat(), "reason": refusal.value})


def line_opened(db: Db, line: Line, *, gateway_id: str, timing: Timing, now: datetime) -> bool:
    """The newest connection owns the charger. Wakes what waited for a line; False if the charger is gone.

    A stop that was not obeyed is repeated, while its transaction is open (chargers.md, *Stopping*); profiles are sent
    again, whatever became of them before, save a default one that was refused; a list of cards where it did not arrive.
    """
    if not queries.open_line(db, line, gateway_id=gateway_id, now=now):
        return False
    wake(db, line.charger_id, now=now)
    owe_stops_again(db, line.charger_id, now=now)
    owe_profiles_again(db, line.charger_id, now=now)
    owe_default_profiles(db, [line.charger_id], now=now)
    owe_list_again(db, line.charger_id, now=now)
    recover_open(db, [(line.charger_id, 0)], (Event.LINE_UP,), timing, now=now)
    _tell(db, line)
    return True


def line_closed(db: Db, line: Line, *, heard_at: datetime, cause: OfflineCause, now: datetime) -> None:
    """The socket is gone; without effect when a newer one has replaced it."""
    if queries.close_line(db, line, heard_at=heard_at, cause=cause, now=now):
        wake(db, line.charger_id, now=now)
        _tell(db, line)


def _tell(db: Db, line: Line) -> None:
    ring_after_commit(db, ALARMS)
    ring_after_commit(db, f"charger:{line.charger_id}")


def clock_stepped(db: Db, charger_ids: Collection[str], *, gateway_id: str, now: datetime) -> None:
    """Our clock was set: what it measured of these chargers' clocks is void, and every alarm is looked at."""
    queries.lock_chargers(db, charger_ids)
    queries.forget_clocks(db, gateway_id, now=now)
    ring_after_commit(db, ALARMS)


def heard(db: Db, lines: Mapping[str, Line], heard_at: Mapping[str, datetime], *, gateway_id: str) -> list[Line]:
    """Note when each connection last said anything; returns the lines that this gateway no longer owns.

    `lines` are the open ones by connection id. A line is lost when the gateway was taken for dead: its socket is to be
    closed, so that the charger connects anew.
    """
    queries.mark_heard(db, lines, heard_at)
    owned = queries.list_owned(db, gateway_id)
    return [line for connection_id, line in lines.items() if connection_id not in owned]
