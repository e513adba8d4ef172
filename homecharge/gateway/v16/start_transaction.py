"""StartTransaction (OCPP 1.6 §4.8): energy may flow. It is answered whatever happens, or it is repeated for ever."""

from collections.abc import Awaitable

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.id_tag_info import id_tag_info
from homecharge.gateway.v16.instants import instant_or
from homecharge.gateway.v16.numbers import charging_connector_id, register_wh, reservation_id
from homecharge.ports.charger_events import Begun, Later, TransactionStart


async def _answer(received: Received) -> Payload | Later[Payload]:
    payload = received.payload
    start = TransactionStart(
        connector_id=charging_connector_id(payload["connectorId"]),
        id_tag=payload["idTag"],
        meter_wh=register_wh(payload["meterStart"], name="meterStart"),
        timestamp=instant_or(received.origin.at, payload["timestamp"], received.note),
        reservation_id=reservation_id(payload.get("reservationId")),
    )
    begun = await received.events.transaction_started(received.origin, start)
    return Later(_written(begun.outcome)) if isinstance(begun, Later) else _payload(begun)


async def _written(outcome: Awaitable[Begun]) -> Payload:
    return _payload(await outcome)


def _payload(begun: Begun) -> Payload:
    return {"transactionId": begun.transaction_id, "idTagInfo": id_tag_info(begun.verdict)}


MESSAGE = Inbound("StartTransaction", _answer, expendable=frozenset({"reservationId"}))
