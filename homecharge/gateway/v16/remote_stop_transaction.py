"""RemoteStopTransaction (OCPP 1.6 §5.12): please stop; it goes before everything else that waits."""

from ocpp.v16.enums import RemoteStartStopStatus

from homecharge.gateway.dialect import Outbound, Priority, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import RemoteStop


def _write(command: RemoteStop) -> Payload:
    return {"transactionId": command.transaction_id}


MESSAGE = Outbound(
    "RemoteStopTransaction",
    RemoteStop,
    _write,
    status_answer(RemoteStartStopStatus.accepted.value),
    priority=Priority.STOP,
)
