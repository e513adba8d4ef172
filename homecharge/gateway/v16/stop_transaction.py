"""StopTransaction (OCPP 1.6 §4.10): a transaction is over. Its optional parts never stand in the way of an answer."""

from ocpp.v16.enums import Reason

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.id_tag_info import id_tag_info
from homecharge.gateway.v16.instants import instant_or
from homecharge.gateway.v16.numbers import register_wh, transaction_id
from homecharge.gateway.v16.sampled_values import read_samples
from homecharge.ports.charger_events import TransactionStop

_REASONS = frozenset(reason.value for reason in Reason)


def _reason(text: str) -> str:
    return text if text in _REASONS else Reason.other.value


async def _answer(received: Received) -> Payload:
    payload, origin = received.payload, received.origin
    stop = TransactionStop(
        transaction_id=transaction_id(payload["transactionId"]),
        id_tag=payload.get("idTag"),
        meter_wh=register_wh(payload["meterStop"], name="meterStop"),
        timestamp=instant_or(origin.at, payload["timestamp"], received.note),
        reason=_reason(payload.get("reason", Reason.local.value)),
        samples=read_samples(payload.get("transactionData", ()), arrival=origin.at, note=received.note),
    )
    verdict = await received.events.transaction_stopped(origin, stop)
    return {} if verdict is None else {"idTagInfo": id_tag_info(verdict)}


MESSAGE = Inbound("StopTransaction", _answer, expendable=frozenset({"transactionData", "reason"}))
