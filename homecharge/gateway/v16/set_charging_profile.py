"""SetChargingProfile (OCPP 1.6 §5.16): please keep to these limits, also when the line is gone."""

from ocpp.v16.enums import ChargingProfileStatus

from homecharge.gateway.dialect import Outbound, Priority, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.charging_profile import charging_profile
from homecharge.ports.charger_link import SetChargingProfile


def _write(command: SetChargingProfile) -> Payload:
    return {"connectorId": command.connector_id, "csChargingProfiles": charging_profile(command.profile)}


MESSAGE = Outbound(
    "SetChargingProfile",
    SetChargingProfile,
    _write,
    status_answer(ChargingProfileStatus.accepted.value),
    priority=Priority.PROFILE,
)
