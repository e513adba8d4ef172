"""Commands of operators on their way: claimed before they are sent, sent once, and what their answers mean for us."""

import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from homecharge.domain.commands import CommandState, Unsent, changes_password, followed_until
from homecharge.domain.masking import list_tags, mask_document, mask_secret_in, mask_tag_in
from homecharge.domain.session_state import StopReason
from homecharge.domain.timeline import Actor, Step, StepKind
from homecharge.domain.timing import Timing
from homecharge.ports.charger_link import Outcome, Reply
from homecharge.ports.units import Db
from homecharge.services.charger_reports import setting_changed
from homecharge.services.lines import password_hash
from homecharge.services.local_lists import owe_local_lists
from homecharge.services.planning import ALARMS
from homecharge.storage.claims import Claimant
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import charger_passwords
from homecharge.storage.queries.charging_profiles import owe_profiles_again
from homecharge.storage.queries.commands import DueCommand, claim_commands, note_command
from homecharge.storage.queries.connectors import mark_remote_starts
from homecharge.storage.queries.default_profiles import owe_default_profiles
from homecharge.storage.queries.lines import lock_chargers, mark_seen
from homecharge.storage.queries.local_lists import distrust_list
from homecharge.storage.queries.sessions import add_steps, find_session
from homecharge.storage.queries.stop_requests import mark_stop_requested
from homecharge.storage.queries.transactions import count_stop, find_open_session

LEASE_MARGIN = timedelta(seconds=15)
_PASSWORD_CHARACTERS = string.ascii_letters + string.digits
_PASSWORD_LENGTH = 20
_PROFILES = frozenset({"SetChargingProfile", "ClearChargingProfile"})
_REFUSING = frozenset({"Rejected", "NotSupported", "NotImplemented"})
"""Words of a charger that has certainly not taken a password: a CALLERROR's code among them."""
_LONGEST_WORD, _LONGEST_DETAIL = 50, 255
_LOST = {
    Unsent.DELIVERY_UNKNOWN: "Whether it reached the charger is not known: we went down meanwhile. It is not repeated.",
    Unsent.CHARGER_OFFLINE: "The charger's line went away before it could be sent.",
    Unsent.EXPIRED: "It was not sent in time, and is not sent any more.",
    Unsent.ROTATION_PENDING: "The charger has not connected with any of the passwords that it was given before it.",
    Unsent.TIMED_OUT: "It was sent, and the charger did not answer in time.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A command to send now, once: its intent is committed. `expires_at` is when it must have left.

    `secret` is the password in it, if it carries one.
    """

    id: str
    charger_id: str
    action: str
    payload: dict[str, Any] = field(repr=False)
    expires_at: datetime
    version: int
    secret: str | None = field(default=None, repr=False)


def claim_to_send(db: Db, claimant: Claimant, timing: Timing, *, now: datetime) -> list[Sending]:
    """What is to be sent to chargers whose sockets the claimant holds; the rest is settled on the spot.

    One that was sent and has no answer when its alarm rings was sent by a process that is gone: it is not repeated.
    """
    due = claim_commands(db, claimant, lease=2 * timing.command_timeout + LEASE_MARGIN, now=now)
    if not due:
        return []
    lock_chargers(db, {command.charger_id for command in due})
    sending = []
    for command in due:
        expires_at = command.created_at + timing.command_timeout
        if command.state is CommandState.SENT:
            _give_up(db, command, CommandState.NO_ANSWER, Unsent.DELIVERY_UNKNOWN, now=now)
        elif not command.is_held:
            _give_up(db, command, CommandState.NOT_SENT, Unsent.CHARGER_OFFLINE, now=now)
        elif expires_at <= now:
            _give_up(db, command, CommandState.NOT_SENT, Unsent.EXPIRED, now=now)
        elif changes_password(command.action, command.payload) and charger_passwords.is_full(db, command.charger_id):
            _give_up(db, command, CommandState.NOT_SENT, Unsent.ROTATION_PENDING, now=now)
        else:
            sending.append(_begin(db, command, timing, expires_at=expires_at, now=now))
    return sending


def _give_up(db: Db, due: DueCommand, state: CommandState, why: Unsent, *, now: datetime) -> None:
    over = {"state": state, "error_code": why, "error_detail": _LOST[why], "wake_at": None, "to_send": None}
    note_command(db, due.id, version=due.version, now=now, **over)
    ring_after_commit(db, f"command:{due.id}")
    if why is Unsent.DELIVERY_UNKNOWN:
        _restore_ours(db, due.charger_id, due.action, now=now)


def _begin(db: Db, due: DueCommand, timing: Timing, *, expires_at: datetime, now: datetime) -> Sending:
    """Commit that it is sent, before it is: with it what else has to be known of it by then."""
    payload, secret = due.to_send if due.to_send is not None else due.payload, None
    if changes_password(due.action, due.payload):
        password = "".join(secrets.choice(_PASSWORD_CHARACTERS) for _ in range(_PASSWORD_LENGTH))
        secret = password.encode().hex()
        charger_passwords.add_next_passwords(db, due.charger_id, _hashes(secret))
        payload = {**due.payload, "value": secret}
    elif due.action == "RemoteStartTransaction":
        mark_remote_starts(db, [(due.charger_id, payload.get("connectorId", 1))], now=now)
    elif due.action == "RemoteStopTransaction":
        _stop_session(db, due, payload["transactionId"], timing, now=now)
    until = followed_until(due.action, payload, now=now)
    sent = {"state": CommandState.SENT, "sent_at": now, "to_send": None, "followed_until": until}
    note_command(db, due.id, version=due.version, now=now, **sent)
    return Sending(
        id=due.id,
        charger_id=due.charger_id,
        action=due.action,
        payload=payload,
        expires_at=expires_at,
        version=due.version,
        secret=secret,
    )


def _hashes(secret: str) -> tuple[str, ...]:
    """Of a password and of its hexadecimal digits, which some chargers take for the password itself."""
    return password_hash(bytes.fromhex(secret).decode()), password_hash(secret)


def _stop_session(db: Db, due: DueCommand, transaction_id: int, timing: Timing, *, now: datetime) -> None:
    """A session's transaction is stopped as if its driver had asked: this command is the first try of that stop."""
    session_id = find_open_session(db, due.charger_id, transaction_id)
    session = find_session(db, session_id) if session_id is not None else None
    if session is None or not session.is_live or due.requested_by is None:
        return
    if mark_stop_requested(db, session, by=due.requested_by, now=now):
        cause = StopReason.DRIVER.value
        step = Step(at=now, kind=StepKind.STOP_REQUESTED, actor=Actor.SUPPORT, actor_id=due.requested_by, cause=cause)
        add_steps(db, [(session.id, step)])
        count_stop(db, transaction_id, again_at=now + timing.command_timeout + timing.stop_again[0])
        ring_after_commit(db, ALARMS)
        ring_after_commit(db, f"session:{session.id}")


def command_answered(db: Db, sending: Sending, reply: Reply, *, now: datetime) -> None:
    """Keep what became of a command, its secrets masked, and do what follows from it on our side."""
    lock_chargers(db, [sending.charger_id])
    if reply.outcome is Outcome.NO_ANSWER and reply.heard_at is not None:
        mark_seen(db, {sending.charger_id: reply.heard_at})
    may_have_acted = reply.outcome in {Outcome.ACCEPTED, Outcome.NO_ANSWER}
    values = {
        "state": CommandState(reply.outcome.value),
        "sent_at": reply.sent_at,
        "answered_at": reply.answered_at,
        "message_id": reply.message_id,
        "wake_at": None,
        **_said(sending, reply, now=now),
        **({} if may_have_acted else {"followed_until": None}),
    }
    if note_command(db, sending.id, version=sending.version, now=now, **values):
        ring_after_commit(db, f"command:{sending.id}")
    _follow_from(db, sending, reply, may_have_acted=may_have_acted, now=now)


def _said(sending: Sending, reply: Reply, *, now: datetime) -> dict[str, Any]:
    """The charger's own word, its whole answer, or what went wrong."""
    if reply.outcome is Outcome.NOT_SENT:
        why = Unsent.EXPIRED if now >= sending.expires_at else Unsent.CHARGER_OFFLINE
        return {"error_code": why, "error_detail": _LOST[why]}
    if reply.outcome is Outcome.NO_ANSWER:
        return {"error_code": Unsent.TIMED_OUT, "error_detail": _LOST[Unsent.TIMED_OUT]}
    if reply.outcome is Outcome.ERROR:
        detail = _shown(sending, reply.detail)
        return {"error_code": reply.status, "error_detail": detail and detail[:_LONGEST_DETAIL]}
    word = _shown(sending, reply.status)
    status = word and word[:_LONGEST_WORD]
    return {"status": status, "answer": {"status": status} if sending.secret else mask_document(reply.payload)}


def _shown(sending: Sending, text: str | None) -> str | None:
    """What a charger says is its own prose, which may quote what it was told."""
    for tag in list_tags(sending.payload):
        text = text and mask_tag_in(text, tag)
    return mask_secret_in(text, sending.secret) if text and sending.secret is not None else text


def _follow_from(db: Db, sending: Sending, reply: Reply, *, may_have_acted: bool, now: datetime) -> None:
    charger_id = sending.charger_id
    if sending.secret is not None:
        if reply.outcome is Outcome.NOT_SENT or reply.status in _REFUSING:
            charger_passwords.forget_next_passwords(db, charger_id, _hashes(sending.secret))
    elif sending.action == "ChangeConfiguration" and reply.outcome is Outcome.ACCEPTED:
        setting_changed(db, charger_id, sending.payload["key"], sending.payload["value"])
    elif may_have_acted:
        _restore_ours(db, charger_id, sending.action, now=now)


def _restore_ours(db: Db, charger_id: str, action: str, *, now: datetime) -> None:
    """What an operator sets, clears or lists may have taken the place of what the charger is to keep for us."""
    if action in _PROFILES:
        owe_profiles_again(db, charger_id, now=now)
        owe_default_profiles(db, [charger_id], now=now)
        ring_after_commit(db, ALARMS)
    elif action == "SendLocalList":
        distrust_list(db, charger_id)
        owe_local_lists(db, charger_ids=[charger_id], now=now)
