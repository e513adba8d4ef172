"""OCPP-J 1.6 §4.2: how CALL, CALLRESULT and CALLERROR are written in a frame, and what to make of a broken one."""

import re
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

import orjson

Payload = dict[str, Any]
"""A JSON object as it travels: of an action's request or of its answer."""

MessageId = str | int
"""OCPP-J wants a string; a number is echoed as it came, in the refusal it gets."""

MAX_ID_LENGTH = 255
"""OCPP-J 1.6 allows 36 characters. Longer ids are echoed as they came, up to here."""

MAX_DESCRIPTION_LENGTH = 255


class MessageType(IntEnum):
    """The first element of a frame (§4.1.3)."""

    CALL = 2
    CALLRESULT = 3
    CALLERROR = 4


class ErrorCode(StrEnum):
    """The codes of a CALLERROR in the spelling of OCPP-J 1.6 §4.2.3, whose two typos the errata sheet keeps."""

    NOT_IMPLEMENTED = "NotImplemented"
    """Nobody knows the action."""
    NOT_SUPPORTED = "NotSupported"
    """The action exists, but not in this direction or not here."""
    INTERNAL_ERROR = "InternalError"
    PROTOCOL_ERROR = "ProtocolError"
    """The payload is incomplete."""
    SECURITY_ERROR = "SecurityError"
    FORMATION_VIOLATION = "FormationViolation"
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    OCCURENCE_CONSTRAINT_VIOLATION = "OccurenceConstraintViolation"
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"
    GENERIC_ERROR = "GenericError"


class CallError(Exception):
    """A CALL is answered with a CALLERROR. `description` is ours: it names fields and rules, never what was sent."""

    def __init__(self, code: ErrorCode, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class Call(NamedTuple):
    """A request."""

    id: str
    action: str
    payload: Payload


class Result(NamedTuple):
    """An answer, in the terms of the request's action."""

    id: str
    payload: Payload


class Error(NamedTuple):
    """A refusal to process a request. `code` is whatever the other side wrote."""

    id: str
    code: str
    description: str


class Malformed(NamedTuple):
    """A frame that is none of the three; `type` and `id` where they can be read nevertheless."""

    type: MessageType | None
    id: MessageId | None
    description: str


Message = Call | Result | Error | Malformed

_HEAD = re.compile(rb'\s*\[\s*([234])\s*,\s*("(?:[^"\\]|\\.){0,1024}"|-?\d{1,18})\s*[,\]]')
"""What is left of a frame that cannot be read as a whole: its type and its id."""

_CALL, _CALLRESULT, _CALLERROR = (type_.value for type_ in MessageType)
_SHORTEST = 3
_CALL_LENGTH = 4
_NUL = b"\\u0000"
_ESCAPE = re.compile(rb"\\(?:u0000|.)")


def parse(data: bytes) -> Message:
    """Read a frame. Never raises: what cannot be read is `Malformed`.

    Characters of value zero are dropped from strings: C firmware pads with them, and no database takes them.
    """
    try:
        frame = orjson.loads(_without_nul(data) if _NUL in data else data)
    except orjson.JSONDecodeError:
        return malformed(data, "The frame is not JSON")
    # `match` would say it more plainly, and take three times as long for each frame of each charger.
    if type(frame) is list and len(frame) >= _SHORTEST and type(frame[1]) is str and len(frame[1]) <= MAX_ID_LENGTH:
        if frame[0] == _CALL:
            if len(frame) == _CALL_LENGTH and type(frame[2]) is str and type(frame[3]) is dict:
                return Call(frame[1], frame[2], frame[3])
        elif frame[0] == _CALLRESULT:
            if len(frame) == _SHORTEST and type(frame[2]) is dict:
                return Result(frame[1], frame[2])
        elif frame[0] == _CALLERROR and type(frame[2]) is str:
            description = frame[3] if len(frame) > _SHORTEST and type(frame[3]) is str else ""
            return Error(frame[1], frame[2], description)
    return malformed(data, "The frame is no CALL, CALLRESULT or CALLERROR")


def malformed(data: bytes, description: str) -> Malformed:
    """What can be told of a frame that is refused as it stands: its type and id, if its beginning shows them."""
    head = _HEAD.match(data)
    if head is None:
        return Malformed(None, None, description)
    try:
        id_ = orjson.loads(head[2])
    except orjson.JSONDecodeError:
        id_ = None
    if isinstance(id_, str) and len(id_) > MAX_ID_LENGTH:
        id_ = None
    return Malformed(MessageType(int(head[1])), id_, description)


def call(id_: str, action: str, payload: Payload) -> bytes:
    """The frame of a CALL."""
    return orjson.dumps((2, id_, action, payload))


def result(id_: str, payload: Payload) -> bytes:
    """The frame of a CALLRESULT."""
    return orjson.dumps((3, id_, payload))


def error(id_: MessageId, code: ErrorCode, description: str) -> bytes:
    """The frame of a CALLERROR. Its details stay empty: nothing of the payload is ever echoed."""
    return orjson.dumps((4, id_, code, description[:MAX_DESCRIPTION_LENGTH], {}))


def _without_nul(data: bytes) -> bytes:
    """A frame whose strings hold no character of value zero; an escaped backslash before `u0000` is none."""
    return _ESCAPE.sub(lambda escape: b"" if escape[0] == _NUL else escape[0], data)
