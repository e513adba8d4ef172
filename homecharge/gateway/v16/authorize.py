"""Authorize (OCPP 1.6 §4.1): a card was held to the charger. A live check may take seconds, so it waits for nobody."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.id_tag_info import id_tag_info


async def _answer(received: Received) -> Payload:
    verdict = await received.events.authorize(received.origin, received.payload["idTag"])
    return {"idTagInfo": id_tag_info(verdict)}


MESSAGE = Inbound("Authorize", _answer, is_overtaking=True)
