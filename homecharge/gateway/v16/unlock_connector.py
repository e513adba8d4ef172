"""UnlockConnector (OCPP 1.6 §5.18): please free the cable."""

from ocpp.v16.enums import UnlockStatus

from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import UnlockConnector


def _write(command: UnlockConnector) -> Payload:
    return {"connectorId": command.connector_id}


MESSAGE = Outbound("UnlockConnector", UnlockConnector, _write, status_answer(UnlockStatus.unlocked.value))
