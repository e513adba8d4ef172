"""DataTransfer (OCPP 1.6 §4.3): a vendor's own message. We speak no vendor's dialect, and say so."""

from ocpp.v16.enums import DataTransferStatus

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload


async def _answer(received: Received) -> Payload:
    received.note("a vendor's DataTransfer")
    return {"status": DataTransferStatus.unknown_vendor_id.value}


MESSAGE = Inbound("DataTransfer", _answer, expendable=frozenset({"messageId", "data"}))
