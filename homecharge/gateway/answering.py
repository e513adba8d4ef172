"""From a charger's CALL to the frame that answers it: every call gets one, whatever happens."""

from collections.abc import Awaitable
from typing import NamedTuple

from homecharge.domain.errors import Unavailable
from homecharge.gateway import rpc
from homecharge.gateway.dialect import Dialect, Received
from homecharge.gateway.rpc import Call, CallError, ErrorCode, Payload
from homecharge.gateway.schemas import Note
from homecharge.gateway.shared import Shared
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_events import Later, Origin

log = get_logger(__name__)

_MAX_ACTION_LENGTH = 50


class Answered(NamedTuple):
    """The answer to a call: its kind ("result" or "error") and its frame."""

    kind: str
    frame: bytes


async def answer(
    call: Call, origin: Origin, *, dialect: Dialect, shared: Shared, note: Note
) -> Answered | Later[Answered]:
    """Translate, ask, translate back. Later, if somebody else is asked first.

    What is away (Unavailable) and what is our fault is an InternalError: the charger repeats its message later.
    """
    started = shared.clock.monotonic()
    try:
        message, schema = dialect.inbound(call.action)
        payload = schema.check(call.payload, note)
        result = await message.answer(Received(payload, origin, shared.events, shared.clock, note))
    except Exception as fault:  # noqa: BLE001 - the outermost loop of a line: one bad message must not take others along
        return _over(call, _refused(call, origin, fault), shared, started)
    if isinstance(result, Later):
        return Later(_late(call, origin, result.outcome, shared, started))
    return _over(call, Answered("result", rpc.result(call.id, result)), shared, started)


async def _late(call: Call, origin: Origin, outcome: Awaitable[Payload], shared: Shared, started: float) -> Answered:
    try:
        answered = Answered("result", rpc.result(call.id, await outcome))
    except Exception as fault:  # noqa: BLE001 - as in `answer`
        answered = _refused(call, origin, fault)
    return _over(call, answered, shared, started)


def _over(call: Call, answered: Answered, shared: Shared, started: float) -> Answered:
    shared.instruments.call_answered(call.action, seconds=shared.clock.monotonic() - started)
    return answered


def _refused(call: Call, origin: Origin, fault: Exception) -> Answered:
    match fault:
        case CallError():
            log.info("gateway.call_refused", action=_shown(call), code=fault.code.value, reason=fault.description)
            return Answered("error", rpc.error(call.id, fault.code, fault.description))
        case Unavailable():
            log.warning("gateway.call_postponed", action=_shown(call), reason=fault.code)
            words = "Not available at the moment, please repeat"
        case _:
            log.error("gateway.call_failed", action=_shown(call), message_id=origin.message_id, exc_info=fault)
            words = "The message could not be processed"
    return Answered("error", rpc.error(call.id, ErrorCode.INTERNAL_ERROR, words))


def _shown(call: Call) -> str:
    return call.action[:_MAX_ACTION_LENGTH]
