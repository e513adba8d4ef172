"""Every frame of a line for the message log, under ids that sort by time, and without the charger's password."""

import re
from datetime import datetime

import uuid_utils

from homecharge.domain.commands import PASSWORD_KEY, changes_password
from homecharge.domain.masking import mask_document, mask_secret_in
from homecharge.gateway import rpc
from homecharge.gateway.rpc import Call, Error, Malformed, Message, MessageId, Payload, Result
from homecharge.ports.charger_events import ChargerEvents, Frame, Line

INBOUND = "in"
OUTBOUND = "out"

_KINDS: dict[type[Message], str] = {Call: "call", Result: "result", Error: "error", Malformed: "malformed"}
_READING = "GetConfiguration"
_TELLS_PASSWORD = re.compile(PASSWORD_KEY.encode(), re.IGNORECASE)
"""The key must not be readable (security whitepaper, A02); some chargers read it out nevertheless."""
_MAX_ID_LENGTH = 36
_MAX_ACTION_LENGTH = 50


def new_id() -> str:
    """The id of a frame, a connection: UUIDv7."""
    return str(uuid_utils.uuid7())


class MessageLog:
    """The message log of one line."""

    __slots__ = ("_events", "_line", "_logged_bytes", "_secrets")

    def __init__(self, events: ChargerEvents, line: Line, *, logged_bytes: int) -> None:
        self._events = events
        self._line = line
        self._logged_bytes = logged_bytes
        self._secrets: list[str] = []

    def received(self, data: bytes, message: Message, *, answers: str | None, at: datetime) -> str:
        """Keep a frame of the charger. `answers` is the action of our call that it answers. Returns the frame's id."""
        id_ = new_id()
        kind = _KINDS[type(message)]
        action = _loggable(message.action, _MAX_ACTION_LENGTH) if isinstance(message, Call) else answers
        if isinstance(message, Malformed):
            body = _loggable(data[: self._logged_bytes].decode(errors="replace"), self._logged_bytes)
        elif isinstance(message, Result) and answers == _READING and _TELLS_PASSWORD.search(data):
            body = rpc.result(message.id, mask_document(message.payload)).decode()
        else:
            body = data.decode()
        self._keep(id_, at, INBOUND, kind, action, message.id, body)
        return id_

    def called(self, frame: bytes, *, id_: str, action: str, payload: Payload, at: datetime) -> None:
        """Keep a call of ours; a password in it shows neither here nor in what the charger says to it."""
        if changes_password(action, payload):
            self._secrets.append(str(payload["value"]))
        self.sent(frame, id_=id_, kind="call", action=action, ocpp_id=id_, at=at)

    def sent(
        self, frame: bytes, *, id_: str, kind: str, action: str | None, ocpp_id: MessageId | None, at: datetime
    ) -> None:
        """Keep a frame of ours."""
        shown = None if action is None else _loggable(action, _MAX_ACTION_LENGTH)
        self._keep(id_, at, OUTBOUND, kind, shown, ocpp_id, frame.decode())

    def _keep(
        self,
        id_: str,
        at: datetime,
        direction: str,
        kind: str,
        action: str | None,
        ocpp_id: MessageId | None,
        body: str,
    ) -> None:
        shown = None if ocpp_id is None else _loggable(str(ocpp_id), _MAX_ID_LENGTH)
        for secret in self._secrets:
            body = mask_secret_in(body, secret)
        line = self._line
        self._events.framed(Frame(id_, line.charger_id, line.connection_id, at, direction, kind, action, shown, body))


def _loggable(text: str, length: int) -> str:
    """Text that any database takes: cut, and without characters of value zero."""
    return text[:length].replace("\0", "\N{REPLACEMENT CHARACTER}")
