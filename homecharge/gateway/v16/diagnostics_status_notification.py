"""DiagnosticsStatusNotification (OCPP 1.6 §4.4): how an upload of diagnostics goes."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload

_MAX_STATUS_LENGTH = 30  # as a firmware's


async def _answer(received: Received) -> Payload:
    await received.events.diagnostics_reported(received.origin, received.payload["status"][:_MAX_STATUS_LENGTH])
    return {}


MESSAGE = Inbound("DiagnosticsStatusNotification", _answer)
