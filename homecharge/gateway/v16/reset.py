"""Reset (OCPP 1.6 §5.14): please restart. Chargers drop the socket before or after their answer."""

from ocpp.v16.enums import ResetStatus, ResetType

from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import Reset


def _write(command: Reset) -> Payload:
    return {"type": (ResetType.hard if command.is_hard else ResetType.soft).value}


MESSAGE = Outbound("Reset", Reset, _write, status_answer(ResetStatus.accepted.value))
