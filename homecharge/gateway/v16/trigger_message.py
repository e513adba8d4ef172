"""TriggerMessage (OCPP 1.6 §5.17): please send a message now."""

from ocpp.v16.enums import TriggerMessageStatus

from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import TriggerMessage


def _write(command: TriggerMessage) -> Payload:
    payload: Payload = {"requestedMessage": command.message}
    if command.connector_id is not None:
        payload["connectorId"] = command.connector_id
    return payload


MESSAGE = Outbound("TriggerMessage", TriggerMessage, _write, status_answer(TriggerMessageStatus.accepted.value))
