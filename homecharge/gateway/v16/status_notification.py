"""StatusNotification (OCPP 1.6 §4.9): the state of a connector."""

from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus

from homecharge.domain.charger_state import ConnectorStatus
from homecharge.gateway.dialect import Inbound, Received
from homecharge.gateway.rpc import Payload
from homecharge.gateway.schemas import Note
from homecharge.gateway.v16.instants import read_instant
from homecharge.gateway.v16.numbers import connector_id
from homecharge.ports.charger_events import StatusReport

_STATUSES = {
    ChargePointStatus.available.value: ConnectorStatus.AVAILABLE,
    ChargePointStatus.preparing.value: ConnectorStatus.PREPARING,
    ChargePointStatus.charging.value: ConnectorStatus.CHARGING,
    ChargePointStatus.suspended_ev.value: ConnectorStatus.SUSPENDED_EV,
    ChargePointStatus.suspended_evse.value: ConnectorStatus.SUSPENDED_EVSE,
    ChargePointStatus.finishing.value: ConnectorStatus.FINISHING,
    ChargePointStatus.reserved.value: ConnectorStatus.RESERVED,
    ChargePointStatus.unavailable.value: ConnectorStatus.UNAVAILABLE,
    ChargePointStatus.faulted.value: ConnectorStatus.FAULTED,
}
_MAX_ERROR_CODE_LENGTH = 50


def _report(payload: Payload, note: Note) -> StatusReport:
    error_code = payload["errorCode"][:_MAX_ERROR_CODE_LENGTH]
    timestamp = payload.get("timestamp")
    instant = read_instant(timestamp) if timestamp is not None else None
    if timestamp is not None and instant is None:
        note("the timestamp cannot be read")
    return StatusReport(
        connector_id=connector_id(payload["connectorId"]),
        status=_STATUSES.get(payload["status"], ConnectorStatus.UNKNOWN),
        error_code=None if error_code == ChargePointErrorCode.no_error.value else error_code,
        info=payload.get("info") or None,
        vendor_error_code=payload.get("vendorErrorCode") or None,
        timestamp=instant,
    )


async def _answer(received: Received) -> Payload:
    await received.events.status_reported(received.origin, _report(received.payload, received.note))
    return {}


MESSAGE = Inbound(
    "StatusNotification", _answer, expendable=frozenset({"timestamp", "info", "vendorErrorCode", "vendorId"})
)
