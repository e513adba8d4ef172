"""ClearChargingProfile (OCPP 1.6 §5.5): please forget these limits. A charger that knows of none has done so."""

from ocpp.v16.enums import ClearChargingProfileStatus

from homecharge.gateway.dialect import Outbound, Priority, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import ClearChargingProfile


def _write(command: ClearChargingProfile) -> Payload:
    return {"id": command.profile_id}


MESSAGE = Outbound(
    "ClearChargingProfile",
    ClearChargingProfile,
    _write,
    status_answer(ClearChargingProfileStatus.accepted.value, ClearChargingProfileStatus.unknown.value),
    priority=Priority.PROFILE,
)
