"""RemoteStartTransaction (OCPP 1.6 §5.11): please charge. The connector is always named."""

from ocpp.v16.enums import RemoteStartStopStatus

from homecharge.gateway.dialect import Outbound, Priority, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.charging_profile import charging_profile
from homecharge.ports.charger_link import RemoteStart


def _write(command: RemoteStart) -> Payload:
    payload: Payload = {"connectorId": command.connector_id, "idTag": command.id_tag}
    if command.profile is not None:
        payload["chargingProfile"] = charging_profile(command.profile)
    return payload


MESSAGE = Outbound(
    "RemoteStartTransaction",
    RemoteStart,
    _write,
    status_answer(RemoteStartStopStatus.accepted.value),
    priority=Priority.START,
)
