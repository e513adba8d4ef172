"""What a simulated charge point answers to the CALLs of its server, one function per action of OCPP 1.6."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from homecharge.simulator.connector import IdToken
from homecharge.simulator.line import Reply
from homecharge.simulator.local_list import get_local_list_version, send_local_list
from homecharge.simulator.maintenance import get_diagnostics, update_firmware
from homecharge.simulator.reservations import can_take, cancel_reservation, reserve_now
from homecharge.simulator.smart_charging import (
    clear_charging_profile,
    get_composite_schedule,
    is_taken,
    set_charging_profile,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from homecharge.simulator.behaviour import Payload
    from homecharge.simulator.connector import Connector
    from homecharge.simulator.station import Station

OF_CORE = frozenset({"BootNotification", "Heartbeat", "MeterValues", "StatusNotification"})
OF_FIRMWARE = frozenset({"DiagnosticsStatusNotification", "FirmwareStatusNotification"})
"""What a TriggerMessage may ask for."""
FEATURES = {
    "CancelReservation": "reservations",
    "ClearChargingProfile": "smart_charging",
    "GetCompositeSchedule": "smart_charging",
    "GetDiagnostics": "firmware",
    "GetLocalListVersion": "local_list",
    "ReserveNow": "reservations",
    "SendLocalList": "local_list",
    "SetChargingProfile": "smart_charging",
    "UpdateFirmware": "firmware",
}
"""The switch of `Behaviour` that an action needs; without it the action is known and not supported."""


def answer(station: Station, action: str, payload: Payload) -> Reply | None:
    """The reply of this charge point, as it behaves; None where it keeps silent.

    A payload without what the action needs is a FormationViolation, as OCPP-J 1.6 spells it (§4.3, table 7).
    """
    behaviour = station.behaviour
    if behaviour.mute:
        return None
    if action in behaviour.callerrors:
        return Reply({}, error=behaviour.callerrors[action])
    if action in behaviour.answers:
        return Reply(behaviour.answers[action])
    if action not in ANSWERS or (action in FEATURES and not getattr(behaviour, FEATURES[action])):
        return Reply({}, error="NotSupported" if action in FEATURES else "NotImplemented")
    try:
        return ANSWERS[action](station, payload)
    except (KeyError, TypeError, ValueError):
        return Reply({}, error="FormationViolation")


def _status(status: str) -> Reply:
    return Reply({"status": status})


def _remote_start(station: Station, payload: Payload) -> Reply:
    behaviour = station.behaviour
    token = IdToken(payload["idTag"])
    if behaviour.callerror_on_remote_start:
        return Reply({}, error="InternalError")
    connector = _connector_for(station, payload.get("connectorId"), token)
    if behaviour.refuse_remote_start or connector is None:
        return _status("Rejected")
    if behaviour.restart_needs_replug and connector.was_used:
        return _status("Rejected")
    if behaviour.accept_and_do_nothing or behaviour.free_vend:
        return _status("Accepted")
    profile = payload.get("chargingProfile") if behaviour.smart_charging else None
    if profile and (behaviour.refuse_start_with_profile or not is_taken(station, connector.id, profile)):
        return _status("Rejected")
    station.charging.profiles.end_transaction(connector.id)
    if profile and not behaviour.ignore_start_profile:
        station.charging.profiles.install(connector.id, profile)
    return Reply({"status": "Accepted"}, then=partial(station.start_remotely, connector, token.tag))


def _connector_for(station: Station, number: int | None, token: IdToken) -> Connector | None:
    if not station.charging.connector(0).can_start():
        return None
    able = [plug for plug in station.charging.plugs() if number in {None, plug.id} and can_take(station, plug, token)]
    return max(able, key=lambda connector: connector.plugged, default=None)


def _remote_stop(station: Station, payload: Payload) -> Reply:
    connector = station.charging.find_transaction(payload["transactionId"])
    if connector is None or station.behaviour.refuse_remote_stop:
        return _status("Rejected")
    if station.behaviour.ignore_remote_stop:
        return _status("Accepted")

    async def stop() -> None:
        station.charging.stop(connector, "Remote")

    return Reply({"status": "Accepted"}, then=stop)


def _trigger_message(station: Station, payload: Payload) -> Reply:
    message = payload["requestedMessage"]
    is_of_firmware = message in OF_FIRMWARE and station.behaviour.firmware
    if message not in OF_CORE and not is_of_firmware:
        return _status("NotImplemented")
    if (number := payload.get("connectorId")) is None:
        connectors = list(station.charging)
    else:
        connectors = [station.charging.connector(number)]
    send = _report_firmware if is_of_firmware else _report_core
    return Reply({"status": "Accepted"}, then=partial(send, station, message, connectors))


async def _report_core(station: Station, message: str, connectors: Sequence[Connector]) -> None:
    if message == "BootNotification":
        await station.registration.send_boot()
    elif message == "Heartbeat":
        station.outbox.post("Heartbeat", {})
    elif message == "StatusNotification":
        for connector in connectors:
            station.charging.refresh(connector, report=True)
    else:
        for connector in connectors:
            if connector.id:
                station.charging.sample(connector, "Trigger")


async def _report_firmware(station: Station, message: str, _connectors: Sequence[Connector]) -> None:
    if message == "FirmwareStatusNotification":
        station.maintenance.report_firmware()
    else:
        station.maintenance.report_diagnostics()


def _get_configuration(station: Station, payload: Payload) -> Reply:
    return Reply(station.configuration.read(payload.get("key", ())))


def _change_configuration(station: Station, payload: Payload) -> Reply:
    key = payload["key"]
    status = station.configuration.change(key, payload["value"])
    if status == "Accepted" and key == "MeterValueSampleInterval":
        for connector in station.charging:
            station.charging.sample_later(connector)
    if status == "Accepted" and key == "HeartbeatInterval":
        station.heartbeats.every(station.configuration.seconds(key))
    return _status(status)


def _reset(station: Station, payload: Payload) -> Reply | None:
    reboot = partial(station.restart, hard=payload["type"] == "Hard")
    if station.behaviour.drop_before_reset_answer:
        station.tasks.spawn(reboot())
        return None
    return Reply({"status": "Accepted"}, then=reboot)


def _unlock_connector(station: Station, payload: Payload) -> Reply:
    number = payload["connectorId"]
    if number not in {connector.id for connector in station.charging.plugs()}:
        return _status("NotSupported")

    if station.behaviour.unlock_answer != "Unlocked":
        return _status(station.behaviour.unlock_answer)

    async def stop() -> None:
        station.charging.stop(station.charging.connector(number), "UnlockCommand")

    return Reply({"status": "Unlocked"}, then=stop)


def _change_availability(station: Station, payload: Payload) -> Reply:
    asked = station.charging.connector(payload["connectorId"])
    operative = payload["type"] == "Operative"
    if station.behaviour.refuse_availability:
        return _status("Rejected")

    async def change() -> None:
        station.charging.set_operative(asked, operative=operative)

    concerned = [asked] if asked.id else station.charging.plugs()
    is_busy = not operative and any(connector.transaction for connector in concerned)
    return Reply({"status": "Scheduled" if is_busy else "Accepted"}, then=change)


def _clear_cache(station: Station, _payload: Payload) -> Reply:
    station.cards.clear_cache()
    return _status("Accepted")


def _data_transfer(station: Station, payload: Payload) -> Reply:
    known = station.behaviour.vendors.get(payload["vendorId"])
    if known is None:
        return _status("UnknownVendorId")
    if payload.get("messageId", "") not in known:
        return _status("UnknownMessageId")
    return Reply({"status": "Accepted", **({"data": payload["data"]} if "data" in payload else {})})


ANSWERS: dict[str, Callable[[Station, Payload], Reply | None]] = {
    "CancelReservation": cancel_reservation,
    "ChangeAvailability": _change_availability,
    "ChangeConfiguration": _change_configuration,
    "ClearCache": _clear_cache,
    "ClearChargingProfile": clear_charging_profile,
    "DataTransfer": _data_transfer,
    "GetCompositeSchedule": get_composite_schedule,
    "GetConfiguration": _get_configuration,
    "GetDiagnostics": get_diagnostics,
    "GetLocalListVersion": get_local_list_version,
    "RemoteStartTransaction": _remote_start,
    "RemoteStopTransaction": _remote_stop,
    "ReserveNow": reserve_now,
    "Reset": _reset,
    "SendLocalList": send_local_list,
    "SetChargingProfile": set_charging_profile,
    "TriggerMessage": _trigger_message,
    "UnlockConnector": _unlock_connector,
    "UpdateFirmware": update_firmware,
}
