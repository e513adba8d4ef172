"""GetLocalListVersion (OCPP 1.6 §5.10): which list of cards do you keep? 0 is an empty one, -1 none at all."""

from homecharge.gateway.dialect import Answer, Outbound
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import GetLocalListVersion


def _write(_command: GetLocalListVersion) -> Payload:
    return {}


def _read(payload: Payload) -> Answer:
    return Answer(is_agreed=True, list_version=int(payload["listVersion"]))


MESSAGE = Outbound("GetLocalListVersion", GetLocalListVersion, _write, _read)
