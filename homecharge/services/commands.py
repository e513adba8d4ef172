"""Operators' commands to chargers: asked for here, sent by the engine of whoever holds the charger's socket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homecharge.domain.accounts import Caller
from homecharge.domain.auditing import Target
from homecharge.domain.commands import PASSWORD_KEY, Command, changes_password
from homecharge.domain.errors import Invalid, NotFound, Refused
from homecharge.domain.masking import HIDDEN, mask_document
from homecharge.domain.pages import Keyset, Page
from homecharge.ports.ocpp_payloads import OcppPayloads
from homecharge.ports.units import Db
from homecharge.services import auditing
from homecharge.services.planning import ALARMS
from homecharge.services.stopping import ChargerOffline
from homecharge.storage.database import ring_after_commit
from homecharge.storage.queries import charger_passwords, support
from homecharge.storage.queries import commands as queries
from homecharge.storage.queries.charger_settings import find_place
from homecharge.storage.queries.surroundings import read_chargers

ORDERED = "charger.command"
REFUSED = "charger.command_refused"


class UseRotation(Refused):
    """The command sets the charger's password.

    One that we did not make would be known to whoever asked, and to nobody who checks it.
    """

    code = "use_password_rotation"
    title = "A charger's password is changed by rotating it: POST …/rotate-password"
    advice = "Send `POST …/rotate-password` instead."


class TooManyRotations(Refused):
    """Each password that a charger may have been given has to stay right until it connects with one of them."""

    code = "rotation_pending"
    title = "The charger has not connected with any of the passwords that it was given last; restart it first"
    advice = "Restart the charger, wait until it is online, and try again."


@dataclass(frozen=True, slots=True)
class Order:
    """What a charger is to be told."""

    action: str
    payload: dict[str, Any]


def order_command(
    db: Db, charger_id: str, order: Order, *, payloads: OcppPayloads, caller: Caller, now: datetime
) -> Command | Refused:
    """Queue a command for a charger that is online, whoever it belongs to.

    An attempt to set the password is returned and not raised, because its audit entry must be committed. Raises
    NotFound, ChargerOffline, and Invalid for a payload that OCPP does not allow.
    """
    problems = payloads.problems(order.action, order.payload)
    if problems:
        raise Invalid(errors={f"payload.{path}".rstrip("."): words for path, words in problems.items()})
    location_id = _place_of(db, charger_id)
    if changes_password(order.action, order.payload):
        refusal = UseRotation(charger_id=charger_id)
        detail = {"action": order.action, "payload": order.payload, "code": refusal.code}
        target = Target("charger", charger_id)
        place = {"charger_id": charger_id, "location_id": location_id}
        auditing.note(db, REFUSED, actor_id=caller.account_id, target=target, **place, detail=detail, now=now)
        return refusal
    return queue_order(db, charger_id, order, location_id=location_id, caller=caller, now=now)


def rotate_password(db: Db, charger_id: str, *, caller: Caller, now: datetime) -> Command:
    """Have a charger that is online take a new password, which is made when it is sent, and shown to nobody.

    Raises NotFound, ChargerOffline, TooManyRotations.
    """
    location_id = _place_of(db, charger_id)
    if charger_passwords.is_full(db, charger_id):
        raise TooManyRotations(charger_id=charger_id)
    order = Order("ChangeConfiguration", {"key": PASSWORD_KEY, "value": HIDDEN})
    return queue_order(db, charger_id, order, location_id=location_id, caller=caller, now=now)


def get_command(db: Db, charger_id: str, command_id: str) -> Command:
    """A command of a charger, deleted ones too. Raises NotFound."""
    command = queries.find_command(db, charger_id, command_id)
    if command is None:
        raise NotFound
    return command


def list_commands(db: Db, charger_id: str, keyset: Keyset, *, now: datetime) -> Page[Command]:
    """The commands of a charger, deleted ones too, newest first. Raises NotFound."""
    if not support.list_chargers_where(db, support.CHARGERS.c.id == charger_id, limit=1, now=now):
        raise NotFound("There is no such charger.")
    return queries.list_commands(db, charger_id, keyset)


def _place_of(db: Db, charger_id: str) -> str:
    found = find_place(db, charger_id)
    if found is None:
        raise NotFound("There is no such charger.")
    return found[0]


def queue_order(db: Db, charger_id: str, order: Order, *, location_id: str, caller: Caller, now: datetime) -> Command:
    """Queue what is right, for a charger that is locked. Raises ChargerOffline."""
    if not read_chargers(db, [charger_id])[charger_id].is_online:
        raise ChargerOffline("The charger is offline: nothing can be told to it.", charger_id=charger_id)
    masked = mask_document(order.payload)
    command_id = queries.add_command(
        db,
        charger_id=charger_id,
        action=order.action,
        payload=masked,
        to_send=None if changes_password(order.action, order.payload) else order.payload,
        by=caller.account_id,
        now=now,
    )
    auditing.note(
        db,
        ORDERED,
        actor_id=caller.account_id,
        target=Target("command", command_id),
        charger_id=charger_id,
        location_id=location_id,
        detail={"action": order.action, "payload": masked},
        now=now,
    )
    ring_after_commit(db, ALARMS)
    return get_command(db, charger_id, command_id)
