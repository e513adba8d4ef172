"""FirmwareStatusNotification (OCPP 1.6 §4.5): how an update goes; a charger that installs one cannot charge."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload

_MAX_STATUS_LENGTH = 30  # the longest that anybody defined has 26


async def _answer(received: Received) -> Payload:
    await received.events.firmware_reported(received.origin, received.payload["status"][:_MAX_STATUS_LENGTH])
    return {}


MESSAGE = Inbound("FirmwareStatusNotification", _answer)
