"""ChangeAvailability (OCPP 1.6 §5.2): please go in or out of service, at once or when a transaction is over."""

from ocpp.v16.enums import AvailabilityStatus, AvailabilityType

from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import ChangeAvailability


def _write(command: ChangeAvailability) -> Payload:
    kind = AvailabilityType.operative if command.is_operative else AvailabilityType.inoperative
    return {"connectorId": command.connector_id, "type": kind.value}


MESSAGE = Outbound(
    "ChangeAvailability",
    ChangeAvailability,
    _write,
    status_answer(AvailabilityStatus.accepted.value, AvailabilityStatus.scheduled.value),
)
