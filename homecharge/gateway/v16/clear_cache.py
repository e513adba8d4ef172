"""ClearCache (OCPP 1.6 §5.4): please forget which cards were accepted."""

from ocpp.v16.enums import ClearCacheStatus

from homecharge.gateway.dialect import Outbound, status_answer
from homecharge.gateway.rpc import Payload
from homecharge.ports.charger_link import ClearCache


def _write(_: ClearCache) -> Payload:
    return {}


MESSAGE = Outbound("ClearCache", ClearCache, _write, status_answer(ClearCacheStatus.accepted.value))
