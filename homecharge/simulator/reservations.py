"""What a simulated charge point answers to reservations (OCPP 1.6 §5.2, §5.13), as it behaves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from homecharge.simulator.connector import NO_ERROR, IdToken, Reservation
from homecharge.simulator.line import Reply

if TYPE_CHECKING:
    from homecharge.simulator.behaviour import Payload
    from homecharge.simulator.connector import Connector
    from homecharge.simulator.station import Station


def reserve_now(station: Station, payload: Payload) -> Reply:
    """Keep a connector (0: any one) for a tag and its group; the same id again replaces the reservation."""
    connector = station.charging.connector(payload["connectorId"])
    token = IdToken(payload["idTag"], payload.get("parentIdTag"))
    expires_at = datetime.fromisoformat(payload["expiryDate"])
    reservation = Reservation(payload["reservationId"], token, expires_at)
    status = station.behaviour.reservation_answer or _status(station, connector, reservation)
    if status != "Accepted":
        return Reply({"status": status})

    async def reserve() -> None:
        if earlier := _find(station, reservation.id):
            station.charging.reserve(earlier, None)
        station.charging.reserve(connector, reservation)

    return Reply({"status": status}, then=reserve)


def cancel_reservation(station: Station, payload: Payload) -> Reply:
    """Give a reserved connector back."""
    connector = _find(station, payload["reservationId"])
    if connector is None:
        return Reply({"status": "Rejected"})

    async def cancel() -> None:
        station.charging.reserve(connector, None)

    return Reply({"status": "Accepted"}, then=cancel)


def can_take(station: Station, connector: Connector, token: IdToken) -> bool:
    """Whether a token may start there: one that nobody reserved leaves a connector to the reservation of any one."""
    if not connector.admits(token):
        return False
    any_one = station.charging.connector(0).reservation
    if any_one is None or any_one.admits(token):
        return True
    return any(other.can_start() for other in station.charging.plugs() if other is not connector)


def _find(station: Station, reservation_id: int) -> Connector | None:
    reserved = (c for c in station.charging if c.reservation and c.reservation.id == reservation_id)
    return next(reserved, None)


def _status(station: Station, connector: Connector, reservation: Reservation) -> str:
    if connector.id == 0 and not station.configuration.is_on("ReserveConnectorZeroSupported"):
        return "Rejected"
    concerned = [connector] if connector.id else station.charging.plugs()
    found = [_status_of(each, reservation) for each in concerned]
    return "Accepted" if "Accepted" in found else found[0]


def _status_of(connector: Connector, reservation: Reservation) -> str:
    if connector.error_code != NO_ERROR:
        return "Faulted"
    if connector.inoperative:
        return "Unavailable"
    is_kept = connector.reservation is not None and connector.reservation.id != reservation.id
    is_used = connector.transaction is not None or connector.armed is not None or connector.plugged
    return "Occupied" if is_kept or is_used else "Accepted"
