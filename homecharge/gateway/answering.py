"""From a charger's CALL to the frame that answers it: every call gets one, whatever happens."""

from homecharge.domain.errors import Unavailable
from homecharge.gateway import rpc
from homecharge.gateway.dialect import Dialect, Received
from homecharge.gateway.rpc import Call, CallError, ErrorCode
from homecharge.gateway.schemas import Note
from homecharge.gateway.shared import Shared
from homecharge.observability.logging import get_logger
from homecharge.ports.charger_events import Origin

log = get_logger(__name__)

_MAX_ACTION_LENGTH = 50


async def answer(call: Call, origin: Origin, *, dialect: Dialect, shared: Shared, note: Note) -> tuple[str, bytes]:
    """Translate, ask, translate back. Returns the kind of the answer ("result" or "error") and its frame.

    What is away (Unavailable) and what is our fault is an InternalError: the charger repeats its message later.
    """
    started = shared.clock.monotonic()
    try:
        message, schema = dialect.inbound(call.action)
        payload = schema.check(call.payload, note)
        result = await message.answer(Received(payload, origin, shared.events, shared.clock, note))
        return "result", rpc.result(call.id, result)
    except CallError as refusal:
        log.info("gateway.call_refused", action=_shown(call), code=refusal.code.value, reason=refusal.description)
        return "error", rpc.error(call.id, refusal.code, refusal.description)
    except Unavailable as outage:
        log.warning("gateway.call_postponed", action=_shown(call), reason=outage.code)
        return "error", rpc.error(call.id, ErrorCode.INTERNAL_ERROR, "Not available at the moment, please repeat")
    except Exception:  # the outermost loop of a line: one bad message must not take the others along
        log.exception("gateway.call_failed", action=_shown(call), message_id=origin.message_id)
        return "error", rpc.error(call.id, ErrorCode.INTERNAL_ERROR, "The message could not be processed")
    finally:
        shared.instruments.call_answered(call.action, seconds=shared.clock.monotonic() - started)


def _shown(call: Call) -> str:
    return call.action[:_MAX_ACTION_LENGTH]
