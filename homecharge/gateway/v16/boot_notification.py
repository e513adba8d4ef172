"""BootNotification (OCPP 1.6 §4.2): the charger has restarted and says who it is."""

from ocpp.v16.enums import RegistrationStatus

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import write_instant
from homecharge.ports.charger_events import Boot


async def _answer(received: Received) -> Payload:
    payload = received.payload
    boot = Boot(
        vendor=payload["chargePointVendor"],
        model=payload["chargePointModel"],
        firmware_version=payload.get("firmwareVersion") or None,
        serial_number=payload.get("chargePointSerialNumber") or payload.get("chargeBoxSerialNumber") or None,
    )
    interval_s = await received.events.booted(received.origin, boot)
    return {
        "status": RegistrationStatus.accepted.value,
        "currentTime": write_instant(received.clock.now()),
        "interval": interval_s,
    }


MESSAGE = Inbound("BootNotification", _answer)
