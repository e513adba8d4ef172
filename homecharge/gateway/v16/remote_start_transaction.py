"""RemoteStartTransaction (OCPP 1.6 §5.11): please charge. The connector is always named."""

from ocpp.v16.enums import RemoteStartStopStatus

from homecharge.gateway.dialect import Outbound, Priority, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import RemoteStart


def _write(command: RemoteStart) -> Payload:
    return {"connectorId": command.connector_id, "idTag": command.id_tag}


MESSAGE = Outbound(
    "RemoteStartTransaction",
    RemoteStart,
    _write,
    status_answer(RemoteStartStopStatus.accepted.value),
    priority=Priority.START,
)
