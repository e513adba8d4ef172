"""StartTransaction (OCPP 1.6 §4.8): energy may flow. It is answered whatever happens, or it is repeated for ever."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.id_tag_info import id_tag_info
from homecharge.gateway.v16.instants import instant_or
from homecharge.gateway.v16.numbers import connector_id, register_wh
from homecharge.ports.charger_events import TransactionStart


async def _answer(received: Received) -> Payload:
    payload = received.payload
    start = TransactionStart(
        connector_id=connector_id(payload["connectorId"]),
        id_tag=payload["idTag"],
        meter_wh=register_wh(payload["meterStart"], name="meterStart"),
        timestamp=instant_or(received.origin.at, payload["timestamp"], received.note),
    )
    transaction_id, verdict = await received.events.transaction_started(received.origin, start)
    return {"transactionId": transaction_id, "idTagInfo": id_tag_info(verdict)}


MESSAGE = Inbound("StartTransaction", _answer, expendable=frozenset({"reservationId"}))
