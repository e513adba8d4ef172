"""MeterValues (OCPP 1.6 §4.7): samples, of a transaction or not."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.numbers import connector_id, transaction_id
from homecharge.gateway.v16.sampled_values import read_samples
from homecharge.ports.charger_events import MeterReport


async def _answer(received: Received) -> Payload:
    payload = received.payload
    transaction = payload.get("transactionId")
    report = MeterReport(
        connector_id=connector_id(payload["connectorId"]),
        transaction_id=None if transaction is None else transaction_id(transaction),
        samples=read_samples(payload["meterValue"], arrival=received.origin.at, note=received.note),
    )
    await received.events.metered(received.origin, report)
    return {}


MESSAGE = Inbound("MeterValues", _answer)
