"""DiagnosticsStatusNotification (OCPP 1.6 §4.4): how an upload of diagnostics goes; the message log keeps it."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload


async def _answer(_: Received) -> Payload:
    return {}


MESSAGE = Inbound("DiagnosticsStatusNotification", _answer)
