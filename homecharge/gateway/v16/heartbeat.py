"""Heartbeat (OCPP 1.6 §4.6): the charger is there, and sets its clock by the answer."""

from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.v16.instants import write_instant


async def _answer(received: Received) -> Payload:
    await received.events.heartbeat(received.origin)
    return {"currentTime": write_instant(received.clock.now())}


MESSAGE = Inbound("Heartbeat", _answer)
